"""The ODD document says what the code says, all of it, and leaves no number without a source."""

import json
import re
import sys

import pytest
from click.testing import CliRunner

from sim.calibration.priors import priors
from sim.cli import cli
from sim.errors import RunError
from sim.events import Kind
from sim.mechanics.registry import MECHANICS
from sim.metrics.registry import BREAKDOWNS, GAINED, INCREMENTS, METRICS
from sim.odd import document, markdown, tables, units
from sim.odd.document import COMMAND, odd_document
from sim.odd.measures import COMMAND as MEASURES_COMMAND
from sim.odd.measures import measures_document
from sim.odd.parameters import blocks
from sim.odd.source import functions
from sim.odd.standing import not_varied, page_says, prior_and_status, standings
from sim.scenario.load import load_scenario
from sim.scenario.model import Scenario
from sim.scenario.shipped import shipped_scenarios
from sim.settings.behaviour import Behaviour
from sim.settings.community import Segment

SETTINGS = dict(pair for block in blocks() for pair in block.paths())
PLACED = {
    f"{place}.{one.path}".lstrip(".")
    for block in blocks()
    for place in block.places
    for one in block.parameters
}
SOURCED = re.compile(r"assum|normalisation|prototype|source:|\bF\d+\b|\b(?:19|20)\d\d\b", re.IGNORECASE)
"""What a comment may say of a number: assumption, normalisation, prototype, a fact, a publication."""
WITHOUT_SOURCE = {
    "population.segments[].share",  # a weight among segments: 1 for a single one
    "population.segments[].wallet_per_30_days_fen",  # null: does not bind
    *(f"population.segments[].utility.{name}" for name in ("staple", "interest", "limited", "content")),  # 0
}
"""Behavioural settings that may do without: their defaults have no effect."""


def test_the_document_in_the_repository_is_what_the_code_gives(root):
    written = (root / "docs" / "ODD.md").read_text(encoding="utf-8")
    assert written == odd_document(), f"docs/ODD.md is not what the code gives; write it anew: {COMMAND}"


def test_the_page_on_measures_is_what_the_code_gives(root):
    written = (root / "docs" / "measures.md").read_text(encoding="utf-8")
    assert written == measures_document(), f"docs/measures.md is not what the code gives: {MEASURES_COMMAND}"


def test_every_measure_stands_on_its_page_once_with_what_it_counts():
    rows = [line.split(" | ") for line in measures_document().splitlines() if line.startswith("| `")]
    names = [row[0].strip("|` ").removesuffix(".…") for row in rows]
    assert sorted(names) == sorted(
        [*(one.name for one in (*METRICS, *BREAKDOWNS)), *(f"{GAINED}.{one.name}" for one in INCREMENTS)]
    )
    assert all(len(row[6]) > 10 for row in rows)


def test_it_has_the_seven_elements_in_their_order():
    headings = re.findall(r"^## (\d)\. (.+)$", odd_document(), flags=re.MULTILINE)
    assert headings == [
        ("1", "Purpose and patterns"),
        ("2", "Entities, state variables, and scales"),
        ("3", "Process overview and scheduling"),
        ("4", "Design concepts"),
        ("5", "Initialization"),
        ("6", "Input data"),
        ("7", "Submodels"),
    ]


def test_nothing_is_left_unfilled_and_every_table_is_whole():
    text = odd_document()
    assert "{{" not in text
    width = 0
    for line in text.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not width or not cells or cells == width, line
        width = cells


def leaves(data, path=""):
    """The dotted paths of all values of a scenario, as the document writes them."""
    if isinstance(data, dict):
        for name, one in data.items():
            yield from leaves(one, f"{path}.{name}" if path else name)
    elif isinstance(data, (list, tuple)) and data and isinstance(data[0], dict):
        for one in data:
            yield from leaves(one, f"{path}[type={one['type']}]" if "type" in one else f"{path}[]")
    else:
        yield path


def test_every_value_of_the_shipped_scenarios_is_a_setting():
    labels = {"id", "zh", "en", "type", "schema_version"}
    every = [load_scenario(one.id).scenario.model_dump() for one in shipped_scenarios()]
    found = {path for data in every for path in leaves(data) if path.rpartition(".")[2] not in labels}
    assert len(found) > 200
    shared = {path: re.sub(r"\[type=\w+\]", "[]", path, count=1) for path in found}
    assert sorted(path for path in found if path not in PLACED and shared[path] not in PLACED) == []
    assert {one["type"] for data in every for one in data["mechanics"]} == set(MECHANICS) - {
        "push",
        "friend_feed",
    }


