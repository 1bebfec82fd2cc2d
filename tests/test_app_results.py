"""Results as a user sees them, without a browser: the verdict, what may be shown of few pairs, who waits."""

import json
import re
import time

import pytest
import streamlit as st
from app_page import IdleDesk, field, healthy, linked, opened, set_desk, shared, switch, words

from sim.text import Text
from sim.ui import frame, results_page
from sim.ui.job_files import DesignRequest, JobRequest, JobState
from sim.ui.jobs import Desk
from sim.ui.texts import text
from sim.ui.worker import task_results

DESIGNS = (
    DesignRequest("staple-group-buy", None, {"run.horizon_days": 2}),
    DesignRequest("staple-group-buy", "group-of-3", {"run.horizon_days": 2}),
)


@pytest.fixture
def desk(monkeypatch):
    monkeypatch.setattr(frame, "home_page", frame.results_page)  # the page that a link without a path opens
    yield set_desk(monkeypatch, IdleDesk())
    st.cache_resource.clear()


@pytest.fixture(scope="module")
def one_task():
    """What a real run of one seed gives."""
    request = JobRequest(DESIGNS, 60)
    return task_results(request, request.tasks(1)[0], lambda share: None)


def give(desk, one_task, gaps, pairs, state=None, designs=DESIGNS, repeats=None):
    """A job with so many pairs: calibration -> mean gap of B's margin to A's, in fen, and some luck."""
    request = JobRequest(designs, 60, 1, repeats)
    name = request.id
    results_page._so_far.cache_clear()  # else what another call gave to this job
    desk.requests[name] = request
    desk.given[name] = [
        changed(one, seed, calibration, (gap if len(designs) == 1 or one.design else 0) + 3000 * (-1) ** seed)
        for calibration, gap in gaps.items()
        for seed in range(1, pairs + 1)
        for one in one_task[: len(designs)]
    ]
    if state is not None:
        desk.state = lambda job: state if job == name else None
    return name


def changed(one, seed, calibration, margin_fen):
    """The same result with another seed, calibration and margin; A's has the same luck twice over."""
    whole = json.loads(json.dumps(vars(one)))
    scale = 2 if one.design else 1
    whole["summary"]["incremental"]["margin_fen"] = scale * margin_fen
    whole["summary"]["runoff"]["margin_fen"] = scale * margin_fen
    whole["summary"]["runoff"]["conversion_of_readers"] = 0.2 + seed % 7 / 100 + one.design * seed % 3 / 100
    whole["summary"]["runoff"]["buyers"] = 40 + seed % 5 + one.design * (seed % 3)
    return type(one)(**{**whole, "seed": seed, "calibration": calibration})


def results(lang="en", **query):
    return healthy(opened(lang, **query))


def sentence(at):
    """The large one."""
    (found,) = [one for one in at.get("html") if "1.5rem" in one.proto.body]
    return re.sub("<.*?>", "", found.proto.body)


def titles(at):
    """What the table of all figures has above it."""
    return [str(name) for name in at.table[-1].value.columns]


DONE = JobState("done", 1.0, 20, 20)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("gaps", "kind"),
    [
        ({"open-list": 90_000, "chats": 80_000}, "clear"),
        ({"open-list": 90_000, "chats": 800}, "likely"),
        ({"open-list": 200, "chats": 150}, "open"),
        ({"open-list": 90_000, "chats": -90_000}, "depends"),
        ({"open-list": 90_000, "chats": 150}, "depends"),
    ],
)
def test_a_verdict_of_each_kind(desk, one_task, lang, gaps, kind):
    name = give(desk, one_task, gaps, 20, DONE)
    said = sentence(results(lang, job=name))
    starts = {
        "clear": {"zh": "B 更赚：毛利多 ¥", "en": "B earns more: ¥"},
        "likely": {"zh": "大概 B 更赚：毛利多 ¥", "en": "Probably B earns more: ¥"},
        "open": {
            "zh": "演了 20 次，分不出 A 与 B：毛利上 B 减 A 为",
            "en": "20 repeats cannot tell A and B apart: by margin, B less A is",
        },
        "depends": {
            "zh": "演了 20 次，不能说 A 与 B 哪个更好：毛利",
            "en": "20 repeats cannot tell which of A and B is better: margin",
        },
    }
    assert said.startswith(starts[kind][lang]), said
    assert ("95%" in said) is (kind != "depends")  # an interval that leaves 0 out tells them apart
    assert "20" in said
    kept = words(results(lang))  # the list without a job
    assert "calibration" in words(results(lang, job=name)) or "标定" in words(results(lang, job=name))
    assert text("kept.title", lang) in kept


