"""The scenarios that ship: valid in every variant, named in both languages, with the warnings expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario.load import Loaded, dump_yaml, load_scenario, load_text, load_variants
from sim.scenario.margin import sales, worst_margin

ROOT = Path(__file__).resolve().parent.parent
SHIPPED = sorted((ROOT / "scenarios").glob("*.yaml"))
TEXTBOOK = [
    ROOT / "scenarios" / "base" / name
    for name in ("bass.yaml", "independent-cascade.yaml", "linear-threshold.yaml", "referral-messages.yaml")
]
RUNNABLE = SHIPPED + TEXTBOOK

NEEDED = {
    "community-group-buy",
    "distribution-shop",
    "flash-sale",
    "kol-seeding",
    "paid-content",
    "public-traffic-shop",
    "staple-group-buy",
    "wechat-private-domain",
}

WARNED = {
    "distribution-shop": {"two-levels"},
    "distribution-shop:high-commission": {"two-levels", "order-loses-money"},
    "distribution-shop:low-commission": {"two-levels"},
    "distribution-shop:self-purchase": {"two-levels"},
    "community-group-buy:eight-posts-a-day": {"too-many-messages"},  # which is what it is about
    "community-group-buy:minimum-order": {"group-failure"},
    "flash-sale:bots": {"bots-hold-stock"},
    "kol-seeding:undisclosed": {"undisclosed-advertising"},
    "paid-content": {"share-for-reward", "group-failure"},
    "paid-content:no-content": {"share-for-reward", "group-failure"},
    "paid-content:no-host": {"share-for-reward", "group-failure"},
    "paid-content:friends-only": {"share-for-reward", "group-failure"},
    "paid-content:no-group-price": {"share-for-reward"},
    "paid-content:show-homework": {"share-for-reward", "group-failure"},
    "staple-group-buy": {"group-failure"},
    "staple-group-buy:group-of-3": {"group-failure"},
    "staple-group-buy:group-of-5": {"group-failure"},
    "staple-group-buy:no-open-list": {"group-failure"},
    "staple-group-buy:pull-new": {"group-failure"},
    "wechat-private-domain": {"share-for-reward", "group-failure", "order-loses-money"},
    "wechat-private-domain:daily-pushes": {
        "share-for-reward",
        "group-failure",
        "order-loses-money",
        "too-many-messages",  # which is what it is about
    },
    "wechat-private-domain:group-of-2": {"share-for-reward", "group-failure", "order-loses-money"},
    "wechat-private-domain:no-referral": {"group-failure"},
    "wechat-private-domain:no-value-content": {"share-for-reward", "group-failure", "order-loses-money"},
}
"""Scenario or scenario:variant -> codes; none for what is not listed."""


def _name(loaded: Loaded) -> str:
    return loaded.scenario.id if loaded.variant is None else f"{loaded.scenario.id}:{loaded.variant}"


def test_the_eight_ship() -> None:
    assert {path.stem for path in SHIPPED} >= NEEDED


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_ids_equal_file_names(path: Path) -> None:
    assert load_scenario(path).scenario.id == path.stem


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_every_part_is_named_in_both_languages(path: Path) -> None:
    for loaded in load_variants(path):
        scenario = loaded.scenario
        named = [
            scenario,
            *scenario.products,
            *scenario.offers,
            *scenario.population.segments,
            *scenario.communities.chats,
            *scenario.roles.kols,
            *scenario.calendar,
        ]
        unnamed = [part.id for part in named if not (part.name.zh.strip() and part.name.en.strip())]
        assert not unnamed, loaded.variant
        assert len(scenario.about.zh) > 30
        assert len(scenario.about.en) > 60
        assert "， " not in scenario.about.zh  # a folded line leaves a space


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_each_has_alternatives_that_differ(path: Path) -> None:
    loaded = load_variants(path)
    assert len(loaded) >= 3
    assert len({one.sha256 for one in loaded}) == len(loaded)
    names = {one.scenario.name.en for one in loaded} | {one.scenario.name.zh for one in loaded}
    assert len(names) == 2 * len(loaded)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_warnings_are_those_expected(path: Path) -> None:
    for loaded in load_variants(path):
        codes = {warning.code for warning in loaded.warnings}
        # only the mechanics of the public-traffic shop end long before the run does
        assert codes - {"no-washout"} == WARNED.get(_name(loaded), set()), _name(loaded)
        assert ("no-washout" in codes) == (path.stem != "public-traffic-shop"), _name(loaded)
        assert all(warning.line > 0 for warning in loaded.warnings), "each points into a file"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_own_prices_leave_a_margin_of_goods(path: Path) -> None:
    """Costs below prices: a scenario that lost money on every parcel would teach nothing about campaigns."""
    scenario = load_scenario(path).scenario
    for sale in sales(scenario):
        goods_fen = worst_margin(scenario, sale).goods_fen
        assert sale.price_fen + sale.product.postage_fen > goods_fen, sale.path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_quotas_fit_the_stock(path: Path) -> None:
    scenario = load_scenario(path).scenario
    stock = {product.id: product.stock for product in scenario.products}
    for offer in scenario.mechanics:
        for priced in getattr(offer, "prices", ()):
            available = stock[priced.id]
            assert priced.quota is None or available is None or priced.quota <= available, priced.id


@pytest.mark.parametrize("path", RUNNABLE, ids=lambda path: path.stem)
def test_resolved_yaml_loads_to_an_equal_scenario(path: Path, tmp_path: Path) -> None:
    for loaded in load_variants(path):
        again = load_text(dump_yaml(loaded.scenario), tmp_path / "resolved.yaml")
        assert again.scenario == loaded.scenario
        assert again.sha256 == loaded.sha256


@pytest.mark.parametrize("path", sorted((ROOT / "scenarios").rglob("*.yaml")), ids=lambda path: path.stem)
def test_files_are_named_in_kebab_case(path: Path) -> None:
    assert path.stem == path.stem.lower()
    assert path.stem.replace("-", "").isalnum()
