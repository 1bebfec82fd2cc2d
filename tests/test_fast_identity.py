"""The compiled engine writes the readable one's table for every scenario that comes with Shapan."""

import os
from pathlib import Path

import pytest

from sim.conform.difference import first_difference
from sim.conform.engines import NamedEngine
from sim.network.reading import Reading
from sim.run import GraphFiles, prepare, read_files
from sim.scenario.load import load_scenario

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
TEXTBOOK = ("bass", "independent-cascade", "linear-threshold", "referral-messages")
RUNNABLE = [
    *sorted(SCENARIOS.glob("*.yaml")),
    *(SCENARIOS / "base" / f"{name}.yaml" for name in TEXTBOOK),
]
SEEDS = range(1, 1 + int(os.environ.get("SHAPAN_SEEDS", "1")))
MEMBERS = int(os.environ.get("SHAPAN_MEMBERS", "300"))


def assert_identical(path: Path, seed: int, files: GraphFiles | None) -> None:
    """Run both engines over the same community, and let the tables speak."""
    prepared = prepare(load_scenario(path).scenario, files=files, members=MEMBERS, seed=seed)
    mesa, fast = (NamedEngine(name)(prepared.scenario, prepared.graph) for name in ("mesa", "fast"))
    difference = first_difference(mesa, fast, ("mesa", "fast"))
    assert difference is None, difference.text
    assert len(mesa) > 0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_on_a_generated_graph(path: Path, seed: int) -> None:
    assert_identical(path, seed, None)


@pytest.fixture(scope="module")
def friends(data_folder: Path) -> GraphFiles | None:
    return read_files([data_folder / "facebook_combined.txt.gz"])


@pytest.fixture(scope="module")
def buyers(data_folder: Path) -> GraphFiles | None:
    return read_files([data_folder / "beibei_tune.txt.gz"], Reading("groups"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_on_friends(path: Path, seed: int, friends: GraphFiles) -> None:
    assert_identical(path, seed, friends)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_on_people_who_bought_the_same(path: Path, seed: int, buyers: GraphFiles) -> None:
    assert_identical(path, seed, buyers)