def test_the_outcome_that_is_picked_is_in_the_link_and_a_wrong_one_is_not_taken(desk, one_task):
    name = give(desk, one_task, {"open-list": 200, "chats": 150}, 20, DONE)
    assert "by" not in results(job=name).query_params  # else back would lead to where it is put in again
    at = results(job=name, by="nonsense")
    assert linked(at, "by") == "margin"
    at = healthy(at.selectbox(key="by.0.en").set_value("reached").run())
    assert linked(at, "by") == "reached"
    assert "members reached" in sentence(at)
    at = healthy(switch(at, "zh"))
    assert "触达人数" in sentence(at)
    assert "触达人数" in sentence(results("zh", job=name, by="reached"))


@pytest.mark.parametrize(
    ("pairs", "side_by_side"), [(1, False), (4, False), (5, True), (19, True), (20, True)]
)
def test_few_pairs_are_not_put_side_by_side_and_never_have_a_winner(desk, one_task, pairs, side_by_side):
    running = JobState("running", 0.2, pairs, 20, 9.0)
    name = give(desk, one_task, {"open-list": 90_000, "chats": 90_000}, pairs, running)
    at = results(job=name)
    assert ("B − A" in titles(at)) is side_by_side
    assert (text("results.paired_wait", "en", least=5) in words(at)) is not side_by_side
    charts = len(at.get("arrow_vega_lite_chart")) + len(at.get("vega_lite_chart"))
    assert charts in (5 + side_by_side, 0), charts
    table = at.table[-1].value.to_string()
    assert bool(re.search(r"\[.*…", table)) is (pairs >= 20)
    if pairs < 20:
        assert sentence(at) == text("verdict.wait", "en", n=pairs, least=20)
        assert "better" not in sentence(at)
    else:
        assert sentence(at).startswith("B earns more")


def test_a_share_has_no_interval_before_forty_pairs(desk, one_task):
    for pairs, there in ((20, False), (40, True)):
        name = give(desk, one_task, {"open-list": 900}, pairs, DONE, repeats=pairs)
        shown = results(job=name).table[-1].value.set_index("Measure")
        row = shown.loc[next(name for name in shown.index if name.startswith("Conversion")), "B − A"]
        assert ("[" in row) is there


def test_a_single_design_is_put_against_doing_nothing(desk, one_task):
    name = give(desk, one_task, {"open-list": 90_000, "chats": 80_000}, 20, DONE, designs=DESIGNS[:1])
    at = results(job=name)
    assert sentence(at).startswith("The campaign earns more")
    assert [str(one) for one in titles(at)] == ["Measure", "A", "90% of single runs", "Out of"]
    assert text("by.reached", "en") not in at.selectbox(key="by.0.en").options


def cards(at):
    """What stands on each card."""
    found = [one.proto.body for one in at.get("html") if "font-weight:600;margin" in one.proto.body]
    return [re.sub("<.*?>", " ", one) for one in found]


