"""The generator gives its published answers, and the draws have the shapes they claim."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from sim import streams
from sim.compiled import compiled
from sim.streams import (
    NORMAL_QUANTILE_MAX,
    exponential,
    gumbel,
    mix,
    mix3,
    mix4,
    normal,
    normal_cdf,
    normal_quantile,
    philox4x32,
    poisson_quantile,
    uniform,
    unit_interval,
)

FULL = 0xFFFFFFFF
# Random123 1.14, tests/kat_vectors, "philox4x32 10": counter, key, answer.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((FULL, FULL, FULL, FULL), (FULL, FULL), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
words = st.integers(0, FULL)
int64s = st.integers(-(2**63), 2**63 - 1)


Ints = NDArray[np.int64]


def philox_rows(dtype):
    """A function that fills rows of four answers for rows of six numbers of a type, one after the other."""

    @compiled
    def fill(rows: NDArray[dtype], out: Ints) -> None:
        for i in range(rows.size // 6):
            k = 6 * i
            answer = philox4x32(rows[k], rows[k + 1], rows[k + 2], rows[k + 3], rows[k + 4], rows[k + 5])
            for j in range(4):
                out[4 * i + j] = answer[j]

    return fill


@compiled
def uniform_rows(
    seed: int, stream: int, who: Ints, what: Ints, cause: Ints, out: NDArray[np.float64]
) -> None:
    for i in range(who.shape[0]):
        out[i] = uniform(seed, stream, who[i], what[i], cause[i])


def draws(function, count=20_000, stream=streams.TASTE_NOISE):
    return np.array([function(7, stream, who, 3, 11) for who in range(count)])


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN_ANSWERS)
def test_known_answers_from_python(counter, key, answer):
    assert philox4x32(*counter, *key) == answer


@pytest.mark.parametrize("dtype", [np.int64, np.uint64, np.uint32, np.int32])
def test_known_answers_from_a_kernel(dtype):
    rows = np.array([[*counter, *key] for counter, key, _ in KNOWN_ANSWERS], np.uint64).astype(dtype)
    out = np.zeros((len(rows), 4), np.int64)
    philox_rows(dtype)(rows.reshape(-1), out.reshape(-1))
    assert out.tolist() == [list(answer) for _, _, answer in KNOWN_ANSWERS]


def test_an_address_is_laid_out_as_published():
    """Key (seed, stream), counter (who, what, low and high word of cause), first two words used."""
    cause = (0x03707344 << 32) | 0x13198A2E
    high, low, _, _ = KNOWN_ANSWERS[2][2]
    expected = (((high << 32 | low) >> 12) + 0.5) / 2**52
    assert uniform(0xA4093822, 0x299F31D0, 0x243F6A88, 0x85A308D3, cause) == expected


def test_uniform_is_pinned():
    """Past results hang on these: a change of the generator is a change of every result."""
    assert uniform(1, streams.SHARE, 2, 3, 4) == 0.03231579513782756
    assert mix(1, 2) == 6804074658870690613


def test_value_does_not_depend_on_integer_types():
    expected = uniform(5, streams.SHARE, -1, 9, -3)
    for kind in (int, np.int64, np.int32, np.int16):
        assert uniform(kind(5), streams.SHARE, kind(-1), kind(9), kind(-3)) == expected
    assert uniform(5, streams.SHARE, FULL, np.uint8(9), np.int64(-3)) == expected
    assert uniform(5, streams.SHARE, np.uint32(FULL), np.uint32(9), -3) == expected


@given(words, int64s)
def test_mixing_does_not_depend_on_integer_types(a, b):
    assert mix(np.uint32(a), np.int64(b)) == mix(a, b) == mix(np.uint64(a), b)


@given(words, words, int64s, int64s, int64s)
def test_kernel_draws_what_python_draws(seed, stream, who, what, cause):
    out = np.zeros(1)
    uniform_rows(seed, stream, np.array([who]), np.array([what]), np.array([cause]), out)
    assert out[0] == uniform(seed, stream, who, what, cause)
    assert 0.0 < out[0] < 1.0


def test_uniform_leaves_the_ends_out():
    assert unit_interval(0, 0) == 2.0**-53
    assert unit_interval(FULL, FULL) == 1.0 - 2.0**-53
    for end in (unit_interval(0, 0), unit_interval(FULL, FULL)):
        assert math.isfinite(normal_quantile(end))
        assert 0.0 < end < 1.0


@pytest.mark.parametrize("part", range(5))
def test_every_part_of_an_address_counts(part):
    address = [1, 2, 3, 4, 5]
    changed = address.copy()
    changed[part] += 1
    assert uniform(*address) != uniform(*changed)


def test_high_word_of_the_cause_counts():
    assert uniform(1, 2, 3, 4, 5) != uniform(1, 2, 3, 4, 5 + (1 << 32))


def test_addresses_that_count_up_give_independent_uniforms():
    """Neighbouring who, what, cause and seeds: uniform, and uncorrelated with the next."""
    for vary in range(5):
        if vary == 1:
            continue
        address = [3, streams.SHARE, 5, 6, 7]
        values = []
        for step in range(4_000):
            address[vary] = step
            values.append(uniform(*address))
        assert stats.kstest(values, "uniform").pvalue > 1e-3
        assert abs(np.corrcoef(values[:-1], values[1:])[0, 1]) < 0.06


@pytest.mark.parametrize(
    ("function", "distribution"),
    [(normal, "norm"), (exponential, "expon"), (gumbel, "gumbel_r")],
)
def test_distributions(function, distribution):
    assert stats.kstest(draws(function), distribution).pvalue > 1e-3


def test_normal_quantile_against_scipy():
    p = np.concatenate(
        [np.linspace(1e-6, 1 - 1e-6, 4_001), 10.0 ** -np.arange(1, 308), 0.5 + 10.0 ** -np.arange(3.0, 16)]
    )
    ours = np.array([normal_quantile(value) for value in p])
    np.testing.assert_allclose(ours, stats.norm.ppf(p), rtol=1e-14, atol=1e-300)


def test_normal_quantile_is_monotone_across_its_pieces_and_clamped():
    p = [
        0.0,
        5e-324,
        1e-300,
        1e-12,
        1.3e-11,
        1.4e-11,
        0.0749,
        0.075,
        0.0751,
        0.5,
        0.925,
        0.9251,
        1 - 2.0**-53,
        1.0,
    ]
    values = [normal_quantile(value) for value in p]
    assert values == sorted(values)
    assert values[0] == normal_quantile(-1.0) == -NORMAL_QUANTILE_MAX
    assert values[-1] == normal_quantile(2.0) == NORMAL_QUANTILE_MAX
    assert math.isnan(normal_quantile(math.nan))


@given(st.floats(-37, 8))
def test_normal_cdf_against_scipy(x):
    assert normal_cdf(x) == pytest.approx(stats.norm.cdf(x), rel=1e-13)


@given(st.floats(1e-9, 1 - 1e-9), st.floats(0, 700))
def test_poisson_quantile_against_scipy(u, mean):
    count = poisson_quantile(u, mean)
    rounding = 1e-12
    assert stats.poisson.cdf(count, mean) >= u - rounding
    assert count == 0 or stats.poisson.cdf(count - 1, mean) < u + rounding


@pytest.mark.parametrize("mean", [0.01, 0.9, 3.0, 40.0, 699.0])
@pytest.mark.parametrize("u", [1e-9, 0.5, 0.999, 1 - 1e-6, 1 - 1e-9])
def test_poisson_quantile_in_its_tails(u, mean):
    assert poisson_quantile(u, mean) == stats.poisson.ppf(u, mean)


def test_poisson_quantile_ends_where_rounding_keeps_the_sum_below_u():
    assert poisson_quantile(1 - 2.0**-53, 700.0) < 1_000
    assert poisson_quantile(2.0**-53, 700.0) > 450
    assert poisson_quantile(0.5, 0.0) == 0


@given(st.floats(2.0**-53, 1 - 2.0**-53), st.floats(0, 600), st.floats(0, 100))
def test_a_higher_rate_only_adds_events(u, mean, more):
    assert poisson_quantile(u, mean + more) >= poisson_quantile(u, mean)


@pytest.mark.parametrize("mean", [-0.1, 700.5, math.inf, math.nan])
def test_poisson_refuses_a_mean_it_cannot_take(mean):
    with pytest.raises(ValueError, match="Poisson"):
        poisson_quantile(0.5, mean)


@given(int64s, int64s)
def test_mix_fits_a_signed_word(a, b):
    assert 0 <= mix(a, b) < 2**63


def test_mix_names_are_distinct():
    near = [-2, -1, 0, 1, 2, 1 << 32, (1 << 63) - 1]
    names = [mix(a, b) for a in [*range(300), *near[:2]] for b in [*range(300), *near[:2]]]
    assert len(set(names)) == len(names)
    triples = [mix3(a, b, c) for a in range(30) for b in range(30) for c in range(30)]
    assert len(set(triples)) == len(triples)
    fours = [mix4(a, b, c, d) for a in range(9) for b in range(9) for c in range(9) for d in range(9)]
    assert len(set(fours)) == len(fours)


def test_stream_numbers_are_unique_and_below_the_users_own():
    numbers = {name: value for name, value in vars(streams).items() if type(value) is int and name.isupper()}
    named = {name: value for name, value in numbers.items() if not name.startswith("FORCED")}
    assert len(named) > 45
    assert len(set(named.values())) == len(named)
    assert all(0 < value < 10_000 for value in named.values())


def test_uncompiled_code_draws_the_same():
    code = (
        "from sim.streams import mix3, normal, uniform;"
        "print(uniform(7, 1, -1, -1, 5), normal(1, 2, 3, -1, -9), mix3(1, -2, 3))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=os.environ | {"NUMBA_DISABLE_JIT": off},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for off in ("0", "1")
    }
    assert len(printed) == 1
