"""The pages are true: their commands print what they show, their Python runs, what they link to is there."""

import re
from pathlib import Path

import pytest
from doc_pages import ROOT, blocks, commands, pages, reader, run_block, same

PAGES = {page.relative_to(ROOT).as_posix(): page for page in pages()}


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if blocks(page.read_text("utf-8"))])
def test_its_examples_give_what_it_shows(name: str, tmp_path: Path) -> None:
    with reader(tmp_path):
        for block in blocks(PAGES[name].read_text(encoding="utf-8")):
            expected = commands(block.text) if block.language == "console" else []
            for (command, output), (_, printed) in zip(expected, run_block(block, name), strict=True):
                assert same(output, printed), f"{name}: $ {command}\nprints\n{printed}"


@pytest.mark.parametrize("name", PAGES)
def test_every_block_is_of_a_kind_that_is_run(name: str) -> None:
    """Set-up stands in the READMEs alone, where CI runs it."""
    setup = {"sh", "powershell"} if name.startswith("README") else set()
    for block in blocks(PAGES[name].read_text(encoding="utf-8")):
        assert block.language in {"console", "python", "yaml"} | setup
        assert block.language != "yaml" or block.file is not None, "a scenario nobody runs"
        assert block.language != "python" or "assert" in block.text, "an example that says nothing"


@pytest.mark.parametrize("name", PAGES)
def test_what_it_links_to_is_there(name: str) -> None:
    page = PAGES[name]
    text = page.read_text(encoding="utf-8")
    for target, _, heading in (link.partition("#") for link in re.findall(r"\]\(([^)\s]+)\)", text)):
        assert ":" not in target, f"{name} links to {target}, which needs a network"
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), f"{name} links to {target}"
        if heading:
            titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
            assert heading in {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def test_the_readmes_say_the_same_and_are_short() -> None:
    english, chinese = ((ROOT / one).read_text(encoding="utf-8") for one in ("README.md", "README.zh.md"))
    for text in (english, chinese):
        assert text.count("\n") <= 120
    assert [block.text for block in blocks(english)] == [block.text for block in blocks(chinese)]
    links = [
        set(re.findall(r"\]\(((?:docs/(?!pictures)|[A-Z])[^)]*)\)", text)) for text in (english, chinese)
    ]
    assert links[0] - {"README.zh.md"} == links[1] - {"README.md"}
    names = [re.findall(r"^\| `([a-z-]+)` \|", text, flags=re.MULTILINE) for text in (english, chinese)]
    assert names[0] == names[1] == [name for name in names[0] if (ROOT / f"scenarios/{name}.yaml").is_file()]


def test_its_pictures_are_small() -> None:
    for picture in (ROOT / "docs" / "pictures").glob("*.png"):
        assert picture.stat().st_size <= 150_000, picture.name


def test_an_output_is_compared_but_for_what_is_left_out_and_how_long_it_took() -> None:
    assert same("a\n...\nz in 1.2 + 0.1 s\n", "a\nb\nc\nz in 0.9 + 7.0 s\n")
    assert not same("a\n...\nz 1\n", "a\nb\nz 2\n")
    assert not same("a\n", "a\nb\n")
