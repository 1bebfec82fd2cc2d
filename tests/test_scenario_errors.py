"""Merging and validating with a toy model: every problem at once, where it came from, in plain words."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import jsonschema
import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.scenario.layers import compose, read_layers
from sim.scenario.schema_json import full_schema, override_schema
from sim.scenario.shape import shape_of
from sim.scenario.source import plain
from sim.scenario.validate import validate
from sim.settings.problems import MAX_SHOWN, BrokenRulesError, RuleError, ScenarioError


class Toy(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True)


class Segment(Toy):
    id: str
    share: Annotated[float, Field(gt=0, le=1)] = 1.0


class Product(Toy):
    id: str
    price_fen: Annotated[int, Field(ge=1)]
    cost_fen: int = 0

    @model_validator(mode="after")
    def _pays(self) -> Product:
        if self.cost_fen == 13:
            raise ValueError("13 brings bad luck")
        if self.cost_fen > self.price_fen:
            raise RuleError("must not exceed price_fen", "不得超过 price_fen", "cost_fen", "price_fen")
        return self


class GroupBuy(Toy):
    kind: Literal["group_buy"]
    id: str
    product: str
    group_size: Annotated[int, Field(ge=2, le=10_000)] = 2
    group_buy: str = ""  # a field named like a tag of the union
    mode: Literal["normal", "pull_new"] = "normal"
    rates: tuple[Annotated[float, Field(ge=0, le=1)], ...] = ()
    limit: int | Literal["none"] = 1


class Coupon(Toy):
    kind: Literal["coupon"]
    id: str
    amount_fen: int


Mechanic = Annotated[GroupBuy | Coupon, Field(discriminator="kind")]


class Run(Toy):
    members: Annotated[int, Field(ge=2)]
    horizon_days: Annotated[float, Field(gt=0)] = 30.0
    guard: bool = True
    budget_fen: Annotated[int, Field(ge=1)] | None = None


class Root(Toy):
    name: str = "toy"
    run: Run
    segments: tuple[Segment, ...] = (Segment(id="all"),)
    products: Annotated[tuple[Product, ...], Field(min_length=1)] = (Product(id="rice", price_fen=1),)
    mechanics: tuple[Mechanic, ...] = ()

    @model_validator(mode="after")
    def _known(self) -> Root:
        known = {product.id for product in self.products}
        unknown = [
            RuleError(f"no product {m.product}", f"没有商品 {m.product}", f"mechanics.{m.id}.product")
            for m in self.mechanics
            if isinstance(m, GroupBuy) and m.product not in known
        ]
        if unknown:
            raise BrokenRulesError(unknown)
        return self


GOOD = """\
run:
  members: 100
products:
  - id: rice
    price_fen: 2990
mechanics:
  - id: pintuan
    kind: group_buy
    product: rice
    rates: [0.1, 0.2]
  - id: coupon
    kind: coupon
    amount_fen: 5
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(GOOD, encoding="utf-8")
    return tmp_path


def load(
    text: str,
    variant: str | None = None,
    sets: dict[str, object] | None = None,
    model: type[BaseModel] = Root,
) -> Root:
    Path("x.yaml").write_text(text, encoding="utf-8")
    root, problems = compose(read_layers(Path("x.yaml")), shape_of(model), variant, sets or {})
    scenario = validate(root, model, problems)
    assert isinstance(scenario, Root)
    return scenario


def problems(
    text: str, variant: str | None = None, sets: dict[str, object] | None = None, lang: str = "en"
) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(text, variant, sets)
    return caught.value.render("zh" if lang == "zh" else "en").splitlines()


