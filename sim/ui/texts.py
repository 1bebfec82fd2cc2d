"""Every text of the page, in Chinese and English."""

from __future__ import annotations

from sim.text import Lang

TEXTS: dict[str, tuple[str, str]] = {
    # the frame
    "app.language": ("语言", "Language"),
    "app.foot": ("只在本机运行，不向外发送任何数据", "Runs on this machine; sends nothing out"),
    "nav.home": ("选场景", "Scenarios"),
    "nav.design": ("改设置", "Design"),
    "nav.results": ("看结果", "Results"),
    "failure.title": ("这一步没有做成", "This did not work"),
    "failure.unforeseen": (
        "页面自己出了错，不是你填错了。可以返回再试；若再次出现，请把下面的细节复制给维护的人。",
        "The page has made a mistake; it is none of yours. Go back and try again; if it happens again, "
        "copy the details to whoever looks after Shapan.",
    ),
    "failure.back": ("返回", "Go back"),
    "failure.home": ("从选场景重新开始", "Start again from the scenarios"),
    "failure.details": ("细节（可复制）", "Details, to copy"),
    # home
    "home.title": ("活动上线前，先在沙盘里演一遍", "Rehearse the campaign before it is launched"),
    "home.lead": (
        "选一个场景：沙盘会在一张社交网络上，让每个成员自己看消息、犹豫、下单、分享，"
        "再用同一份运气比较两套方案，并与“不做活动”对照。",
        "Pick a scenario. On a social network every member reads, hesitates, orders and shares on their own; "
        "two designs are compared on the same luck, and with no campaign at all.",
    ),
    "home.cold": (
        "引擎正在准备：安装或升级后第一次需要一两分钟，此后只要几秒。",
        "The engine is getting ready: a minute or two the first time after an installation, "
        "seconds later on.",
    ),
    "home.rehearse": ("直接试演", "Rehearse"),
    "home.change": ("先改设置", "Change settings"),
    "home.versus": ("对比：{a} ／ {b}", "Compares: {a} / {b}"),
    # design
    "design.title": ("改设置", "Design"),
    "design.scenario": ("场景", "Scenario"),
    "design.shared": ("两套方案共用", "Shared by both designs"),
    "design.seeds": ("几个种子", "How many seeds"),
    "design.seeds_help": (
        "每个种子是一份运气：两套方案用同样的几份运气各跑一遍，成对相减。种子越多，区间越可靠。",
        "Each seed is one luck. Both designs run with the same ones, and differences are taken in pairs. "
        "More seeds give intervals that can be trusted more.",
    ),
    "design.seeds_range": ("应为整数，{least} 到 {most}", "must be a whole number, {least} to {most}"),
    "design.got": ("，实际为 {value}", ", got {value}"),
    "design.scaled": (
        "场景按 {written} 名成员编写。试演 {members} 名时，达人数、费用、奖金、库存、名额和预算按比例缩放；"
        "下面显示的是缩放前的数。",
        "The scenario is written for {written} members. With {members}, numbers of KOLs, fees, prizes, "
        "stock, quotas and budgets are scaled alike; below they stand as written.",
    ),
    "design.side_a": ("方案 A", "Design A"),
    "design.side_b": ("方案 B", "Design B"),
    "design.start": ("从这里开始", "Start from"),
    "design.none": ("（不对比）", "(nothing to compare)"),
    "design.base": ("{name}（原样）", "{name} (as it is)"),
    "design.reset": ("恢复原值", "Undo changes"),
    "design.changed": ("已改 {n} 项", "{n} changed"),
    "design.general_notes": ("整体提示", "About the whole"),
    "design.run": ("用同一份运气试演", "Rehearse on the same luck"),
    "design.fix": ("请先改正标红的设置。", "Correct the settings marked in red first."),
    "design.differs": ("B 与 A 的不同", "How B differs from A"),
    "design.same": (
        "两套方案相同：结果也会相同。",
        "Both designs are the same, and so will be their results.",
    ),
    "design.law": ("依据：{law}", "Rests on: {law}"),
    "design.missing": ("没有这个场景：{name}", "There is no such scenario: {name}"),
    "design.yes": ("是", "yes"),
    "design.no": ("否", "no"),
    "design.absent": ("无", "none"),
    "design.present": ("有", "there"),
    # results
    "results.empty": (
        "还没有试演。请先选一个场景。",
        "Nothing has been rehearsed yet. Pick a scenario first.",
    ),
    "results.unknown": (
        "没有编号为 {job} 的试演：可能已被清理，或来自另一台机器。",
        "There is no rehearsal {job}: it may have been cleaned up, or come from another machine.",
    ),
    "results.pick": ("去选场景", "Pick a scenario"),
    "results.change": ("改设置再演", "Change settings"),
    "results.luck": (
        "{members} 名成员 · {days} 天 · 各方案用同样的 {seeds} 份运气（种子 {list}）",
        "{members} members · {days} days · every design on the same {seeds} seeds ({list})",
    ),
    "results.luck_one": (
        "{members} 名成员 · {days} 天 · 同一份运气（种子 {list}）",
        "{members} members · {days} days · the same luck (seed {list})",
    ),
    "results.quick": (
        "先睹为快：这是 {quick} 名成员的缩小版，没有“无活动”对照；{members} 名成员的结果算好后会自动替换。",
        "A first look: a small community of {quick}, without the no-campaign twin. The results of {members} "
        "members take its place when they are ready.",
    ),
    "results.quick_only": (
        "只有 {quick} 名成员的缩小版：{members} 名成员的试演没有完成。",
        "Only the small community of {quick}: the rehearsal with {members} members did not finish.",
    ),
    "results.partial": (
        "已完成 {done} / {all} 份运气，结果会继续更新。",
        "{done} of {all} seeds are done; results go on improving.",
    ),
    "results.partial_end": (
        "只完成了 {done} / {all} 份运气。",
        "Only {done} of {all} seeds were done.",
    ),
    "results.queued": ("排队中：前面还有一次试演", "Waiting for another rehearsal"),
    "results.starting": ("引擎正在准备……", "The engine is getting ready ..."),
    "results.preparing": (
        "正在准备引擎（安装后仅此一次）：{share}",
        "Preparing the engine, once after an installation: {share}",
    ),
    "results.running": ("试演中 {share}", "Rehearsing, {share}"),
    "results.left": (" · 大约还需 {time}", " · about {time} left"),
    "results.seconds": ("{n} 秒", "{n} s"),
    "results.minutes": ("{n} 分钟", "{n} min"),
    "results.stop": ("停止", "Stop"),
    "results.stopped": ("试演已停止。", "The rehearsal was stopped."),
    "results.earlier": (
        "此后模型、场景或标定有改动，以下是改动前的结果。",
        "The model, a scenario or a calibration has been changed since; these are the results before.",
    ),
    "results.again": ("重新试演", "Run again"),
    "results.failed": ("试演失败：{message}", "The rehearsal failed: {message}"),
    "results.illegal": (
        "违法方案：{offers} 不得用于实际经营，结果仅供研究。",
        "Illegal: {offers} may not be used in the real world. Results are for study only.",
    ),
    "results.unbalanced": (
        "账目不平：{fen} 分，结果不可信。",
        "The books do not balance ({fen} fen): do not trust this.",
    ),
    "results.adoption": ("累计购买人数", "Cumulative buyers"),
    "results.adoption_note": (
        "横轴：第几天；灰色虚线：不做活动时",
        "By day; dashed grey: without the campaign",
    ),
    "results.adoption_note_quick": ("横轴：第几天", "By day"),
    "results.band": ("；色带：各份运气的最小到最大", "; band: least to most over the seeds"),
    "results.day": ("天", "Day"),
    "results.buyers": ("购买人数", "Buyers"),
    "results.paired": ("B 比 A 多多少", "B compared with A"),
    "results.paired_note": (
        "以 A 的均值为 100%；{seeds} 份运气成对相减，横线为 95% 区间",
        "As a share of A's mean; paired over {seeds} seeds, bars are 95% intervals",
    ),
    "results.paired_one": (
        "以 A 的值为 100%；只有一份运气，没有区间：差别可能只是运气",
        "As a share of A's value. One seed gives no interval: the difference may be luck",
    ),
    "results.paired_none": ("只有一套方案，没有可比的。", "There is only one design."),
    "results.funnel": ("转化漏斗（人数）", "Funnel (members)"),
    "results.funnel_note": (
        "占全部成员的比例；每一步数的是不同的人",
        "Share of all members; each step counts different people",
    ),
    "results.money": ("钱去了哪里", "Where the money goes"),
    "results.money_note": (
        "结清后（退款、佣金都已结算）；单位：元",
        "After run-off (refunds and commission settled); in yuan",
    ),
    "results.figures": ("关键数字", "Key figures"),
    "results.figures_note": (
        "结清后；多份运气取均值。“分母”说明比率除以什么。",
        "After run-off; means over the seeds. 'Out of' says what a ratio is divided by.",
    ),
    "results.measure": ("指标", "Measure"),
    "results.per": ("分母", "Out of"),
    "results.difference": ("B − A", "B − A"),
    "results.gained": ("比不做活动多", "More than without the campaign"),
    "results.reached_members": ("触达 {n} 人", "{n} reached"),
    "results.all_members": ("成员 {n} 人", "{n} members"),
    "results.gain": ("比不做活动多 {n}", "{n} more than with no campaign"),
    "results.loss": ("比不做活动少 {n}", "{n} less than with no campaign"),
    "results.over": ("两套标定", "Over both calibrations"),
    "results.over_help": (
        "公开事实不止容许一套行为参数。打开后，用同一份运气在其他标定下再跑一遍，每个数字后面给出各标定下的"
        "最低到最高。",
        "The published facts admit more than one set of behavioural parameters. Switched on, all is run "
        "again with the others on the same luck, and every figure gets its range from lowest to highest.",
    ),
    "results.over_note": (
        "数字为默认标定（{default}）；⟨ ⟩ 内为各标定（{all}）下的最低到最高。图形为默认标定。",
        "Figures are of the default calibration ({default}); ⟨ ⟩ holds the lowest to highest over {all}. "
        "Pictures are of the default one.",
    ),
    "results.over_wait": (
        "其他标定算完后，数字后面会给出范围。",
        "Ranges appear when the other calibrations are done.",
    ),
    "results.over_failed": ("其他标定没有算成：{message}", "The other calibrations failed: {message}"),
    "results.over_stopped": ("其他标定没有算完。", "The other calibrations were not finished."),
    "results.over_same": (
        "按四项主要指标的均值，没有哪套标定会颠倒两套方案的优劣；差别是否超出运气，见“B − A”。",
        "By the means of the four main figures, no calibration reverses which design is better. Whether the "
        "difference is more than luck, B − A tells.",
    ),
    "results.over_differs": (
        "哪套方案更好取决于标定：{measures}。这些指标上不宜据此推荐。",
        "Which design is better depends on the calibration, by: {measures}. Do not recommend on these.",
    ),
    # steps of the funnel
    "step.members": ("全部成员", "all members"),
    "step.reached": ("看到", "reached"),
    "step.considered": ("点开细看", "looked closer"),
    "step.ordered": ("下单", "ordered"),
    "step.bought": ("买成", "bought"),
    "step.shared": ("转发过", "passed it on"),
    # lines of the money chart
    "money.gross": ("成交额", "gross sales"),
    "money.refunds": ("退款", "refunds"),
    "money.goods": ("货款", "goods"),
    "money.carriage": ("运费", "carriage"),
    "money.platform_fee": ("支付手续费", "payment fees"),
    "money.commission": ("佣金", "commission"),
    "money.rewards": ("奖励与奖金", "rewards, prizes"),
    "money.kol_fees": ("达人费用", "KOL fees"),
    "money.samples": ("样品", "samples"),
    "money.push": ("推送", "pushes"),
    "money.margin": ("毛利（扣营销）", "margin"),
}
"""Key -> Chinese, English. Keys are stable; texts are free to change."""


def text(key: str, lang: Lang, **values: object) -> str:
    """The text of a key in a language, with its places filled in."""
    zh, en = TEXTS[key]
    return (zh if lang == "zh" else en).format(**values)
