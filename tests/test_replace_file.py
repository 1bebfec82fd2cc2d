import stat

import pytest

from sim.errors import Cancelled, InputError
from sim.replace_file import replace_file


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