def test_a_good_file_is_valid(folder: Path) -> None:
    scenario = load(GOOD)
    assert isinstance(scenario.mechanics[0], GroupBuy)
    assert scenario.mechanics[0].rates == (0.1, 0.2)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("members: 100", "members: 1", "x.yaml:2: run.members: must be at least 2, got 1"),
        (
            "members: 100",
            "members: 1.5",
            "x.yaml:2: run.members: must be a whole number, at least 2, got 1.5",
        ),
        (
            "members: 100",
            "members: '7'",
            'x.yaml:2: run.members: must be a whole number, at least 2, got "7"',
        ),
        ("members: 100", "{}", "x.yaml:1: run.members: is required: a whole number, at least 2"),
        (
            "members: 100",
            "members: 9\n  guard: off",
            'x.yaml:3: run.guard: must be true or false, got "off"',
        ),
        (
            "members: 100",
            "members: 9\n  horizon_days: .inf",
            "x.yaml:3: run.horizon_days: must be a number, more than 0, got inf",
        ),
        (
            "members: 100",
            "members: 9\n  budget_fen: 0",
            "x.yaml:3: run.budget_fen: must be at least 1, got 0",
        ),
        (
            "members: 100",
            "member: 9\n  members: 100",
            "x.yaml:2: run.member: unknown key; did you mean `members`?",
        ),
        (
            "product: rice",
            "product: rice\n    group_size: 1",
            "x.yaml:10: mechanics[id=pintuan].group_size: must be 2 to 10000, got 1",
        ),
        (
            "product: rice",
            "product: rice\n    group_buy: 1",
            "x.yaml:10: mechanics[id=pintuan].group_buy: must be text, got 1",
        ),
        (
            "product: rice",
            "product: rice\n    group_sise: 3",
            "x.yaml:10: mechanics[id=pintuan].group_sise: unknown key; did you mean `group_size`?",
        ),
        (
            "product: rice",
            "product: rice\n    mode: pullnew",
            'x.yaml:10: mechanics[id=pintuan].mode: must be one of normal, pull_new, got "pullnew"',
        ),
        (
            "product: rice",
            "product: rice\n    limit: some",
            'x.yaml:10: mechanics[id=pintuan].limit: must be a whole number or none, got "some"',
        ),
        ("0.2]", "2]", "x.yaml:10: mechanics[id=pintuan].rates[1]: must be 0 to 1, got 2"),
        ("[0.1, 0.2]", "0.1", "x.yaml:10: mechanics[id=pintuan].rates: must be a list, got 0.1"),
        (
            "kind: coupon",
            "kind: coupn",
            'x.yaml:12: mechanics[id=coupon].kind: unknown kind "coupn"; did you mean `coupon`?',
        ),
        (
            "    kind: coupon\n",
            "",
            "x.yaml:11: mechanics[id=coupon].kind: is required: one of coupon, group_buy",
        ),
        ("- id: coupon\n    kind: coupon\n    amount_fen: 5", "- 3", None),
        ("price_fen: 2990", "price_fen: 2990\n    cost_fen: 3000", None),
        (
            "product: rice",
            "product: rise",
            'x.yaml:9: mechanics[id=pintuan].product: no product rise, got "rise"',
        ),
    ],
)
def test_each_mistake_is_one_line(folder: Path, old: str, new: str, line: str | None) -> None:
    assert old in GOOD
    said = problems(GOOD.replace(old, new))
    assert len(said) == 1
    assert said[0].startswith("x.yaml:")
    if line is not None:
        assert said == [line]


def test_all_mistakes_at_once_and_rules_beside_wrong_fields(folder: Path) -> None:
    text = GOOD.replace("members: 100", "members: 1\n  members: 5\n  colour: red").replace(
        "price_fen: 2990", "price_fen: -1"
    )
    text = text.replace("product: rice", "product: rise").replace("amount_fen: 5", "amount_fen: x")
    assert problems(text) == [
        "x.yaml:2: run.members: must be at least 2, got 1",
        "x.yaml:3: run.members: duplicate key, first on line 2",
        "x.yaml:4: run.colour: unknown key; known: members, horizon_days, guard, budget_fen",
        "x.yaml:7: products[id=rice].price_fen: must be at least 1, got -1",
        'x.yaml:11: mechanics[id=pintuan].product: no product rise, got "rise"',
        'x.yaml:15: mechanics[id=coupon].amount_fen: must be a whole number, got "x"',
    ]


def test_what_cannot_be_read_is_not_reported_again_as_wrong(folder: Path) -> None:
    text = GOOD.replace("price_fen: 2990", "price_fen: *x").replace("product: rice", "product: rise")
    said = problems(text)
    assert said == [
        "x.yaml:5: products[0].price_fen: aliases (*name) are refused",
        'x.yaml:9: mechanics[id=pintuan].product: no product rise, got "rise"',
    ]


def test_references_to_an_item_that_breaks_a_rule_still_hold(folder: Path) -> None:
    assert problems(GOOD.replace("price_fen: 2990", "price_fen: 2990\n    cost_fen: 13")) == [
        "x.yaml:4: products[id=rice]: 13 brings bad luck"
    ]


def test_a_wrong_value_inside_a_wrong_value(folder: Path) -> None:
    said = problems(
        GOOD.replace("members: 100", "members: 1\n  guard: {a: 1}") + "segments: [{share: {}}, 3, {id: {}}]"
    )
    assert [line.split(": ")[1] for line in said] == [
        "run.members",
        "run.guard",
        "segments[0].id",
        "segments[0].share",
        "segments[1]",
        "segments[2].id",
    ]


