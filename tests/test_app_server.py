"""The page's server: it asks nobody outside, and runs no file of the folder that it was started in."""

import os
import sys
from pathlib import Path

import pytest
from app_server import connect, serving

RECORDER = """
import os, socket
_log = os.environ["ASKED"]
def _note(*what):
    with open(_log, "a", encoding="utf-8") as file:
        print(*what, file=file)
def _watch(name):
    plain = getattr(socket.socket, name)
    def watched(self, address, *rest):
        if isinstance(address, tuple) and not str(address[0]).startswith("127."):
            _note(name, address)
            raise OSError("nobody is to be asked")
        return plain(self, address, *rest)
    setattr(socket.socket, name, watched)
for _name in ("connect", "connect_ex", "sendto"):
    _watch(_name)
_lookup = socket.getaddrinfo
def _looked_up(host, *rest, **more):
    if host not in (None, "", "localhost", b"localhost") and not str(host).startswith("127."):
        _note("lookup", host)
        raise socket.gaierror("nobody is to be asked")
    return _lookup(host, *rest, **more)
socket.getaddrinfo = _looked_up
_note("watching")
"""


def commands(root):
    page = ["-m", "streamlit", "run", str(root / "app.py"), "--server.port={port}"]
    return {
        "shapan": [sys.executable, "-P", "-m", "sim", "app", "--port", "{port}"],
        "streamlit": [sys.executable, "-P", *page],
    }


@pytest.mark.parametrize("how", ["shapan", "streamlit"])
def test_a_foreign_page_is_refused_and_nobody_is_asked(root, tmp_path, how):
    watch, asked = tmp_path / "watch", tmp_path / "asked"
    watch.mkdir()
    (watch / "sitecustomize.py").write_text(RECORDER, encoding="utf-8")
    places = {"PYTHONPATH": str(watch), "ASKED": str(asked), "SHAPAN_JOBS": str(tmp_path / "jobs")}
    with serving(commands(root)[how], tmp_path, **places) as port:
        here = f"127.0.0.1:{port}"
        assert connect(port, origin="http://evil.example") == 403
        assert connect(port, origin="null") == 403
        assert connect(port, origin=f"http://127.0.0.1:{port + 1}") == 403
        # a name of somebody else's that was made to lead to this machine
        assert connect(port, origin=f"http://evil.example:{port}", host=f"evil.example:{port}") == 403
        assert connect(port, origin=f"http://{here}") == 101
        assert connect(port, origin=f"http://localhost:{port}", host=f"localhost:{port}") == 101
    lines = set(asked.read_text(encoding="utf-8").split("\n"))
    assert lines == {"watching", ""}


def test_the_folder_it_is_started_in_is_not_searched_for_code(root, tmp_path):
    for name in ("sim", "streamlit", "numpy", "app"):
        (tmp_path / f"{name}.py").write_text(
            f"open({str(tmp_path / 'executed')!r}, 'a').write({name!r})\nraise SystemExit(9)\n",
            encoding="utf-8",
        )
    shapan = Path(sys.executable).with_name("shapan")
    start = [str(shapan)] if shapan.is_file() else [sys.executable, "-P", "-m", "sim"]
    with serving([*start, "app", "--port", "{port}"], tmp_path, SHAPAN_JOBS=str(tmp_path / "jobs")) as port:
        assert connect(port, origin=f"http://127.0.0.1:{port}") == 101
    assert not (tmp_path / "executed").exists()
    assert "PYTHONSAFEPATH" not in os.environ, "else this shows nothing"
