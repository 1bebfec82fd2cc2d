"""What makes two runs the same: the hashes by which finished runs are found again."""

from __future__ import annotations

import pickle
from dataclasses import dataclass
from typing import Any

from sim.scenario.load import scenario_sha256
from sim.scenario.model import Scenario
from sim.scenario.twin import without_campaign
from sim.sweep.job import Job, Setup
from sim.version import MODEL_VERSION

_ID_VERSION = 1  # of the rules in this file
_MAKE_THE_COMMUNITY = ("population", "network", "communities", "roles")
"""Parts of a scenario of which a community may be made; `sim.run.prepare` reads no others."""


@dataclass(frozen=True)
class Packed:
    """A scenario ready to be sent, with the hashes of what its runs may share.

    Attributes:
        pickled: the scenario.
        sha256: of the scenario with every default written out, whatever its seed.
        community: of what its community is made of.
        twin: of the scenario without its campaign; None if it will not be run.
    """

    pickled: bytes
    sha256: str
    community: str
    twin: str | None


def packed(scenario: Scenario, *, twin: bool) -> Packed:
    """Pack a scenario; `twin` says whether it will also be run without its campaign."""
    data = _data(scenario)
    return Packed(
        pickled=pickle.dumps(scenario, protocol=5),
        sha256=scenario_sha256(data),
        community=scenario_sha256({key: data[key] for key in _MAKE_THE_COMMUNITY}),
        twin=scenario_sha256(_data(without_campaign(scenario))) if twin else None,
    )


def job(one: Packed, seed: int, setup: Setup) -> Job:
    """The run of a scenario with a seed.

    Its id is the hash of all that its outcome follows from: the resolved scenario, the content of a loaded
    graph and to how many members it is cut (a generated graph follows from scenario and seed), the seed,
    the engine and the events asked for, the version of the model, and the outputs.
    """
    graph = None if setup.files is None else [setup.files.graph.sha256, setup.members]
    run_id = scenario_sha256(
        {
            "id_version": _ID_VERSION,
            "scenario": one.sha256,
            "graph": graph,
            "seed": seed,
            "engine": setup.engine,
            **({} if setup.events is None else {"events": setup.events}),
            "model_version": MODEL_VERSION,
            "outputs": [output.name for output in setup.outputs],
        }
    )
    return Job(run_id, one.pickled, seed, one.community, one.twin)


def _data(scenario: Scenario) -> dict[str, Any]:
    data = scenario.model_dump(mode="json")
    del data["run"]["seed"]
    return data