def test_a_rule_that_reads_a_wrong_field_is_not_guessed(folder: Path) -> None:
    text = GOOD.replace("price_fen: 2990", "price_fen: -1\n    cost_fen: 5000")
    assert problems(text) == ["x.yaml:5: products[id=rice].price_fen: must be at least 1, got -1"]


def test_chinese(folder: Path) -> None:
    text = GOOD.replace("members: 100", "members: 1").replace(
        "product: rice", "product: rice\n    group_size: 1"
    )
    assert problems(text + "x: 1\n", lang="zh") == [
        "x.yaml:2: run.members: 应不小于 2，实际为 1",
        "x.yaml:10: mechanics[id=pintuan].group_size: 应为 2 到 10000，实际为 1",
        "x.yaml:15: x: 未知的键；可用：name, run, segments, products, mechanics",
    ]


def test_a_big_wrong_file_is_cut(folder: Path) -> None:
    rows = "".join(f"    - {{id: s{i}, share: 7}}\n" for i in range(2000))
    said = problems(f"run: {{members: 5}}\nsegments:\n{rows}")
    assert len(said) == MAX_SHOWN + 1
    assert said[-1] == f"... and {2000 - MAX_SHOWN} more problems"


def test_long_values_are_cut(folder: Path) -> None:
    said = problems(GOOD.replace("members: 100", f"members: {'x' * 5000}"))
    assert len(said[0]) < 200


def test_lines_lead_into_the_base_and_the_variant(folder: Path) -> None:
    (folder / "base.yaml").write_text(GOOD.replace("members: 100", "members: 1"), encoding="utf-8")
    text = (
        "extends: base.yaml\nvariants:\n  big:\n    mechanics:\n      - id: pintuan\n        group_size: 1\n"
    )
    assert problems(text) == ["base.yaml:2: run.members: must be at least 2, got 1"]
    assert problems(text, "big") == [
        "x.yaml:6: mechanics[id=pintuan].group_size: must be 2 to 10000, got 1",
        "base.yaml:2: run.members: must be at least 2, got 1",
    ]


def test_merge_by_key_and_id(folder: Path) -> None:
    text = """\
extends: base.yaml
run: {horizon_days: 7}
mechanics:
  - {id: pintuan, group_size: 5, rates: [0.3]}
  - {id: coupon, remove: true}
  - {id: gift, kind: coupon, amount_fen: 1}
variants:
  back:
    mechanics:
      - {id: pintuan, group_size: null}
"""
    scenario = load(text)
    assert (scenario.run.members, scenario.run.horizon_days) == (100, 7.0)
    assert [m.id for m in scenario.mechanics] == ["pintuan", "gift"]
    first = scenario.mechanics[0]
    assert isinstance(first, GroupBuy)
    assert (first.group_size, first.rates, first.product) == (5, (0.3,), "rice")
    back = load(text, "back").mechanics[0]
    assert isinstance(back, GroupBuy)
    assert (back.group_size, back.rates) == (2, (0.3,))


def test_an_empty_list_replaces_and_null_resets(folder: Path) -> None:
    scenario = load("extends: base.yaml\nmechanics: []\nproducts: null\n")
    assert scenario.mechanics == ()
    assert scenario.products == (Product(id="rice", price_fen=1),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "mechanics: [{id: x, remove: true}]",
            "x.yaml:2: mechanics[id=x]: no such item to remove; known: pintuan, coupon",
        ),
        (
            "mechanics: [{id: coupon, remove: yes}]",
            "x.yaml:2: mechanics[id=coupon].remove: `remove` must be true and stand with `id` alone",
        ),
        ("products: [{id: rice}, {id: rice}]", "x.yaml:2: products[id=rice]: duplicate id, first on line 2"),
        ("variants: [a]", "x.yaml:2: variants: must be a mapping of names to what differs"),
        ("variants: {a: 3}", "x.yaml:2: variants.a: must be a mapping of what differs, got 3"),
        ("variants: {a: {extends: y}}", "x.yaml:2: variants.a.extends: is not allowed in a variant"),
    ],
)
def test_mistakes_in_overrides(folder: Path, text: str, line: str) -> None:
    assert problems(f"extends: base.yaml\n{text}\n") == [line]