@pytest.mark.parametrize(
    ("path", "unit", "default", "allowed"),
    [
        ("behaviour.deciding.source_step.private", "SD of taste", None, "-100 to 100"),
        ("behaviour.sharing.intercept", "logit", None, "-100 to 100"),
        ("behaviour.sharing.private_limit", "number", None, "1 to 10,000 or null"),
        ("population.segments[].share", "weight", "1.0", "above 0 to 1,000"),
        ("population.hour_profile", "factor", None, "24 of: 0 to 4"),
        ("mechanics[type=coupon].off_share", "share", "0.0", "0 to below 1"),
        ("mechanics[type=referral].lottery_prob", "probability", "1.0", "1e-06 to 1"),
        ("mechanics[type=group_buy].prices[].price_fen", "fen", "required", "1 to 10^9"),
        ("mechanics[].from_day", "day of the campaign", "0.0", "0 to 3,660"),
        ("orders.oversell_guard", "", "true", "true, false"),
    ],
)
def test_a_setting_is_described(path, unit, default, allowed):
    if path == "mechanics[type=group_buy].prices[].price_fen":
        assert any(path.rpartition(".")[0] in block.places for block in blocks())
    found = SETTINGS[path]
    assert (found.unit, found.allowed) == (unit, allowed)
    assert default is None or found.default == default


def test_a_default_is_that_of_the_place_where_it_stands():
    base = Scenario.model_fields["behaviour"].default.deciding.base
    assert SETTINGS["behaviour.deciding.base.content"].default == str(base.content)
    assert SETTINGS["population.segments[].utility.content"].default == "0.0"


def test_the_comment_on_the_line_or_above_it_is_the_source():
    assert "Ugander" in SETTINGS["network.degree_sigma"].note
    assert "F13" in SETTINGS["network.median_degree"].note
    assert "published schedules" in SETTINGS["mechanics[type=community_group_buy].leader_commission"].note


def test_every_number_has_a_unit():
    numeric = re.compile(r"(any number of: |\d[\d ,to]* of: )?(above |below )?-?\d")
    numbers = {path: one for path, one in SETTINGS.items() if numeric.match(one.allowed)}
    assert len(numbers) > 150
    assert [path for path, one in numbers.items() if not (one.unit or one.allowed.endswith("of them"))] == []


def test_units_by_name_are_of_settings_that_exist():
    names = {path.rpartition(".")[2] for path in SETTINGS}
    assert {name.rpartition(".")[2] for name in units.BY_NAME} <= names


def test_every_behavioural_number_has_a_source_or_is_called_an_assumption():
    behavioural = {
        path: one
        for path, one in SETTINGS.items()
        if path.startswith(("behaviour.", "population.segments[].")) and one.default != "required"
    }
    assert len(behavioural) > 80
    numbers = {path for path, one in behavioural.items() if one.unit or "points" in path}
    lacking = {path for path in numbers if not SOURCED.search(behavioural[path].note)}
    assert lacking == WITHOUT_SOURCE, "say beside the number where it is from, or that it is an assumption"


def numbers(data, path):
    """The dotted paths of all numbers of settings; of a response table one for each point."""
    if isinstance(data, dict):
        for name, one in data.items():
            if name == "points":
                yield from (f"{path}.rise_{count}" for count in range(len(one)))
            else:
                yield from numbers(one, f"{path}.{name}")
    elif isinstance(data, (int, float)):
        yield path


def test_every_behavioural_number_has_a_prior_or_is_a_normalisation_or_is_said_not_to_be_varied():
    segment = Segment(id="everyone").model_dump()
    every = [*numbers(Behaviour().model_dump(), "behaviour"), *numbers(segment, "population.segments.*")]
    assert set(every) <= {one.path for one in standings()}
    ranges, normal = ({one.path for one in these} for these in (priors(), filter(_normal, standings())))
    free = {one.path for one in not_varied()}
    assert set(every) <= ranges | normal | free
    assert not ranges & (normal | free)
    assert ranges <= {one.path for one in standings()}
    assert {"behaviour.deciding.effort.buy_alone", "population.segments.*.trust"} <= normal
    assert {"behaviour.staleness.chat", "behaviour.deciding.response.high_effort.rise_3"} <= free
    assert all(one.note for one in not_varied())


