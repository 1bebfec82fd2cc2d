"""Compiled code means what the Python source means; its program is never stale and never in the way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from sim import compiled as compiled_module
from sim.compiled import compiled, internal
from sim.program import machine
from sim.program.source import SHIPPED

LEAF = """from sim.compiled import internal

@internal
def leaf(x: int) -> int:
    return x + {added}
"""
KERNEL = """from sim.compiled import compiled
from sim.leaf import leaf

@compiled
def kernel(x: int) -> int:
    return 2 * leaf(x)
"""
CALL = """
from sim.program import machine
made = machine._make
machine._make = lambda *given: (print("made", end=" "), made(*given))[1]
from sim.kernel import kernel
print(kernel(1))
"""
TINY_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"


class Package:
    """A package `sim` of two compiled functions in a folder of its own, called in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        (folder / "sim").mkdir()
        (folder / "sim" / "__init__.py").touch()
        shutil.copy(compiled_module.__file__, folder / "sim")
        shutil.copytree(Path(machine.__file__).parent, folder / "sim" / "program")
        (folder / "sim" / "kernel.py").write_text(KERNEL)
        self.write_leaf(1)

    def write_leaf(self, added: int) -> None:
        (self.folder / "sim" / "leaf.py").write_text(LEAF.format(added=added))

    def run(self, code: str, **more: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "SHAPAN_CACHE": str(self.cache), "PYTHONPATH": str(self.folder), **more}
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def call(self, before: str = "") -> tuple[int, bool]:
        """Return what `kernel(1)` gives and whether the program was made for it."""
        done = self.run(before + CALL)
        assert done.returncode == 0, done.stderr
        *made, value = done.stdout.split()
        return int(value), bool(made)

    def program(self) -> Path:
        return next(self.cache.rglob("program"))


@pytest.fixture
def package(tmp_path):
    return Package(tmp_path)


def test_a_second_clone_takes_the_machine_code_of_the_first(package, tmp_path):
    """The name of a clone's folder is not part of what is compiled."""
    assert package.call() == (4, True)
    other = tmp_path / "elsewhere"
    other.mkdir()
    clone = Package(other)
    clone.cache = package.cache
    assert clone.call() == (4, False)


def test_edit_of_a_called_function_makes_the_program_anew(package):
    assert package.call() == (4, True)
    assert package.call() == (4, False)
    package.write_leaf(5)
    assert package.call() == (12, True)


def test_code_edited_after_import_is_not_kept_as_the_new_one(package):
    edit = f"import sim.kernel, pathlib; pathlib.Path('sim/leaf.py').write_text({LEAF.format(added=5)!r})\n"
    assert package.call(edit) == (4, True)
    assert package.call() == (12, True)
    assert package.call() == (12, False)


def test_unusable_folder_runs_unkept(package):
    package.cache.write_text("a file where the folder should be")
    assert package.call() == (4, True)
    assert package.call() == (4, True)


def test_full_disk_runs_unkept(package):
    pytest.importorskip("resource", reason="limits on the size of files are a thing of Unix")
    assert package.call(TINY_FILES) == (4, True)
    assert package.call() == (4, True)
    assert package.call() == (4, False)


