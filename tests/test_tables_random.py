"""Tables at random: a graph whose report accounts for every row, or one clear error; no telephone in both."""

import random
from pathlib import Path

import pytest

from sim.errors import InputError
from sim.network.load import read_graph
from tests.tables_at_random import PHONE, draw

DRAWN = 150  # some seconds; thousands were tried


@pytest.mark.parametrize("part", range(3))
def test_any_table_is_a_graph_that_accounts_for_its_rows_or_one_clear_error(tmp_path: Path, part: int):
    loaded = 0
    for seed in range(part * DRAWN, (part + 1) * DRAWN):
        drawn = draw(random.Random(seed))
        path = tmp_path / drawn.name
        path.write_bytes(drawn.raw)
        try:
            graph, report = read_graph(path)
        except InputError as error:
            said = str(error) + error.text.zh
            assert str(path) in said, seed
        else:
            loaded += 1
            said = repr(report) + report.line.en + report.line.zh + "".join(n.en + n.zh for n in report.notes)
            assert PHONE not in (graph.labels or ()), seed
            left_out = sum(out.rows for out in report.left_out)
            if report.format == "orders":
                assert left_out <= report.records, seed
            else:
                made = report.links + report.self_loops + report.duplicates
                assert report.records == made + left_out, seed
            if drawn.records is not None:
                assert report.records == drawn.records, seed
        assert PHONE not in said, seed
    assert loaded > DRAWN / 3
