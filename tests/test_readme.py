"""The README's examples are true: its Python runs, its YAML is valid, its files exist."""

import re
from pathlib import Path

import pytest

from sim.scenario.load import load_scenario

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("code", blocks("python"))
def test_its_python_runs(code: str) -> None:
    assert "assert" in code
    exec(compile(code, "README.md", "exec"), {"__name__": "readme"})


@pytest.mark.parametrize("text", blocks("yaml"))
def test_its_scenario_is_valid_in_every_variant(text: str, tmp_path: Path) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    loaded = load_scenario(str(path))
    assert loaded.variants
    for variant in loaded.variants:
        assert load_scenario(str(path), variant=variant).scenario != loaded.scenario


def test_the_files_it_names_exist() -> None:
    named = set(re.findall(r"\]\(([^)#:]+)\)", README)) | set(
        re.findall(r"`((?:sim|scenarios|benchmarks)/[\w./-]*)`", README)
    )
    assert len(named) > 10
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
