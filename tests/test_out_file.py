"""What a command is to write at its end is tried before its work, and the trial leaves nothing."""

import pytest
from click.testing import CliRunner

from sim.cli import cli
from sim.commands.out_file import check_file
from sim.errors import InputError


def test_what_can_be_written_stays_as_it_was(tmp_path):
    file = tmp_path / "page.md"
    check_file(None)
    check_file(file)
    assert list(tmp_path.iterdir()) == []
    file.write_text("before", encoding="utf-8")
    check_file(file)
    assert file.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_what_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    for path, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "none" / "x.md", "cannot be written: No such file"),
        (tmp_path / "file" / "x.md", "cannot be written: Not a directory"),
        (tmp_path / ("x" * 300), "cannot be written: File name too long"),
    ):
        with pytest.raises(InputError, match=said):
            check_file(path)


@pytest.mark.parametrize(
    ("command", "work"),
    [
        (("verify",), "verify.verify"),
        (("calibrations", "--table"), "calibrations.movements"),
        (("beibei", "."), "beibei.read_files"),
        (("identify",), "identify.sampled"),
        (("odd",), "odd.odd_document"),
        (("facts",), "facts.run_facts"),
    ],
)
def test_commands_try_it_before_their_work(command, work, tmp_path, monkeypatch):
    def never(*given, **more):
        raise AssertionError("it worked")

    monkeypatch.setattr(f"sim.commands.{work}", never)
    (tmp_path / "file").touch()
    below = CliRunner().invoke(cli, [*command, "--out", str(tmp_path / "file" / "x.md"), "--lang", "en"])
    assert below.exit_code == 2, below.output
    assert "x.md: cannot be written" in below.stderr or "file: is a file" in below.stderr


def test_what_is_not_text_is_not_the_document(tmp_path):
    file = tmp_path / "ODD.md"
    file.write_bytes(b"\xff\xfe")
    checked = CliRunner().invoke(cli, ["odd", "--check", "--out", str(file), "--lang", "en"])
    assert checked.exit_code == 3
    assert "is not what the code gives" in checked.stderr
