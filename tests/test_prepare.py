"""Preparing the engine: remembered where there is a cache, and no error where there is none."""

import os

import pytest

from sim.compiled import cache_folder
from sim.fast import prepare
from sim.fast.prepare import engine_is_prepared, prepare_engine


@pytest.fixture
def compiled(monkeypatch):
    """The functions compiled, of three there are."""
    found = []
    monkeypatch.setattr(prepare, "functions_of", lambda *roots: ["a", "b", "c"])
    monkeypatch.setattr(prepare, "compile_once", found.append)
    return found


def test_it_is_done_once_and_says_how_far_it_is(compiled, tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(tmp_path))
    cache_folder().mkdir(parents=True)
    assert not engine_is_prepared()
    seen = []
    prepare_engine(lambda done, functions: seen.append((done, functions)))
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert engine_is_prepared()
    prepare_engine()
    assert compiled == ["a", "b", "c"]


def test_without_a_cache_it_is_done_and_not_remembered(compiled, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(tmp_path / "file"))
    prepare_engine()
    assert compiled == ["a", "b", "c"]
    assert not engine_is_prepared()


def test_stopped_on_the_way_it_is_not_taken_for_done(compiled, tmp_path, monkeypatch):
    monkeypatch.setenv("SHAPAN_CACHE", os.fspath(tmp_path))
    cache_folder().mkdir(parents=True)

    def stop(done, functions):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        prepare_engine(stop)
    assert not engine_is_prepared()