@pytest.mark.parametrize("broken", [b"", b"not a program", None])
def test_a_broken_file_is_made_anew(package, broken):
    package.call()
    whole = package.program().read_bytes()
    package.program().write_bytes(whole[: len(whole) // 2] if broken is None else broken)
    assert package.call() == (4, True)
    assert package.call() == (4, False)


def test_oldest_folders_go(package):
    for age in range(6):
        folder = package.cache / "numba" / f"old{age}"
        folder.mkdir(parents=True)
        os.utime(folder, (1_000_000 - age, 1_000_000 - age))
    package.call()
    names = sorted(path.name for path in (package.cache / "numba").iterdir())
    assert [name for name in names if name.startswith("old")] == ["old0", "old1", "old2"]
    assert len(names) == 4


def test_folders_in_use_stay_however_many(package):
    """Clones of many states that are used in turn keep their machine code, a day at least."""
    root = package.cache / "numba"
    for number in range(6):
        (root / f"used{number}").mkdir(parents=True)
    stopped = root / "old.going"  # whoever was deleting it was killed
    stopped.mkdir()
    os.utime(stopped, (1_000_000, 1_000_000))
    package.call()
    names = {path.name for path in root.iterdir()}
    assert len(names) == 7
    assert names > {f"used{number}" for number in range(6)}


def test_a_folder_that_another_process_drops_meanwhile_is_no_reason_to_keep_nothing(package):
    (package.cache / "numba").mkdir(parents=True)
    (package.cache / "numba" / "gone").symlink_to("nowhere")  # listed, and not there when looked at
    assert package.call() == (4, True)
    assert package.call() == (4, False)


def test_where_no_program_can_be_made_each_function_is_compiled_and_that_is_said(package):
    refusing = (
        "import sim.program.machine as m\ndef no(*given): raise RuntimeError('no linker')\nm.link = no\n"
    )
    done = package.run(refusing + CALL)
    assert done.stdout.split()[-1] == "4"
    assert "no linker" in done.stderr
    assert "compiled by itself" in done.stderr
    asked = package.run(CALL, SHAPAN_JIT="1")
    assert (asked.stdout.split(), asked.stderr) == (["4"], "")


def test_a_mistake_in_a_function_is_told_and_not_tried_again(package):
    (package.folder / "sim" / "leaf.py").write_text(LEAF.format(added="'one'"))
    done = package.run(CALL)
    assert done.returncode != 0
    assert "leaf" in done.stderr
    assert "by itself" not in done.stderr


def test_importing_makes_nothing():
    code = "from sim import streams; from sim.program import machine; assert not machine._LOADED"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


def test_what_python_does_not_call_is_no_part_of_what_it_finds():
    machine._all_exported()
    assert SHIPPED["sim.fast.loop.advance"].exported
    assert not SHIPPED["sim.fast.loop._act"].exported


@pytest.mark.parametrize(("top", "bottom"), [(1, 0), (0, 0)])
def test_division_by_zero_raises_as_in_python(top, bottom):
    @compiled
    def ratio(a: float, b: float) -> float:
        return a / b

    @compiled
    def whole(a: int, b: int) -> int:
        return a // b

    for function in (ratio, whole):
        with pytest.raises(ZeroDivisionError):
            function(top, bottom)


def test_an_error_in_a_called_function_comes_through():
    @internal
    def inner(x: int) -> int:
        if x < 0:
            raise ValueError("below nothing")
        return x

    @compiled
    def outer(x: int) -> int:
        return inner(x) + 1

    assert outer(1) == 2
    with pytest.raises(ValueError, match="below nothing"):
        outer(-1)


def test_no_reordering_and_no_fused_operations():
    @compiled
    def error_of_sum(a: float, b: float) -> float:
        return (a + b) - a - b

    @compiled
    def error_of_product(a: float, b: float) -> float:
        return a * b - a * b + (a * a - b)

    assert error_of_sum(1.0, 1e-17) == -1e-17
    a = 1.0 + 2.0**-30
    assert error_of_product(a, a * a) == 0.0


@compiled
def last(values: NDArray[np.int32]) -> int:
    return values[values.size - 1]


@pytest.mark.parametrize(
    "wrong",
    [[1, 2], np.arange(3), np.arange(6, dtype=np.int32)[::2], np.ones((2, 2), dtype=np.int32)],
    ids=["a list", "other numbers", "cells apart", "two axes"],
)
def test_arrays_that_machine_code_would_misread_are_refused(wrong):
    assert last(np.arange(4, dtype=np.int32)) == 3
    with pytest.raises(TypeError, match="argument 1"):
        last(wrong)


def test_annotations_must_say_the_machine_types():
    @compiled
    def half(x: int):  # type: ignore[no-untyped-def]
        return x // 2

    @compiled
    def text(x: str) -> int:
        return len(x)

    with pytest.raises(TypeError, match="does not annotate return"):
        half(2)
    with pytest.raises(TypeError, match="annotates x"):
        text("2")


def test_a_function_that_says_whole_numbers_and_returns_others_is_refused():
    """They would be cut in silence, where Python keeps them."""

    @compiled
    def half(x: int) -> int:
        return x / 2  # type: ignore[return-value]

    with pytest.raises(TypeError, match="half returns a float"):
        half(3)
