"""Lists of members in a results folder, and what they are for: commission that can be audited from it."""

import csv
from fractions import Fraction

import pandas as pd
import pytest
import yaml
from small_shop import write_ring, write_shop

from sim.errors import InputError
from sim.events import Kind
from sim.member_files import MEMBERS, UPLINES, read_uplines
from sim.population import populate
from sim.results import read_results, write_results
from sim.run import prepare, read_files, run
from sim.scenario.load import load_scenario


@pytest.fixture(scope="module")
def distributed(tmp_path_factory):
    """A small distribution shop, saved; and the people it was run with."""
    folder = tmp_path_factory.mktemp("distributed") / "out"
    prepared = prepare(load_scenario("distribution-shop").scenario, members=1500, seed=3)
    write_results(folder, run(prepared, twin=False), {}, force=False)
    return folder, populate(prepared.scenario, prepared.graph, 3)


def named_ring(folder, members):
    """A graph file whose members have names."""
    ring = write_ring(folder, members)
    edges = [line.split() for line in ring.read_text(encoding="utf-8").splitlines()]
    ring.write_text("".join(f"p{a}\tp{b}\n" for a, b in edges), encoding="utf-8")
    return ring


def test_who_had_recruited_whom_is_written_and_read_again(distributed):
    folder, people = distributed
    saved = read_results(folder)
    assert tuple(saved.uplines) == people.distributors == saved.table.header.distributors
    assert saved.uplines == {member: people.upline[member] for member in people.distributors}
    assert len(set(saved.uplines.values()) - {-1}) > 3  # else this showed little
    text = (folder / UPLINES).read_text(encoding="utf-8")
    assert text.startswith("member,upline\n")
    assert set(text) <= set("member,upline\n0123456789")


def test_every_commission_can_be_worked_out_from_the_folder_alone(distributed):
    """Earner, level and amount of each, by the published rules, with nothing of the model's reckoning."""
    folder, _ = distributed
    events = pd.read_parquet(folder / "events.parquet")
    scenario = yaml.safe_load((folder / "scenario.yaml").read_text(encoding="utf-8"))
    (scheme,) = (one for one in scenario["mechanics"] if one["type"] == "commission")
    assert (scheme["base"], scheme["binding"], scheme["self_purchase"]) == ("paid", "new_only", False)
    rates = [Fraction(str(rate)) for rate in scheme["rates"]]
    postage_fen = [product["postage_fen"] for product in scenario["products"]]
    with (folder / UPLINES).open(encoding="utf-8", newline="") as file:
        upline = {int(one["member"]): int(one["upline"] or -1) for one in csv.DictReader(file)}
    at_start = dict(upline)

    customer_of, expected, by_file = {}, [], 0
    for row in events.itertuples():
        if row.kind == Kind.RECRUITED:
            upline[row.actor] = row.source
        if row.kind != Kind.ORDER_PAID:
            continue
        through = row.source in upline and row.source != row.actor
        if through and row.value == 1 and row.actor not in customer_of:
            customer_of[row.actor] = row.source
        earner, earned = customer_of.get(row.actor, upline.get(row.actor, -1)), []
        for level, rate in enumerate(rates, start=1):
            if earner not in upline or earner in earned:
                break
            earned.append(earner)
            fen = int((row.amount_fen - postage_fen[row.product]) * rate)
            expected.append((row.order, row.actor, earner, level, fen))
            by_file += level == 2 and earned[0] in at_start
            earner = upline[earner]

    accrued = events[events.kind == Kind.COMMISSION_ACCRUED]
    columns = ("order", "source", "actor", "value", "amount_fen")
    assert list(zip(*(accrued[name] for name in columns), strict=True)) == expected
    bound = events[events.kind == Kind.BOUND]
    assert dict(zip(bound.actor, bound.source, strict=True)) == customer_of
    assert by_file > 3  # of the second level, through somebody whose upline no row names


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-1], "one row for each of [0-9]+ distributors of the start"),
        (lambda lines: [*lines, "5"], "must have one row for each"),
        (lambda lines: [lines[0], lines[1].split(",")[0] + ",x", *lines[2:]], ":2: upline must be another"),
        (lambda lines: [lines[0], ",".join([lines[1].split(",")[0]] * 2), *lines[2:]], ":2: upline must be"),
    ],
)
def test_a_list_of_uplines_that_is_none_is_refused(distributed, tmp_path, change, message):
    folder, people = distributed
    lines = (folder / UPLINES).read_text(encoding="utf-8").splitlines()
    path = tmp_path / UPLINES
    path.write_text("\n".join(change(lines)) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_uplines(path, people.distributors)


def test_without_a_commission_there_is_no_such_list(tmp_path):
    result = run(prepare(load_scenario(write_shop(tmp_path)).scenario), twin=False)
    write_results(tmp_path / "out", result, {}, force=False)
    assert not (tmp_path / "out" / UPLINES).exists()
    assert read_results(tmp_path / "out").uplines is None


def test_lists_of_a_run_that_is_replaced_do_not_stay(distributed, tmp_path):
    """Else members of this run would be called as those of the last one."""
    ring, shop = named_ring(tmp_path, 120), load_scenario(write_shop(tmp_path)).scenario
    out = tmp_path / "out"
    named = run(prepare(shop, files=read_files([ring])), twin=True)
    write_results(out, named, {}, force=False, keep_twin=True)
    assert read_results(out).labels is not None
    (out / "notes.txt").write_text("mine", encoding="utf-8")
    plain = run(prepare(shop), twin=False)
    write_results(out, plain, {}, force=True)
    saved = read_results(out)
    assert (saved.labels, saved.uplines, saved.twin_table()) == (None, None, None)
    names = {path.name for path in out.iterdir()}
    assert not names & {MEMBERS, UPLINES, "twin_events.parquet"}
    assert "notes.txt" in names


def test_a_row_too_many_or_too_short_is_an_error_of_the_file(tmp_path):
    ring, shop = named_ring(tmp_path, 60), load_scenario(write_shop(tmp_path)).scenario
    write_results(tmp_path / "out", run(prepare(shop, files=read_files([ring])), twin=False), {}, force=False)
    path = tmp_path / "out" / MEMBERS
    whole = path.read_text(encoding="utf-8")
    for broken in (whole + "60\n", whole + "60,x\n", whole.replace("\n3,", "\n4,")):
        path.write_text(broken, encoding="utf-8")
        with pytest.raises(InputError, match="one row for each of 60 members"):
            read_results(tmp_path / "out")
