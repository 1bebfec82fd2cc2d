"""The days after a campaign: nobody is offered anything, life goes on, and nothing before them changes."""

from typing import Any

import numpy as np
import pytest
from commission_rows import by_both
from stage import merged

from sim.events import EventTable, Kind, Route
from sim.ledger import books_residual_fen
from sim.run import prepare, run
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.warnings import scenario_warnings
from sim.units import DAY

SHOP: dict[str, Any] = {
    "id": "washout",
    "population": {"members": 150, "segments": [{"id": "all", "browse_per_day": 1.0}]},
    "products": [
        {"id": "rice", "list_price_fen": 3000, "cost_fen": 1000, "repurchase_days": 4.0, "stock": 400},
    ],
    "mechanics": [
        {"id": "pintuan", "type": "group_buy", "prices": [{"id": "rice", "price_fen": 2000}],
         "window_hours": 48.0},
        {"id": "push", "type": "push", "hours": [10.0]},
    ],
    "behaviour": {"deciding": {"base": {"staple": 0.0}}},
    "run": {"horizon_days": 5.0, "seed": 3},
}  # fmt: skip


def table_of(washout_days: float, **changes: Any) -> EventTable:
    return by_both(Scenario.model_validate(merged(SHOP, {"run": {"washout_days": washout_days}} | changes)))


def test_it_adds_rows_and_changes_none_before():
    short, long = table_of(0.0), table_of(6.0)
    before = int(np.searchsorted(short["time_s"], 5 * DAY))
    assert before > 200
    for name in short.columns:
        assert np.array_equal(short[name][:before], long[name][:before]), name
    assert books_residual_fen(long) == 0
    assert (long.header.horizon_s, long.header.washout_s) == (11 * DAY, 6 * DAY)
    assert (short.header.horizon_s, short.header.washout_s) == (5 * DAY, 0)


def test_people_go_on_buying_and_nobody_is_offered_anything():
    table = table_of(6.0)
    late = table["time_s"] >= 5 * DAY
    placed = table["kind"] == Kind.ORDER_PLACED
    assert (late & placed).sum() > 5
    assert set(table["value"][late & placed].tolist()) == {Route.BUY_ALONE}
    assert not (late & np.isin(table["kind"], [Kind.GROUP_OPENED, Kind.PUSH_COST])).any()
    pushed = (table["kind"] == Kind.SEND) & (table["actor"] == -1)
    assert pushed.any()
    assert not (late & pushed).any()
    assert table["runoff"][table["time_s"] < 11 * DAY].max() == 0
    assert table["runoff"][table["time_s"] >= 11 * DAY].min() == 1


def test_no_offer_may_be_open_in_it():
    late = {"mechanics": [SHOP["mechanics"][0] | {"from_day": 3.0, "days": 2.5}]}
    table_of(0.0, **late)
    with pytest.raises(ValueError, match=r"is open to day 5\.5, but from day 5 on no offer may be"):
        table_of(6.0, **late)
    table_of(6.0, mechanics=[SHOP["mechanics"][0] | {"from_day": 3.0, "days": 2.0}])


@pytest.mark.parametrize(("washout_days", "warned"), [(0.0, True), (13.9, True), (14.0, False)])
def test_a_run_that_ends_with_the_offers_is_warned_about(washout_days: float, warned: bool):
    made = Scenario.model_validate(merged(SHOP, {"run": {"washout_days": washout_days}}))
    found = [one for one in scenario_warnings(made) if one.code == "no-washout"]
    assert bool(found) == warned
    assert all(f"{washout_days:g} days after" in one.message_en for one in found)


def test_offers_that_end_early_leave_days_of_their_own():
    """A sale on days 0 to 5 of 30 has its washout within the run."""
    early = {"mechanics": [SHOP["mechanics"][0] | {"days": 5.0}], "run": {"horizon_days": 30.0}}
    made = Scenario.model_validate(merged(SHOP, early))
    assert not [one for one in scenario_warnings(made) if one.code == "no-washout"]


def test_what_a_sale_only_pulled_forward_shows_in_it():
    """With days after the sale fewer of its buyers were added, and more would have bought anyway."""
    loaded = load_scenario("flash-sale")
    added = {}
    for washout_days in (0.0, 14.0):
        scenario = loaded.scenario.model_copy(
            update={"run": loaded.scenario.run.model_copy(update={"washout_days": washout_days})}
        )
        gained = run(prepare(scenario, members=1000, seed=1), engine="fast").summary["incremental"]
        assert isinstance(gained, dict)
        added[washout_days] = gained
    assert added[14.0]["buyers"] < added[0.0]["buyers"]
    assert added[14.0]["buyers_in_both_share"] > added[0.0]["buyers_in_both_share"]
    assert added[14.0]["margin_fen"] < added[0.0]["margin_fen"]
