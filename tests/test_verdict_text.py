"""Each verdict is told in a sentence that claims what it claims, in both languages."""

import numpy as np
import pytest

from sim.text import Text
from sim.verdict import verdict
from sim.verdict_text import verdict_text

LUCK = np.random.default_rng(9).normal(size=40)
CLEAR, LIKELY, OPEN = (
    (LUCK[:20] - LUCK[:20].mean()) / LUCK[:20].std(ddof=1) + mean for mean in (1.0, 0.55, 0.2)
)


def told(*gaps, higher_is_better=True, least=20):
    found = verdict(
        dict(zip(("usual", "chats"), gaps, strict=False)), higher_is_better=higher_is_better, least=least
    )
    outcome = Text("margin", "毛利")
    return verdict_text(found, a="old", b="new", outcome=outcome, shown="{:+.2f}".format, least=least)


@pytest.mark.parametrize(
    ("gaps", "more", "en", "zh"),
    [
        (
            (CLEAR,),
            {},
            "Clear: new is better than old by margin: +1.00 (95 % interval +0.",
            "明确：按毛利，new 优于 old",
        ),
        ((-CLEAR,), {}, "Clear: old is better than new by margin: +1.00", "明确：按毛利，old 优于 new"),
        (
            (CLEAR,),
            {"higher_is_better": False},
            "Clear: old is better than new by margin: -1.00",
            "old 优于 new",
        ),
        (
            (-CLEAR,),
            {"higher_is_better": None},
            "Clear: old has more than new of margin: +1.00",
            "old 的毛利高于 new",
        ),
        ((CLEAR, CLEAR), {}, "), under every calibration.", "，各标定下皆然。"),
        ((LIKELY,), {}, "Likely: new is better than old", "很可能：按毛利，new 优于 old"),
        ((OPEN,), {}, "new and old cannot be told apart by margin: +0.20", "分不出 new 与 old 的高下：+0.20"),
        ((CLEAR, OPEN), {}, "new is above old ONLY UNDER usual;", "new 仅在 usual 下高于 old"),
        ((OPEN, -CLEAR), {}, "new is below old ONLY UNDER chats;", "new 仅在 chats 下低于 old"),
        ((OPEN, -OPEN), {}, "Who is ahead depends on the calibration", "领先者因标定而异"),
        (
            (CLEAR, -CLEAR),
            {},
            "IT DEPENDS ON THE CALIBRATION: by margin, new is above old under usual",
            "取决于标定",
        ),
        ((OPEN / 1e3 + 1e-9,), {}, "cannot be told apart", "分不出"),
        ((OPEN - 0.1999,), {}, "More than 100,000 repeats", "超过 100,000 次重复"),
        ((np.zeros(20),), {}, "No difference: old and new gave the same margin in each of 20", "每次都相同"),
        ((CLEAR[:7],), {}, "by margin: it takes 20 repeats, and there are 7", "需 20 次重复，现有 7 次"),
        ((CLEAR,), {"least": 40}, "it takes 40 repeats, and there are 20.", "需 40 次重复，现有 20 次"),
    ],
)
def test_what_is_said(gaps, more, en, zh):
    found = told(*gaps, **more)
    assert en in found.en
    assert zh in found.zh


def test_the_repeats_it_would_take_are_named_with_their_condition():
    likely = verdict({"usual": LIKELY}, higher_is_better=True).needed
    assert f"About {likely} repeats in all would make it clear, if" in told(LIKELY).en
    assert f"共约需 {likely} 次重复才能明确" in told(LIKELY).zh
    needed = verdict({"usual": OPEN}, higher_is_better=True).needed
    assert f"About {needed} repeats in all would tell them apart, if" in told(OPEN).en
    assert "repeats" not in told(CLEAR).en


def test_nothing_is_written_as_nan_or_none():
    for gaps in ((CLEAR,), (LIKELY,), (OPEN,), (np.zeros(20),), (np.full(20, np.nan),), (CLEAR, -CLEAR)):
        for text in (told(*gaps).en, told(*gaps).zh):
            assert "nan" not in text.lower()
            assert "None" not in text


def test_repeats_that_could_not_be_measured_are_counted():
    gappy = np.concatenate((CLEAR[:13], np.full(7, np.nan)))
    found = told(gappy)
    assert "it takes 20 repeats, and there are 13" in found.en
    assert found.en.endswith("It could be measured in 13 of 20 repeats.")
    assert found.zh.endswith("20 次重复中有 13 次可以测得。")
    assert "could be measured" not in told(CLEAR).en
