"""No module needs what only POSIX has: a stand-in for Windows, which these tests have not seen."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_shop import write_shop
from sweep_files import SWEEP, write_sweep

ROOT = Path(__file__).resolve().parent.parent
IMPORT_ALL = """\
import importlib, pathlib, sys
import sim
root = pathlib.Path(sim.__file__).parent
for path in sorted(root.rglob("*.py")):
    parts = path.relative_to(root.parent).with_suffix("").parts
    if parts[-1] != "__main__":
        importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
print(len([name for name in sys.modules if name.split(".")[0] == "sim"]))
"""


@pytest.fixture
def python(tmp_path):
    """Runs Python with all that only POSIX has hidden from `sim`, in child processes too."""
    hiding = tmp_path / "hiding"
    hiding.mkdir()
    (hiding / "sitecustomize.py").write_text("import posix_taken_away\nposix_taken_away.install()\n", "utf-8")
    paths = os.pathsep.join([str(hiding), str(Path(__file__).parent), str(ROOT)])

    def call(*arguments):
        return subprocess.run(
            [sys.executable, *map(str, arguments)],
            env=os.environ | {"PYTHONPATH": paths, "PYTHONWARNDEFAULTENCODING": "1"},
            cwd=tmp_path,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )

    return call


def test_the_names_are_gone(python, tmp_path):
    (tmp_path / "sim").mkdir()
    (tmp_path / "sim" / "__init__.py").write_text(
        "import os, signal\n"
        "print(hasattr(os, 'fork'), hasattr(signal, 'SIGKILL'), hasattr(os, 'getcwd'))\n"
        "try:\n    import fcntl\nexcept ImportError:\n    print('no fcntl')\n",
        "utf-8",
    )
    done = python("-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import sim")
    assert done.stdout.splitlines() == ["False False True", "no fcntl"], done.stderr


def test_every_module_can_be_imported(python):
    done = python("-c", IMPORT_ALL)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 250


def in_sim(warnings):
    """Lines about files opened with the encoding of the system, which on Windows is another."""
    return [line for line in warnings.splitlines() if "EncodingWarning" in line and f"{ROOT / 'sim'}" in line]


def test_a_run_and_a_sweep_with_two_processes(python, tmp_path):
    shop = write_shop(tmp_path)
    done = python("-m", "sim", "run", shop, "--engine", "mesa", "--out", "out", "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert in_sim(done.stderr) == []
    assert (tmp_path / "out" / "manifest.json").is_file()
    sweep = write_sweep(tmp_path, SWEEP.replace("count: 6", "count: 1"))
    done = python("-m", "sim", "sweep", sweep, "--out", "swept", "--workers", 2, "--lang", "en")
    assert done.returncode == 0, done.stderr
    assert "4 runs" in done.stdout
    assert in_sim(done.stderr) == []
