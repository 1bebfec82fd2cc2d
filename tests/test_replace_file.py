import os
import stat

import pytest

from sim.errors import Cancelled, InputError
from sim.replace_file import put_in_place, replace_file


def test_the_file_appears_whole_with_usual_permissions(tmp_path):
    path, usual = tmp_path / "file", tmp_path / "usual"
    usual.touch()
    with replace_file(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(usual.stat().st_mode)


def _fail_half_way(path, error):
    with replace_file(path) as file:
        file.write(b"half")
        raise error


def test_whatever_stops_the_writing_leaves_no_trace(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    for error in (Cancelled("stop", "停"), KeyboardInterrupt(), ValueError("bad")):
        with pytest.raises(type(error)):
            _fail_half_way(path, error)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_a_folder_in_the_way_is_one_clear_error(tmp_path):
    (tmp_path / "file").mkdir()
    with pytest.raises(InputError, match="file: cannot be written"), replace_file(tmp_path / "file") as file:
        file.write(b"new")
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("times", [2, 1000])
def test_a_file_that_somebody_has_open_is_replaced_when_he_lets_go(tmp_path, monkeypatch, times):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    replace, refused, paused = os.replace, [], []

    def busy(source, target):
        if len(refused) < times:
            refused.append(target)
            raise PermissionError(13, "Access is denied")
        replace(source, target)

    def write():
        with replace_file(path) as file:
            file.write(b"new")

    monkeypatch.setattr("sim.replace_file.os.replace", busy)
    monkeypatch.setattr("sim.replace_file.time.sleep", paused.append)
    if times == 2:
        write()
        assert path.read_bytes() == b"new"
        assert len(paused) == 2
    else:
        with pytest.raises(InputError, match="file: cannot be written: Access is denied"):
            write()
        assert path.read_bytes() == b"old"
        assert 1 < sum(paused) < 2
    assert [found.name for found in tmp_path.iterdir()] == ["file"]


def test_what_can_never_be_is_tried_once(tmp_path, monkeypatch):
    def pause(seconds):
        raise AssertionError("it waited")

    monkeypatch.setattr("sim.replace_file.time.sleep", pause)
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "none", tmp_path / "file")
