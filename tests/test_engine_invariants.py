"""What must hold in every run, tried on scenarios drawn at random around each mechanic."""

from collections import Counter

import pytest
from generated import cases, play, reseeded
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.conform.cases import Case
from sim.conform.invariants import RULES, books
from sim.conform.offers import BY_TYPE
from sim.conform.rows import rows_of
from sim.event_files import table_sha256
from sim.events import Kind

QUICK = (
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
)  # a failure is shown as it is: to shrink it takes minutes


@pytest.mark.parametrize("type_", sorted(BY_TYPE))
def test_invariants(type_: str) -> None:
    seen: Counter[int] = Counter()

    @settings(max_examples=20, phases=QUICK)
    @given(cases(type_))
    def hold(case: Case) -> None:
        table = play(case)
        rows = rows_of(table)
        seen.update(row["kind"] for row in rows)
        assert list(books(table)) == []
        for rules in RULES.values():
            for rule in rules:
                assert list(rule(case.scenario, rows)) == []

    hold()
    assert seen[Kind.ORDER_PAID] > 20  # the scenarios are not empty
    assert seen[Kind.RECEIVED] > 0


# the same luck, the same table


@settings(max_examples=10, phases=QUICK)
@given(cases("group_buy", "flash_sale"), st.integers(1, 40))
def test_the_same_scenario_and_seed_give_the_same_table_whatever_the_period(case: Case, hours: int) -> None:
    first = table_sha256(play(case))
    assert table_sha256(play(case)) == first
    period = {"run": case.scenario.run.model_copy(update={"period_hours": hours / 4})}
    assert table_sha256(play(Case("period", case.scenario.model_copy(update=period), case.graph))) == first
    other = reseeded(case.scenario, case.scenario.run.seed ^ 1)
    assert table_sha256(play(Case("seed", other, case.graph))) != first
