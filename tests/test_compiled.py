"""Compiled code means what the Python source means, and its cache is never stale and never in the way."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sim import compiled as compiled_module
from sim import streams
from sim.compiled import compiled

LEAF = "from sim.compiled import compiled\n\n@compiled\ndef leaf(x):\n    return x + {added}\n"
KERNEL = """from sim.compiled import compiled
from sim.leaf import leaf

@compiled
def kernel(x):
    return 2 * leaf(x)
"""
CALL = "from sim.kernel import kernel; print(kernel(1), sum(kernel.stats.cache_hits.values()))"
TINY_FILES = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64));"


class Package:
    """A package `sim` of two compiled functions in a folder of its own, called in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cache = folder / "cache"
        (folder / "sim").mkdir()
        (folder / "sim" / "__init__.py").touch()
        shutil.copy(compiled_module.__file__, folder / "sim")
        (folder / "sim" / "kernel.py").write_text(KERNEL)
        self.write_leaf(1)

    def write_leaf(self, added: int) -> None:
        (self.folder / "sim" / "leaf.py").write_text(LEAF.format(added=added))

    def call(self, before: str = "") -> tuple[int, int]:
        """Return what `kernel(1)` gives and how many of its overloads came from the cache."""
        environment = {**os.environ, "SHAPAN_CACHE": str(self.cache), "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [sys.executable, "-c", before + CALL],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        value, hits = done.stdout.split()
        return int(value), int(hits)

    def saved(self) -> list[Path]:
        return sorted(path for path in self.cache.rglob("*.nb?") if path.is_file())


@pytest.fixture
def package(tmp_path):
    return Package(tmp_path)


def test_a_second_clone_takes_the_machine_code_of_the_first(package, tmp_path):
    """The name of a clone's folder is not part of what is compiled."""
    assert package.call() == (4, 0)
    other = tmp_path / "elsewhere"
    other.mkdir()
    clone = Package(other)
    clone.cache = package.cache
    assert clone.call() == (4, 1)


def test_edit_of_a_called_function_makes_its_callers_new(package):
    assert package.call() == (4, 0)
    assert package.call() == (4, 1)
    package.write_leaf(5)
    assert package.call() == (12, 0)


def test_code_edited_after_import_is_not_saved_as_the_new_one(package):
    edit = f"import sim.kernel, pathlib; pathlib.Path('sim/leaf.py').write_text({LEAF.format(added=5)!r});"
    assert package.call(edit) == (4, 0)
    assert package.call() == (12, 0)
    assert package.call() == (12, 1)


def test_unusable_folder_runs_uncached(package):
    package.cache.write_text("a file where the folder should be")
    assert package.call() == (4, 0)
    assert package.call() == (4, 0)


def test_full_disk_runs_uncached(package):
    pytest.importorskip("resource", reason="limits on the size of files are a thing of Unix")
    assert package.call(TINY_FILES) == (4, 0)
    assert package.call() == (4, 0)
    assert package.call() == (4, 1)


def test_broken_files_are_compiled_anew(package):
    package.call()
    assert package.saved()
    for path in package.saved():
        path.write_bytes(b"not a pickle")
    assert package.call() == (4, 0)
    assert package.call() == (4, 1)


def test_machine_code_of_other_arguments_is_not_taken(package):
    """Two processes that save at once can leave an index that names the file of the other's types."""
    package.call("from sim.kernel import kernel; kernel(1.5);")
    floats, integers = sorted(package.cache.rglob("kernel.kernel-*.nbc"))
    shutil.copy(floats, integers)
    assert package.call() == (4, 0)


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


def test_a_folder_that_another_process_drops_meanwhile_is_no_reason_to_cache_nothing(package, monkeypatch):
    (package.cache / "numba").mkdir(parents=True)
    (package.cache / "numba" / "gone").symlink_to("nowhere")  # listed, and not there when looked at
    assert package.call() == (4, 0)
    assert package.call() == (4, 1)


def test_functions_outside_the_package_are_not_cached():
    """The digest does not cover their files."""

    @compiled
    def outside(x):
        return x + 1

    assert outside(1) == 2
    assert outside.stats.cache_path is None
    assert Path(streams.mix.stats.cache_path).is_relative_to(compiled_module.cache_folder())


def test_importing_compiles_nothing():
    code = "from sim import streams; assert not streams.uniform.overloads and not streams.mix.overloads"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parent.parent)


@pytest.mark.parametrize(("top", "bottom"), [(1.0, 0.0), (0.0, 0.0), (1, 0)])
def test_division_by_zero_raises_as_in_python(top, bottom):
    @compiled
    def ratio(a, b):
        return a / b

    @compiled
    def whole(a, b):
        return a // b

    for function in (ratio, whole):
        with pytest.raises(ZeroDivisionError):
            function(top, bottom)


def test_no_reordering_and_no_fused_operations():
    @compiled
    def error_of_sum(a, b):
        return (a + b) - a - b

    @compiled
    def error_of_product(a, b):
        return a * b - a * b + (a * a - b)

    assert error_of_sum(1.0, 1e-17) == -1e-17
    a = 1.0 + 2.0**-30
    assert error_of_product(a, a * a) == 0.0