def test_bases_that_do_not_work(folder: Path) -> None:
    assert problems("extends: bsae.yaml") == [
        'x.yaml:1: extends: no such file "bsae.yaml"; did you mean `base.yaml`?'
    ]
    assert problems("extends: 3") == ["x.yaml:1: extends: must be the path of a scenario file, got 3"]
    (folder / "a.yaml").write_text("\nextends: x.yaml", encoding="utf-8")
    circle = "x.yaml -> a.yaml -> x.yaml"
    assert problems("extends: a.yaml") == [f"a.yaml:2: extends: the bases form a circle: {circle}"]
    for i in range(12):
        (folder / f"b{i}.yaml").write_text(f"extends: b{i + 1}.yaml", encoding="utf-8")
    assert "at most 10 bases" in problems("extends: b0.yaml")[0]
    (folder / "a.yaml").write_text("", encoding="utf-8")
    assert problems("extends: a.yaml") == ["a.yaml: is empty"]


def test_unknown_variant(folder: Path) -> None:
    said = problems(GOOD + "variants: {big: {}, small: {}}\n", "bigg")
    assert said == ['x.yaml: variants: no such variant "bigg"; did you mean `big`?']


def test_sets(folder: Path) -> None:
    scenario = load(
        GOOD,
        sets={
            "mechanics.pintuan.group_size": 3,
            "mechanics.pintuan.rates.1": 0.5,
            "segments.all.share": 0.25,
            "run.horizon_days": 9,
            "mechanics.coupon": None,
        },
    )
    first = scenario.mechanics[0]
    assert isinstance(first, GroupBuy)
    assert (first.group_size, first.rates) == (3, (0.1, 0.5))
    assert scenario.segments == (Segment(id="all", share=0.25),)
    assert (scenario.run.horizon_days, len(scenario.mechanics)) == (9.0, 1)


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (
            "mechanics.pintuan.group_size",
            1,
            "--set: mechanics[id=pintuan].group_size: must be 2 to 10000, got 1",
        ),
        (
            "mechanics.pintaun.group_size",
            3,
            "--set: mechanics[id=pintaun]: no such item; did you mean `pintuan`?",
        ),
        ("mechanics.0.group_size", 3, "--set: mechanics[id=0]: no such item; known: pintuan, coupon"),
        ("mechanic.pintuan.group_size", 3, "--set: mechanic: unknown key; did you mean `mechanics`?"),
        ("run.member", 3, "--set: run.member: unknown key; did you mean `members`?"),
        ("run.members.x", 3, "--set: run.members: is a single value and has no `x`, got 100"),
        ("mechanics.pintuan.rates.7", 3, "--set: mechanics[id=pintuan].rates[7]: no such item; known: 0, 1"),
        ("run..members", 3, '--set: must be names joined by dots, got "run..members"'),
    ],
)
def test_wrong_sets(folder: Path, path: str, value: object, line: str) -> None:
    assert problems(GOOD, sets={path: value}) == [line]


def test_schemas_are_valid_and_fit_the_files() -> None:
    full, override = full_schema(Root), override_schema(Root)
    for schema in (full, override):
        jsonschema.Draft202012Validator.check_schema(schema)
    complete = {
        "run": {"members": 5},
        "mechanics": [{"id": "a", "kind": "coupon", "amount_fen": 3}],
        "variants": {"big": {"mechanics": [{"id": "a", "amount_fen": 4}, {"id": "b", "remove": True}]}},
    }
    over = {"extends": "x.yaml", "run": {"guard": None}, "mechanics": [{"id": "a", "group_size": 3}]}
    fits_full = jsonschema.Draft202012Validator(full).is_valid
    fits_over = jsonschema.Draft202012Validator(override).is_valid
    assert fits_full(complete)
    assert not fits_full({"mechanics": []})
    assert not fits_full({**complete, "variants": {"big": {"mechanic": []}}})
    assert fits_over(over)
    assert fits_over(complete)
    assert not fits_over({"run": {"member": 3}})
    assert not fits_over({"mechanics": [{"group_size": 3}]})
    assert not fits_over({"mechanics": [{"id": "a", "group_size": 1}]})


def test_dotted_is_the_path_that_sets_take(folder: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        load(GOOD.replace("0.2]", "2]"))
    (problem,) = caught.value.problems
    assert problem.dotted == "mechanics.pintuan.rates.1"
    with pytest.raises(ScenarioError):
        load(GOOD, sets={problem.dotted: 3})
    load(GOOD.replace("0.2]", "2]"), sets={problem.dotted: 0.3})


def test_merging_changes_no_base(folder: Path) -> None:
    Path("x.yaml").write_text(GOOD + "variants: {a: {run: {members: 7}}}\n", encoding="utf-8")
    layers = read_layers(Path("x.yaml"))
    before = plain(layers.root)
    compose(layers, shape_of(Root), "a", {"mechanics.pintuan.group_size": 9})
    assert plain(layers.root) == before