def _normal(one):
    return one.normalisation


def test_the_status_of_every_number_is_that_on_the_page_of_identification(tmp_path):
    said = page_says()
    assert set(said) == {one.path for one in priors()}, "docs/identification.md is not of these priors"
    statuses = {one.path: one.status(said) for one in standings() if one.prior}
    pinned = {path for path, status in statuses.items() if status.startswith("pinned by F")}
    assert pinned == {path for path, by in said.items() if by != "assumed"}
    assert 0 < len(pinned) < len(statuses)
    prior, status = prior_and_status("behaviour.deciding.response.low_effort.points")
    assert prior == "rise_1: 0 … 0.8; rise_2: 0 … 0.6"
    assert status.startswith("rise_0: assumed, not varied; rise_1: ")
    assert prior_and_status("behaviour.staleness.chat") == ("", "assumed, not varied")
    assert prior_and_status("behaviour.deciding.effort.buy_alone") == ("", "normalisation")
    assert prior_and_status("run.seed") == ("", "")
    page = tmp_path / "identification.md"
    page.write_text(
        "| `sharing.bought` | 4 | 0 … 7 | 0.5 | 90% | F7 ‡ | 1 … 6 (0.7) | assumption |\n", encoding="utf-8"
    )
    assert page_says(page) == {"behaviour.sharing.bought": "F7 ‡"}
    assert page_says(tmp_path / "none.md") == {}
    bought = next(one for one in standings() if one.path == "behaviour.sharing.bought")
    assert bought.status(page_says(page)) == "pinned by F7 ‡"
    assert bought.status({}) == "see docs/identification.md"


def test_every_registered_thing_is_in_it():
    text = odd_document()
    for name in (*MECHANICS, *(one.name for one in (*METRICS, *BREAKDOWNS)), *functions("sim.decisions")):
        assert f"`{name}`" in text
    assert [kind for kind in Kind if f"| {int(kind)} | `{kind.name}` | " not in text] == []
    assert not re.search(r"^\| \d+ \| `[A-Z_]+` \| +\|$", tables.kinds(), flags=re.MULTILINE)


def test_formulas_are_the_code():
    said = tables.formulas("price_term")
    assert said.endswith("```python\nreturn coefficient * math.log(reference_fen / max(1.0, price_fen))\n```")
    assert "**`price_term`** (coefficient, reference_fen, price_fen). price_coefficient" in said


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("{{formulas next_effort}}", ""), "next_effort"),
        (lambda text: text + "{{formulas next_effort}}", "next_effort"),
        (lambda text: text + "{{nonsense}}", "nonsense"),
        (lambda text: text + "{{constant sim.sessions NOTHING}}", "NOTHING"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_an_error(change, says, tmp_path, monkeypatch):
    wrong = tmp_path / "template.md"
    wrong.write_text(change(document.TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
    monkeypatch.setattr(document, "TEMPLATE", wrong)
    with pytest.raises(RunError, match=says):
        odd_document()


def test_without_the_suite_the_patterns_say_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "sim.facts.suite", None)
    assert tables.facts() == "The suite of facts is not part of this version."


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (None, "null"),
        (True, "true"),
        (0.35, "0.35"),
        (20_000, "20,000"),
        (10**12, "10^12"),
        ((1, 2), "[1, 2]"),
    ],
)
def test_values_are_shown_as_a_scenario_has_them(given, shown):
    assert markdown.value(given) == shown


def test_cells_are_escaped():
    assert markdown.table(("a", "b"), [("x | y", "two\nlines")]).endswith("| x \\| y | two lines |")


def call(*arguments):
    return CliRunner().invoke(cli, ["odd", "--lang", "en", *map(str, arguments)])


def test_the_command_prints_writes_and_checks(tmp_path):
    assert call().stdout == odd_document()
    path = tmp_path / "ODD.md"
    assert call("--out", path, "--check").exit_code == 3
    assert call("--out", path).exit_code == 0
    assert path.read_text(encoding="utf-8") == odd_document()
    assert json.loads(call("--out", path, "--check", "--json").stdout) == {"out": str(path), "checked": True}
    path.write_text("stale", encoding="utf-8")
    stale = call("--out", path, "--check")
    assert stale.exit_code == 3
    assert "shapan odd --out" in stale.stderr
    assert path.read_text(encoding="utf-8") == "stale"
    assert call("--check").exit_code == 2
