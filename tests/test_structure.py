"""The house stays in order: no import circles, one door to numba, no shared luck, no giant files."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_LINES = 450


def sources() -> dict[str, Path]:
    """Return dotted name -> file of every module of the package and of the app."""
    found = {"app": ROOT / "app.py"}
    for path in sorted((ROOT / "sim").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: set[str]) -> set[str]:
    """Return every dotted name a file imports, wherever in it; `from a import b` gives a.b if a module."""
    names: set[str] = set()
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([node.module] if node.module else [])])
            for alias in node.names:
                names.add(f"{base}.{alias.name}" if f"{base}.{alias.name}" in known else base)
    return names


SOURCES = sources()
IMPORTS = {name: imported(name, path, set(SOURCES)) for name, path in SOURCES.items()}


def test_imports_form_no_circle():
    graph = {name: {other for other in names if other in SOURCES} for name, names in IMPORTS.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import circle: {' <- '.join(error.args[1])}")


def test_few_modules_know_numba():
    users = {name for name, names in IMPORTS.items() if any(n.split(".")[0] == "numba" for n in names)}
    outside = {name for name in users if not name.startswith("sim.program.")}
    assert outside == {
        "sim.compiled",
        "sim.kernel.views",
    }


def test_siblings_are_not_imported_through_the_package_root():
    """Only the version lives there."""
    for name, path in SOURCES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "sim" and not node.level:
                taken = {alias.name for alias in node.names if f"sim.{alias.name}" not in SOURCES}
                assert taken <= {"__version__"}, f"{name} imports {taken} from sim"


WIDGETS = {
    "audio_input", "button", "camera_input", "chat_input", "checkbox", "color_picker", "data_editor",
    "date_input", "download_button", "expander", "feedback", "file_uploader", "form", "form_submit_button",
    "link_button", "multiselect", "number_input", "pills", "popover", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "tabs", "text_area", "text_input", "time_input", "toggle",
}  # fmt: skip
ONLY_IN = dict.fromkeys(WIDGETS, "sim.ui.widgets") | {"fragment": "sim.ui.guard"}


@pytest.mark.parametrize("name", [one for one in SOURCES if one == "app" or one.startswith("sim.ui.")])
def test_one_module_knows_the_widgets_and_one_guards_the_parts_of_a_page(name):
    """Elsewhere a label would not be escaped, a switch of language lose a choice, an error end the page."""
    for node in ast.walk(ast.parse(SOURCES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr in ONLY_IN:
            assert name == ONLY_IN[node.attr], f"{name}, line {node.lineno}: {node.attr}"
        if isinstance(node, ast.keyword) and node.arg in ("format_func", "on_change", "on_click"):
            assert name == "sim.ui.widgets", f"{name}, line {node.value.lineno}: {node.arg}"


@pytest.mark.parametrize("name", SOURCES)
def test_no_file_is_a_giant(name):
    lines = SOURCES[name].read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{name} has {lines} lines"


@pytest.mark.parametrize("name", SOURCES)
def test_luck_comes_from_the_streams_alone(name):
    forbidden = {"random", "secrets", "uuid", "numpy.random"}
    assert not {other for other in IMPORTS[name] if other in forbidden or other.startswith("numpy.random")}
    for node in ast.walk(ast.parse(SOURCES[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr == "random" and isinstance(node.value, ast.Name):
            assert node.value.id not in {"np", "numpy"}, f"{name}, line {node.lineno}: numpy's own generators"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "hash", f"{name}, line {node.lineno}: hash() depends on PYTHONHASHSEED"


def test_no_two_timers_have_the_same_number():
    """A mechanic's timer says by a number what it does; the dispatch takes the first that fits."""
    from sim.mechanics import kernel_registry

    tree = ast.parse(Path(kernel_registry.__file__).read_text(encoding="utf-8"))
    timer = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "timer")
    names = [
        test.comparators[0].id
        for node in ast.walk(timer)
        if isinstance(node, ast.If)
        and isinstance(test := node.test, ast.Compare)
        and isinstance(test.comparators[0], ast.Name)
    ]
    numbers = [getattr(kernel_registry, name) for name in names]
    assert len(numbers) > 15
    assert len(set(numbers)) == len(numbers)
