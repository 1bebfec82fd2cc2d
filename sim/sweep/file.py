"""A sweep file: which scenario, what is varied, with which seeds, and what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Discriminator, Field, JsonValue, Tag, model_validator

from sim.network.reading import GraphFormat, LinkBy, Reading
from sim.scenario.scaling import MAX_MEMBERS, MIN_MEMBERS
from sim.settings.fields import Frozen, Id
from sim.settings.problems import BrokenRulesError, RuleError
from sim.sweep.outputs import output_of

Seed = Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)]
Values = Annotated[tuple[JsonValue, ...], Field(min_length=1)]
FileName = Annotated[str, Field(min_length=1)]


class SeedRange(Frozen):
    """So many seeds that follow one another."""

    from_: Seed = Field(default=1, alias="from")
    count: Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class Graph(Frozen):
    """One of the graphs that a sweep varies: files, from the sweep file's folder, and how they are read."""

    name: Id
    files: Annotated[tuple[FileName, ...], Field(min_length=1)]
    format: GraphFormat | None = None
    directed: bool | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    link_by: LinkBy | None = None
    sheet: str | None = None

    @property
    def reading(self) -> Reading:
        """How they are read."""
        return Reading(self.format, self.directed, self.columns, self.link_by, self.sheet)


def _kind_of_seeds(value: object) -> str:
    return "list" if isinstance(value, (list, tuple)) else "range"


class SweepFile(Frozen):
    """Every value of every path in `grid` with every other, in every variant, with every seed."""

    schema_version: Literal[1] = 1
    scenario: FileName  # a file, from this one's folder, or the id of a shipped scenario
    variants: tuple[Id | None, ...] = ()  # null: the scenario as it stands, which is also the default
    members: Annotated[int, Field(strict=True, ge=MIN_MEMBERS, le=MAX_MEMBERS)] | None = None
    graph: tuple[FileName, ...] = ()  # files, from this one's folder
    graph_format: GraphFormat | None = None
    graph_directed: bool | None = None  # each line says who follows whom
    graphs: tuple[Graph, ...] = ()  # in place of `graph`: every design on each of them
    grid: dict[str, Values] = Field(default_factory=dict)  # dotted path, as in `--set` -> values
    seeds: Annotated[
        Annotated[tuple[Seed, ...], Field(min_length=1), Tag("list")] | Annotated[SeedRange, Tag("range")],
        Discriminator(_kind_of_seeds),
    ]
    outputs: Annotated[tuple[str, ...], Field(min_length=1)]
    engine: Literal["auto", "fast", "mesa"] = "auto"
    # a run that plays for longer fails, and the sweep goes on; null: none does
    run_limit_seconds: Annotated[float, Field(gt=0, le=7 * 24 * 3600)] | None = None

    @property
    def all_seeds(self) -> tuple[int, ...]:
        """The seeds one by one."""
        if isinstance(self.seeds, SeedRange):
            return tuple(range(self.seeds.from_, self.seeds.from_ + self.seeds.count))
        return self.seeds

    @model_validator(mode="after")
    def _rules(self) -> SweepFile:
        broken = [
            *_unknown_outputs(self),
            *_twice(self),
            *_seeds_too_high(self),
            *_format_of_nothing(self),
            *_both_kinds_of_graph(self),
        ]
        if broken:
            raise BrokenRulesError(broken)
        return self


def _unknown_outputs(file: SweepFile) -> Iterator[RuleError]:
    for number, name in enumerate(file.outputs):
        try:
            output_of(name)
        except RuleError as error:
            yield RuleError(error.text.en, error.text.zh, f"outputs.{number}")


def _twice(file: SweepFile) -> Iterator[RuleError]:
    seeds = () if isinstance(file.seeds, SeedRange) else file.seeds
    lists: tuple[tuple[str, tuple[object, ...]], ...] = (
        ("outputs", file.outputs),
        ("variants", file.variants),
        ("seeds", seeds),
        ("graphs", tuple(graph.name for graph in file.graphs)),
    )
    for where, values in lists:
        for number, value in enumerate(values):
            if value in values[:number]:
                yield RuleError(
                    "must be different from those before", "不得与前面的重复", f"{where}.{number}"
                )


def _seeds_too_high(file: SweepFile) -> Iterator[RuleError]:
    if isinstance(file.seeds, SeedRange) and file.all_seeds[-1] >= 2**32:
        yield RuleError(
            "must stay below 4294967296 with all seeds", "全部种子应小于 4294967296", "seeds.from"
        )


def _format_of_nothing(file: SweepFile) -> Iterator[RuleError]:
    for name in ("graph_format", "graph_directed"):
        if getattr(file, name) is not None and not file.graph:
            yield RuleError("needs a `graph` to be read that way", "需同时给出 `graph`", name)


def _both_kinds_of_graph(file: SweepFile) -> Iterator[RuleError]:
    if file.graph and file.graphs:
        yield RuleError(
            "takes the place of `graph`: give one of the two", "与 `graph` 只能给出其一", "graphs"
        )