@pytest.mark.parametrize("designs", [DESIGNS, DESIGNS[:1]])
@pytest.mark.parametrize("pairs", [4, 20])
def test_single_runs_are_told_beside_their_mean(desk, one_task, designs, pairs):
    """Buyers of A go through 41, 42, 43, 44, 40 over and over; conversion through 21 ... 26, 20 %."""
    name = give(desk, one_task, {"open-list": 900}, pairs, DONE, designs=designs, repeats=pairs)
    at = results(job=name)
    told = "90% of single runs: 40 … 44 (over 20 seeds)"
    assert any(told in one for one in cards(at)) is (pairs == 20)
    if len(designs) == 1:
        row = at.table[-1].value.set_index("Measure").loc["Conversion of readers"]
        assert row.iloc[1] == ("20.0% … 26.0%" if pairs == 20 else "")
    assert any("90% 的单次推演：40 … 44（20 个种子）" in one for one in cards(results("zh", job=name))) is (
        pairs == 20
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_money_of_another_number_of_members_says_so_wherever_it_stands(desk, one_task, lang):
    """60 members of a scenario that is written for 10,000; nothing where it is run at its own size."""
    said = text("results.scaled", lang, members="60", written="10,000")
    on_card = text("results.scaled_short", lang, members="60", written="10,000")
    own_size = [type(one)(**vars(one) | {"written": one.members}) for one in one_task]
    for runs, there in ((one_task, True), (own_size, False)):
        at = results(lang, job=give(desk, runs, {"open-list": 900}, 1, DONE, repeats=1))
        notes = [one.value for one in at.caption]
        for note in ("results.money_note", "results.ways_note"):
            (found,) = (one for one in notes if one.startswith(text(note, lang)))
            assert (said in found) is there
        (by_day,) = (
            one for one in notes if one.startswith(text("results.by_day_note", lang, lowest="")[:20])
        )
        assert (said in by_day) is there
        heads = [str(one) for one in at.table[-1].value.iloc[:, 0] if str(one).startswith("**")]
        assert any(on_card in one for one in heads) is there
        with_money = [on_card in one for one in cards(at)]
        assert with_money == [False, False, there, there]  # buyers, conversion, net sales, margin


def test_the_lowest_point_of_cash_is_told_above_its_chart(desk, one_task):
    at = results(job=give(desk, one_task, {"open-list": 900}, 1, DONE, repeats=1))
    (note,) = (one.value for one in at.caption if "Lowest point" in one.value)
    assert re.search(r"A −?¥[\d,.]+, B −?¥", note), note


def test_more_repeats_are_offered_only_where_they_may_tell(desk, one_task):
    done = JobState("done", 1.0, 80, 80)
    for gaps, offered in (
        ({"open-list": 250, "chats": 250}, True),
        ({"open-list": 90_000, "chats": 90_000}, False),  # it is clear
        ({"open-list": 200, "chats": -200}, False),  # it may never tell
    ):
        name = give(desk, one_task, gaps, 80, done)
        at = results(job=name)
        found = [one for one in at.button if one.key == "more"]
        assert bool(found) is offered, sentence(at)
        if found:
            assert found[0].label == text("verdict.more", "en", n=160)
            healthy(found[0].click().run())


def test_a_number_of_repeats_too_small_is_said_and_can_be_gone_on_from(desk, one_task):
    name = give(
        desk, one_task, {"open-list": 90_000, "chats": 90_000}, 3, JobState("done", 1.0, 3, 3), repeats=3
    )
    at = results(job=name)
    assert sentence(at) == text("verdict.few", "en", n=3, least=20)
    healthy(at.button(key="more").click().run())
    assert [one.repeats for one in desk.requests.values()] == [3, None]


def test_calibrations_that_disagree_are_named_by_their_intervals(desk, one_task):
    for gaps, said in (
        ({"open-list": 90_000, "chats": -90_000}, "depends on the calibration"),
        ({"open-list": 200, "chats": -200}, None),
    ):
        name = give(desk, one_task, gaps, 20, DONE)
        at = results(job=name)
        warned = [one.value for one in at.warning]
        assert bool(warned) is (said is not None)
        assert said is None or said in warned[0]
    name = give(desk, one_task, {"open-list": 200, "chats": 90_000}, 20, DONE)
    assert "under chats only" in results(job=name).info[0].value


def test_results_under_another_calibration_alone_are_waited_with(desk, one_task):
    name = give(desk, one_task, {"chats": 150}, 1, JobState("running", 0.1, 0, 20))
    at = results(job=name)  # it was drawn over and over, and never came to an end
    assert len(at.get("progress")) == 1
    assert at.button(key="kept")


def test_a_tab_that_stops_leaves_others_their_job(desk, one_task):
    name = give(desk, one_task, {"open-list": 200, "chats": 150}, 3)
    desk.others = 1
    at = results(job=name)
    assert at.button(key="stop").label == text("results.leave", "en")
    healthy(at.button(key="stop").click().run())
    assert desk.left == [name]
    assert text("results.others", "en") in words(at)
    healthy(at.button(key="wait").click().run())
    assert at.button(key="stop")
    desk.others = 0
    desk.left.clear()
    at = healthy(results(job=name))
    healthy(at.button(key="stop").click().run())
    assert text("results.stopped", "en") in words(at)
    assert at.button(key="again").label == text("results.on", "en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_place_and_time_are_told_and_a_failure_is_in_the_language(desk, one_task, lang):
    name = give(desk, one_task, {}, 0, JobState("queued", 0.0, 0, 20, 130.0, 2))
    at = results(lang, job=name)
    (bar,) = at.get("progress")
    assert bar.proto.text == text("results.queued", lang, n=2) + text(
        "results.left", lang, time=text("results.minutes", lang, n=2)
    )
    failed = JobState("failed", message=Text("it was ended by SIGKILL", "被信号 SIGKILL 终止"))
    name = give(desk, one_task, {}, 0, failed)
    assert {"zh": "被信号 SIGKILL 终止", "en": "it was ended by SIGKILL"}[lang] in words(
        results(lang, job=name)
    )


def test_an_engine_that_does_not_start_is_said_on_every_page(desk):
    desk.trouble = Text("The engine does not start", "引擎无法启动")
    desk.ready = False
    assert [one.value for one in results().error] == ["The engine does not start"]
    assert [one.value for one in results("zh").error] == ["引擎无法启动"]


def test_what_is_kept_is_listed_and_opens(desk, one_task):
    name = give(desk, one_task, {"open-list": 90_000, "chats": 80_000}, 20, DONE)
    desk.state = lambda job: JobState("done", 1.0, 20, 20, verdicts={"margin": ("clear", 1)})
    at = results()
    assert "B earns more (clear)" in words(at).replace("\\", "")
    healthy(at.button(key=f"open-{name}").click().run())
    assert linked(at, "job") == name
    healthy(at.button(key="kept").click().run())
    healthy(at.button(key=f"forget-{name}").click().run())
    assert not desk.requests
    assert text("results.empty", "en") in words(at)


def test_results_of_an_earlier_state_say_so_and_can_be_made_again(desk, one_task, monkeypatch):
    name = give(desk, one_task, {"open-list": 200, "chats": 150}, 20)
    monkeypatch.setattr(desk, "state", lambda job: DONE if job in desk.requests else None)
    assert text("results.earlier", "en") not in words(results(job=name))
    monkeypatch.setattr("sim.ui.job_files.answer_digest", lambda scenarios: "a calibration was edited")
    at = results(job=name)
    assert text("results.earlier", "en") in words(at)
    healthy(at.button(key="again").click().run())
    assert linked(at, "job") != name
    assert text("results.earlier", "en") not in words(at)


def test_a_link_to_nothing_says_so(desk):
    at = results(job="0" * 16)
    assert "There is no rehearsal" in words(at)


@pytest.fixture
def walk(monkeypatch):
    yield set_desk(monkeypatch, IdleDesk())
    st.cache_resource.clear()


def test_a_click_on_a_scenario_runs_it_against_its_first_variant(walk):
    at = healthy(opened())
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    (request,) = walk.requests.values()
    assert [one.variant for one in request.designs] == [None, "group-of-3"]
    assert (request.repeats, len(request.calibrations)) == (None, 2)  # looks, under all that ship
    assert linked(at, "job") == request.id
    assert "Group size: 2 → 3" in words(at).replace("\\", "")
    healthy(at.button(key="stop").click().run())
    assert walk.left == [request.id]


def test_another_run_of_the_same_tab_leaves_the_first(walk):
    at = healthy(opened())
    healthy(at.button(key="rehearse-staple-group-buy").click().run())
    (first,) = walk.requests
    healthy(at.button(key="change").click().run())
    healthy(field(at, "group_size", 1).set_value("4").run())
    healthy(at.button(key="run").click().run())
    assert walk.left == [first]
    assert len(walk.requests) == 2


def test_a_run_finishes_and_shows_figures_with_denominators(monkeypatch, tmp_path):
    one = Desk(tmp_path)
    set_desk(monkeypatch, one)
    try:
        at = healthy(opened("zh"))
        healthy(at.button(key="change-staple-group-buy").click().run())
        for path, value in (("population.members", "120"), ("run.horizon_days", "3"), ("seeds", "5")):
            healthy(shared(at, path).set_value(value).run())
        healthy(at.button(key="run").click().run())
        job = linked(at, "job")
        until = time.monotonic() + 600
        while one.state(job).active:
            assert time.monotonic() < until
            time.sleep(0.2)
        healthy(at.run())
        assert one.state(job).stage == "done"
        for title in ("adoption", "paired", "funnel", "money", "figures"):
            assert text(f"results.{title}", "zh") in words(at)
        shown = at.table[-1].value.set_index("指标")
        assert shown.loc["触达率", "分母"] == "成员"
        assert list(shown.columns) == ["A", "B", "B − A", "分母"]
        healthy(switch(at, "en"))
        assert linked(at, "job") == job
        assert text("results.figures", "en") in words(at)
    finally:
        one.close()
        st.cache_resource.clear()
