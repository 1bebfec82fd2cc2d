"""The page without a browser: opening it, finding what stands on it."""

from pathlib import Path

import streamlit as st
from streamlit.testing.v1 import AppTest

from sim.ui.job_files import JobState, KeptJob

APP = Path(__file__).resolve().parent.parent / "app.py"


def healthy(at):
    """The page, after nothing went wrong."""
    assert not at.exception, at.exception
    assert not boxes(at)
    return at


def boxes(at):
    """Buttons that lead back from something that went wrong."""
    return [one for one in at.button if (one.key or "").startswith("failure-back-")]


def opened(lang="en", **query):
    """The page behind a link, as it is after its first run."""
    at = AppTest.from_file(str(APP), default_timeout=120)
    for name, value in {"lang": lang, **query}.items():
        at.query_params[name] = value
    return at.run()


def place(one):
    """Where a widget stands: its key without version and language."""
    return one.key.rsplit(".", 2)[0]


def field(at, path, side=0):
    """The field of a setting in one of the designs."""
    (one,) = (
        one
        for one in [*at.text_input, *at.toggle, *at.selectbox, *at.button_group]
        if one.key.startswith("set.") and place(one).endswith(path) and one.key.split(".")[2] == str(side)
    )
    return one


def start_of(at, side):
    """The choice of what a design starts from."""
    (one,) = (one for one in at.selectbox if one.key.startswith("start.") and place(one)[-1] == str(side))
    return one


def shared(at, path):
    """The field of what all designs share."""
    (one,) = (one for one in at.text_input if one.key.startswith("general.") and place(one).endswith(path))
    return one


def switch(at, lang):
    """Switch the language."""
    return at.button_group(key=f"lang.0.{linked(at, 'lang')}").set_value(lang).run()


def linked(at, name):
    """A value in the address; a list or not, depending on who has put it there."""
    value = at.query_params[name]
    return value[0] if isinstance(value, list) else value


def words(at):
    """What the page says."""
    return "\n".join(one.value for one in [*at.title, *at.markdown, *at.caption, *at.error])


class IdleDesk:
    """Takes jobs and never runs them."""

    ready = True
    prepared_share = 0.0
    trouble = None

    def __init__(self):
        self.requests = {}
        self.by = {}
        self.left = []
        self.given = {}
        self.others = 0

    def start(self, request, waiter, by, *, more=False):
        self.requests[request.id] = request
        self.by[request.id] = by
        return request.id

    def attend(self, job, waiter, by):
        self.by[job] = by

    def leave(self, job, waiter):
        self.left.append(job)

    def waiters(self, job):
        return self.others + (job not in self.left)

    def state(self, job):
        if job not in self.requests:
            return None
        return JobState("running" if self.waiters(job) else "stopped", 0.25, 3, 20, 12.0)

    def request(self, job):
        return self.requests.get(job)

    def results(self, job):
        return self.given.get(job, [])

    def result_files(self, job):
        return tuple(f"{one.calibration}-{one.seed}-{one.design}" for one in self.results(job))

    def kept(self):
        return [KeptJob(name, request, self.state(name), 0.0) for name, request in self.requests.items()]

    def forget(self, job):
        del self.requests[job]


def set_desk(monkeypatch, desk):
    """Let the page work with this desk."""
    monkeypatch.setattr("sim.ui.state.Desk", lambda *args, **kwargs: desk)
    st.cache_resource.clear()
    return desk
