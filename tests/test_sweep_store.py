import math
from dataclasses import dataclass

import pytest

from sim.errors import InputError
from sim.sweep.job import Outcome
from sim.sweep.store import open_store


def outcome(name, error=None, **values):
    return Outcome(name, values, error, "mesa", 0.1 + 0.2)


ONE, TWO = outcome("a", x=1, y=None, z=1 / 3), outcome("b", error="RunError: 拼团\nfailed")


def chunks(folder):
    return sorted(folder.glob("*.jsonl"))


def test_outcomes_come_back_as_they_were(tmp_path):
    with open_store(tmp_path / "deep" / "down") as store:
        assert store.finished() == {}
        store.keep([ONE, TWO])
        store.keep([outcome("c", big=10**15 + 1)])
    with open_store(tmp_path / "deep" / "down") as store:
        kept = store.finished()
    assert kept == {"a": ONE, "b": TWO, "c": outcome("c", big=10**15 + 1)}
    assert isinstance(kept["a"].values["x"], int)
    assert math.isclose(kept["a"].values["z"], 1 / 3, rel_tol=0, abs_tol=0)


def test_a_run_made_again_replaces_its_failure_whichever_file_comes_first(tmp_path):
    again = outcome("b", x=3)
    for number in range(8):
        with open_store(tmp_path / str(number)) as store:
            store.keep([TWO])
            store.keep([again, outcome(str(number))])
            assert store.finished()["b"] == again


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-20],
        lambda content: content.replace(b'"x": 1', b'"x": 2'),
        lambda content: b"\xff" * 100,
        lambda content: content + b"{}\n",
    ],
)
def test_a_damaged_file_counts_as_if_it_were_not_there_and_is_kept(tmp_path, damage):
    with open_store(tmp_path) as store:
        store.keep([TWO])
        store.keep([ONE])
        damaged = next(path for path in chunks(tmp_path) if b'"x": 1' in path.read_bytes())
        content = damage(damaged.read_bytes())
        damaged.write_bytes(content)
        assert store.finished() == {"b": TWO}
        assert not damaged.exists()
        assert (tmp_path / f"{damaged.name}.damaged").read_bytes() == content
        assert store.others == 0


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".lock"}


def test_what_another_form_of_outcome_wrote_is_kept_counted_and_made_again(tmp_path, monkeypatch):
    @dataclass
    class Former:
        run_id: str
        other: int

    with open_store(tmp_path) as store:
        with monkeypatch.context() as patched:
            patched.setattr("sim.sweep.store.Outcome", Former)
            store.keep([Former("a", 1), Former("b", 2)])
        before = contents(tmp_path)
        assert store.finished() == {}
        assert store.others == 2
        store.keep([ONE, TWO])
        assert store.finished() == {"a": ONE, "b": TWO}
        assert store.others == 2
    after = contents(tmp_path)
    assert len(after) == 2
    assert after.items() > before.items()


def test_runs_of_another_version_of_the_model_are_kept_and_counted(tmp_path, monkeypatch):
    with open_store(tmp_path) as store:
        with monkeypatch.context() as patched:
            patched.setattr("sim.sweep.store.MODEL_VERSION", "0")
            store.keep([ONE, TWO])
        before = contents(tmp_path)
        assert store.finished() == {}
        assert store.others == 2
        store.keep([outcome("c")])
        assert store.finished() == {"c": outcome("c")}
        assert store.others == 2
    assert contents(tmp_path).items() > before.items()


def test_a_file_that_does_not_say_its_version_is_used(tmp_path):
    with open_store(tmp_path) as store:
        store.keep([ONE])
        (path,) = chunks(tmp_path)
        first, _, rest = path.read_bytes().partition(b"\n")
        path.write_bytes(first.partition(b" ")[0] + b"\n" + rest)
        assert store.finished() == {"a": ONE}
        assert store.others == 0


def test_a_folder_is_for_one_process_at_a_time(tmp_path):
    with (
        open_store(tmp_path),
        pytest.raises(InputError, match="in use by another sweep"),
        open_store(tmp_path),
    ):
        pass
    with open_store(tmp_path):
        pass


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(InputError, match="cannot be written"), open_store(tmp_path / "file"):
        pass
