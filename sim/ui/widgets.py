"""The widgets of the page: the only place that knows Streamlit's.

A widget shows a value of the page's own state and hands what the user makes of it to `store`; it keeps
nothing itself. Its key holds place, language and version: browser and server exchange a choice by the name
that it shows, so a widget of one language cannot understand what another one has sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from sim.ui.failure import guarded
from sim.ui.state import language, plain


def key(place: str, version: int = 0) -> str:
    """The key of the widget at a place; `version` counts what made it start anew."""
    return f"{place}.{version}.{language()}"


def choice(
    place: str,
    label: str,
    names: Mapping[str, str],
    value: str,
    store: Callable[[str], None],
    *,
    version: int = 0,
    help: str | None = None,
) -> None:
    """One of several: a list that opens. `names`: value -> what is shown."""
    shown = _distinct(names, value)
    st.selectbox(
        plain(label),
        list(shown),
        format_func=lambda one: shown.get(one, one),
        key=_filled(place, version, value),
        on_change=_changed,
        args=(key(place, version), store),
        help=help,
    )


def several(
    place: str,
    label: str,
    names: Mapping[str, str],
    values: list[str],
    store: Callable[[list[str]], None],
    *,
    version: int = 0,
    help: str | None = None,
) -> None:
    """Any of a few, in their order. `names`: value -> what is shown."""
    name = _filled(place, version, [one for one in names if one in values])
    st.pills(
        plain(label),
        list(names),
        selection_mode="multi",
        format_func=lambda one: names.get(one, one),
        key=name,
        on_change=_changed,
        args=(name, lambda chosen: store([one for one in names if one in chosen])),
        help=help,
    )


def segmented(
    place: str,
    label: str,
    names: Mapping[str, str],
    value: str,
    store: Callable[[str], None],
    *,
    version: int = 0,
) -> None:
    """One of a few: buttons side by side; the label is for those who cannot see them."""
    shown = {one: plain(name) for one, name in _distinct(names, value).items()}
    st.segmented_control(
        plain(label),
        list(shown),
        format_func=lambda one: shown.get(one, one),
        key=_filled(place, version, value),
        on_change=_changed,
        args=(key(place, version), store),
        required=True,
        label_visibility="collapsed",
    )


def field(
    place: str,
    label: str,
    value: str,
    store: Callable[[str], None],
    *,
    version: int = 0,
    help: str | None = None,
    placeholder: str | None = None,
) -> None:
    """A line of text; `placeholder` stands in an empty one."""
    st.text_input(
        plain(label),
        key=_filled(place, version, value),
        on_change=_changed,
        args=(key(place, version), store),
        help=help,
        placeholder=placeholder,
    )


def upload(
    place: str,
    label: str,
    store: Callable[[str, bytes | None], None],
    *,
    pick: str,
    hint: str,
    help: str,
) -> None:
    """A place for a file: `store` gets its name and content, which stay in memory; no content once removed.

    Streamlit's own words in it are English, whatever the language of the page: ours stand in their place.
    """
    name = key(place)
    zone = f".st-key-{place.replace('.', '-')} [data-testid='stFileUploaderDropzone']"
    words = [json.dumps(one, ensure_ascii=False) for one in (pick, hint)]
    parts = ("stBaseButton-secondary'] p", "stFileUploaderDropzoneInstructions'] span")
    places = [f"{zone} [data-testid='{part}" for part in parts]
    for one, text in zip(places, words, strict=True):
        st.html(f"<style>{one} {{font-size: 0}} {one}::after {{content: {text}; font-size: .95rem}}</style>")
    with st.container(key=place.replace(".", "-")):
        st.file_uploader(plain(label), key=name, on_change=_uploaded, args=(name, store), help=help)


def toggle(
    place: str,
    label: str,
    value: bool,
    store: Callable[[bool], None],
    *,
    version: int = 0,
    help: str | None = None,
) -> None:
    """A switch."""
    st.toggle(
        plain(label),
        key=_filled(place, version, value),
        on_change=_changed,
        args=(key(place, version), store),
        help=help,
    )


def button(
    place: str,
    label: str,
    act: Callable[[], None] | None = None,
    *,
    primary: bool = False,
    disabled: bool = False,
) -> bool:
    """A button; whether it was pressed. `act` is called before the page is drawn anew."""
    return st.button(
        plain(label),
        key=place,
        on_click=None if act is None else guarded(act),
        type="primary" if primary else "secondary",
        disabled=disabled,
    )


def expander(place: str, title: str, *, expanded: bool = False) -> DeltaGenerator:
    """A part that can be folded away; it stays as it is when the language changes."""
    return st.expander(plain(title), expanded=expanded, key=place)


def _filled(place: str, version: int, value: str | bool | list[str]) -> str:
    """The key of a widget that shows this value, whatever Streamlit remembers of it."""
    name = key(place, version)
    if st.session_state.get(name) != value:
        st.session_state[name] = value
    return name


@guarded
def _changed(name: str, store: Callable[[Any], None]) -> None:
    store(st.session_state[name])


@guarded
def _uploaded(name: str, store: Callable[[str, bytes | None], None]) -> None:
    file = st.session_state[name]
    store("" if file is None else file.name, None if file is None else file.getvalue())


def _distinct(names: Mapping[str, str], value: str) -> dict[str, str]:
    """Names that tell the values apart, and one for a value that is not among them."""
    names = dict(names) if value in names else {**names, value: value}
    shown = list(names.values())
    return {one: name if shown.count(name) == 1 else f"{name} ({one})" for one, name in names.items()}
