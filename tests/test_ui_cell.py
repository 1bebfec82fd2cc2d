"""Numbers as people type and paste them: what they mean, and what is asked or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sim.ui.cell import UNITS, CellError, number_in, numbers_in


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("10,000", "people", 10_000),
        ("10，000", "people", 10_000),
        ("1 000 000", "people", 1_000_000),
        ("1\u2009000", "people", 1_000),
        ("1\u202f000", "people", 1_000),
        ("12’000", "people", 12_000),
        ("10,000.50", "yuan", 1_000_050),
        ("１２８", "people", 128),
        ("1万", "people", 10_000),
        ("1.5 万人", "people", 15_000),
        ("1.5w", "people", 15_000),
        ("1.5W", "people", 15_000),
        ("2k", "people", 2_000),
        ("3千", "people", 3_000),
        ("2百万", "people", 2_000_000),
        ("1亿", "people", 100_000_000),
        ("1e3", "people", 1_000),
        ("3人", "people", 3),
        ("3 people", "people", 3),
        ("￥23.9", "yuan", 2_390),
        ("¥ 23.90", "yuan", 2_390),
        ("23.9元", "yuan", 2_390),
        ("23块", "yuan", 2_300),
        ("100元整", "yuan", 10_000),
        ("RMB 5", "yuan", 500),
        ("0.07", "yuan", 7),
        ("−5", "yuan", -500),
        ("－￥5", "yuan", -500),
        ("负5元", "yuan", -500),
        ("12％", "percent", 0.12),
        ("12.5", "percent", 0.125),
        ("0.12%", "percent", 0.0012),
        ("0", "percent", 0),
        ("24小时", "hours", 24),
        ("1.5h", "hours", 1.5),
        ("7 days", "days", 7),
        ("19:30", "clock", 19.5),
        ("８：３０", "clock", 8.5),
        ("8点半", "clock", 8.5),
        ("20点", "clock", 20),
        ("100张", "coupons", 100),
        ("3条", "posts", 3),
        ("5件", "pieces", 5),
    ],
)
def test_a_number_means(written, unit, value):
    result = number_in(written, UNITS[unit])
    assert result == value
    assert type(result) is type(value)


@pytest.mark.parametrize(
    ("written", "unit", "said"),
    [
        ("1,28", "people", "groups of three"),  # not 128
        ("1,000,00", "yuan", "groups of three"),
        ("0,128", "people", "groups of three"),  # a decimal comma
        ("1,0000", "people", "groups of three"),
        ("1.280,50", "yuan", "groups of three"),
        ("1万2", "people", "must be a number"),
        ("1.2.3", "people", "must be a number"),
        ("two", "people", "must be a number"),
        ("", "people", "must be a number"),
        ("inf", "people", "must be a number"),
        ("nan", "people", "must be a number"),
        ("$5", "yuan", "must be a number"),
        ("3人", "yuan", "must be written as in ¥12"),
        ("¥3", "people", "must be written as in 12 people"),
        ("2天", "hours", "must be written as in 12 hours"),
        ("5%", "yuan", "must be written as in ¥12"),
        ("5人", "none", "without a unit"),
        ("12.345", "yuan", "two decimals"),
        ("1e400", "yuan", "too large"),
        ("0.12", "percent", "12% or 0.12%"),
        ("-0.5", "percent", "-50% or -0.5%"),
    ],
)
def test_what_is_not_certain_is_said(written, unit, said):
    with pytest.raises(CellError) as caught:
        number_in(written, UNITS[unit])
    assert said in caught.value.text.en
    assert caught.value.text.zh != caught.value.text.en


@pytest.mark.parametrize(
    ("written", "unit", "values"),
    [
        ("8, 20", "clock", [8, 20]),
        ("8、20", "clock", [8, 20]),
        ("8，20；22", "clock", [8, 20, 22]),
        ("8 20", "clock", [8, 20]),
        ("8点、20点", "clock", [8, 20]),
        ("8 点 20 点", "clock", [8, 20]),
        ("8:00; 19:30", "clock", [8, 19.5]),
        ("12，4", "percent", [0.12, 0.04]),
        ("12%, 4 %", "percent", [0.12, 0.04]),
        ("", "clock", []),
    ],
)
def test_several_numbers_mean(written, unit, values):
    assert numbers_in(written, UNITS[unit]) == values


@pytest.mark.parametrize(
    ("written", "unit"), [("1,000, 2", "clock"), ("0.5, 4", "percent"), ("8, x", "clock"), ("8人", "clock")]
)
def test_several_numbers_are_refused(written, unit):
    with pytest.raises(CellError):
        numbers_in(written, UNITS[unit])


@given(some.text(max_size=300), some.sampled_from(sorted(UNITS)))
def test_anything_is_a_number_or_a_reason(written, unit):
    for read in (number_in, numbers_in):
        try:
            said = str(read(written, UNITS[unit]))
        except CellError as error:
            said = error.text.zh
        assert 0 < len(said) < 1_000


@given(some.integers(0, 10**12), some.sampled_from([",", " ", "'"]))
def test_groups_of_three_change_nothing(number, mark):
    assert number_in(f"{number:,}".replace(",", mark), UNITS["people"]) == number
