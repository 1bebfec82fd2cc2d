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
    "design.seeds_auto": ("自动", "auto"),
    "design.seeds_help": (
        "每个种子是一份运气：各方案用同样的运气各跑一遍，成对相减。留空为自动：到 20、40、80 次时各看一次，"
        "结论明确就停。",
        "Each seed is one luck. All designs run with the same ones, and differences are taken in pairs. "
        "Empty means auto: looked at after 20, 40 and 80, and ended as soon as it is clear.",
    ),
    "design.scaled": (
        "场景按 {written} 名成员编写。试演 {members} 名时，达人数、费用、奖金、库存、名额和预算按比例缩放；"
        "下面显示的是缩放前的数。",
        "The scenario is written for {written} members. With {members}, numbers of KOLs, fees, prizes, "
        "stock, quotas and budgets are scaled alike; below they stand as written.",
    ),
    "graph.title": ("谁认识谁", "Who knows whom"),
    "graph.made": ("按场景生成", "Made as the scenario says"),
    "graph.own": ("用我的文件", "From my own file"),
    "graph.file": ("社交关系或订单表", "A social graph, or a table of orders"),
    "graph.pick": ("选择文件", "Choose a file"),
    "graph.hint": ("或把文件拖到这里，最大 20 MB", "or drop it here, up to 20 MB"),
    "graph.help": (
        "可用：csv、tsv、xlsx、txt（两列为一对关系，或订单表）、GraphML、GEXF、GML、Pajek、JSON、"
        "Matrix Market、DIMACS，也可为 gz 压缩。"
        "文件只在本机内存中读取；姓名、电话、地址和备注不会保存。"
        "更大的文件请在终端用 --graph。",
        "csv, tsv, xlsx, txt (two columns are a pair; or orders), GraphML, GEXF, GML, Pajek, JSON, Matrix "
        "Market, DIMACS, also gzipped. The file is read in this machine's memory; names, phones, addresses "
        "and remarks are not kept. For larger files use --graph in a terminal.",
    ),
    "graph.how": ("读错了？告诉沙盘怎么读", "Read wrongly? Say how to read it"),
    "graph.directed": ("每一行的意思", "What a line means"),
    "graph.follows": ("前者关注后者", "the first follows the second"),
    "graph.friends": ("两人互为好友", "the two are friends"),
    "graph.auto": ("由文件判断", "as the file says"),
    "graph.link_by": ("订单表里谁算相识", "In orders, who knows whom"),
    "graph.by_order": ("同一订单", "who stand in the same order"),
    "graph.by_product": ("买过同一商品", "who bought the same product"),
    "graph.by_group": ("同一个团", "who bought in the same group"),
    "graph.by_inviter": ("邀请人与被邀请人", "who invited whom"),
    "graph.by_address": ("同一地址", "who share an address"),
    "graph.sheet": ("工作表名（留空为第一张）", "Name of the sheet (empty: the first)"),
    "graph.columns": ("列名对应", "Columns by name"),
    "graph.columns_help": (
        "写成 字段=列名，以逗号分隔，例如 customer=买家编号, order=单号",
        "field=column, with commas between, such as customer=Buyer No, order=Ticket",
    ),
    "graph.of": ("社交关系取自 {name}", "who knows whom: {name}"),
    "graph.read": ("已读入", "Read:"),
    "graph.none": (
        "请先选择文件，或改回按场景生成。",
        "Choose a file first, or go back to what the scenario makes.",
    ),
    "graph.scaled": (
        "场景按 {written} 名成员编写；这里是你的 {members} 名成员，库存、名额、预算、奖金与达人数仍按原样。",
        "The scenario is written for {written} members. Here there are {members} of yours; stock, quotas, "
        "budgets, prizes and numbers of KOLs stay as written.",
    ),
    "design.changes": ("按人数缩放的 {n} 个数", "{n} numbers scaled with the members"),
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
        "{members} 名成员 · {days} 天 · 各方案用同样的 {seeds} 份运气（种子从 {first} 起）",
        "{members} members · {days} days · every design on the same {seeds} seeds (from {first} on)",
    ),
    "results.luck_auto": (
        "{members} 名成员 · {days} 天 · 各方案用同样的运气（种子从 {first} 起），结论明确就停",
        "{members} members · {days} days · every design on the same seeds (from {first} on), "
        "until it is clear",
    ),
    "results.first": (
        "目前是 {n} 份运气下的各自结果；至少 {least} 对才并排比较，此前的差别多半只是运气。",
        "So far what each gives with {n} of the seeds. Designs are put side by side from {least} pairs on: "
        "before, differences are mostly luck.",
    ),
    "results.queued": ("排队中：前面还有 {n} 次试演", "Waiting; rehearsals before it: {n}"),
    "results.starting": ("引擎正在准备……", "The engine is getting ready ..."),
    "results.preparing": (
        "正在准备引擎（安装后仅此一次）：{share}",
        "Preparing the engine, once after an installation: {share}",
    ),
    "results.running": ("已演 {pairs} / {goal} 对", "{pairs} of {goal} pairs are done"),
    "results.running_alone": ("已演 {pairs} / {goal} 次", "{pairs} of {goal} repeats are done"),
    "results.left": (" · 大约还需 {time}", " · about {time} left"),
    "results.seconds": ("{n} 秒", "{n} s"),
    "results.minutes": ("{n} 分钟", "{n} min"),
    "results.hours": ("{n} 小时", "{n} h"),
    "results.stop": ("停止", "Stop"),
    "results.leave": ("我不等了", "Do not wait"),
    "results.others": (
        "你已不等；别的标签页还在等，所以仍在继续。",
        "You do not wait any more. It goes on since another tab does.",
    ),
    "results.wait": ("我也等", "Wait too"),
    "results.stopped": ("试演已停止，做完的都保留着。", "The rehearsal was stopped; what is done is kept."),
    "results.on": ("接着演", "Go on"),
    "results.earlier": (
        "此后程序、场景或标定有改动，以下是改动前的结果。",
        "The program, a scenario or a calibration has been changed since; these are the results before.",
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
    "results.band": ("；色带：各份运气的最小到最大", "; band: least to most over the seeds"),
    "results.day": ("天", "Day"),
    "results.buyers": ("购买人数", "Buyers"),
    "results.paired": ("B 比 A 多多少", "B compared with A"),
    "results.paired_note": (
        "以 A 的均值为 100%；{seeds} 对同运气相减，横线为 95% 区间；没有横线的，每点是一对",
        "As a share of A's mean; {seeds} pairs on the same luck. Bars are 95% intervals; without a bar, "
        "every dot is a pair",
    ),
    "results.paired_dots": (
        "以 A 的均值为 100%；每点是同运气的一对，共 {seeds} 对：太少，还没有区间",
        "As a share of A's mean; every dot is a pair on the same luck. {seeds} pairs are too few for "
        "intervals",
    ),
    "results.paired_wait": (
        "满 {least} 对后才并排比较。",
        "Designs are put side by side from {least} pairs on.",
    ),
    "results.paired_none": ("只有一套方案，没有可比的。", "There is only one design."),
    "results.added": ("比不做活动多的购买人数", "Buyers added"),
    "results.added_note": (
        "累计，逐日；活动后下降的部分是提前买走的（需设洗脱期才能看全）",
        "Cumulative, by day; what falls after the campaign was only bought earlier (see washout)",
    ),
    "results.ways": ("三种口径的资金", "Money, three ways"),
    "results.ways_note": (
        "先看活动增量；现金口径不计让价与券，会把低价当成免费",
        "The increment first; cash leaves out price cuts and coupons, as if low prices cost nothing",
    ),
    "results.funnel": ("转化漏斗（人数）", "Funnel (members)"),
    "results.funnel_note": (
        "占全部成员的比例；每一步数的是不同的人",
        "Share of all members; each step counts different people",
    ),
    "results.money": ("钱去了哪里", "Where the money goes"),
    "results.money_note": (
        "结清后（退款、佣金都已结算）；单位：元；各项相加即为毛利",
        "After run-off (refunds and commission settled); in yuan; the lines add up to the margin",
    ),
    "results.by_day": ("逐日资金", "Money by day"),
    "results.by_day_note": (
        "累计到每天日终，含结清期，单位：元；货款在顾客确认收货时到账。商家资金最低点：{lowest}",
        "Up to the end of each day, run-off included, in yuan; customers' money arrives when they confirm "
        "receipt. Lowest point of the merchant's cash: {lowest}",
    ),
    "results.scaled": (
        "金额为 {members} 名成员之数，场景按 {written} 名编写",
        "Money is that of {members} members; the scenario is written for {written}",
    ),
    "results.scaled_short": (
        "{members} 名成员之数；场景按 {written} 名编写",
        "of {members} members; written for {written}",
    ),
    "results.range": ("{share} 的单次推演", "{share} of single runs"),
    "results.luck_range": (
        "{share} 的单次推演：{range}（{n} 个种子）",
        "{share} of single runs: {range} (over {n} seeds)",
    ),
    "results.figures": ("关键数字", "Key figures"),
    "results.figures_note": (
        "结清后；多份运气取均值，方括号为均值的 95% 区间（次数够时）。“单次推演”为单独一次会落入的范围："
        "上线只有一次。“分母”说明比率除以什么。",
        "After run-off; means over the seeds, in brackets their 95% intervals where there are seeds enough. "
        "'Single runs' is the range that one run falls into: a launch happens once. 'Out of' says what a "
        "ratio is divided by.",
    ),
    "results.measure": ("指标", "Measure"),
    "results.per": ("分母", "Out of"),
    "results.difference": ("B − A", "B − A"),
    "results.gained": ("比不做活动多", "More than without the campaign"),
    "results.readers": ("看过的 {n} 人", "of {n} who read about it"),
    "results.all_members": ("成员 {n} 人", "{n} members"),
    "results.gain": ("比不做活动多 {n}", "{n} more than with no campaign"),
    "results.loss": ("比不做活动少 {n}", "{n} less than with no campaign"),
    "results.over_note": (
        "⟨ ⟩ 内为各标定（{all}）下的最低到最高；其余数字与图形为默认标定（{default}）。标定是公开事实都容许的"
        "几套顾客行为假设。",
        "⟨ ⟩ holds the lowest to highest over the calibrations ({all}); all else is of the default one "
        "({default}). Calibrations are sets of behavioural assumptions that the published facts admit.",
    ),
    "results.over_reverses": (
        "按这些指标，哪套方案更好取决于标定：{measures}。不宜据此推荐。",
        "Which design is better depends on the calibration, by: {measures}. Do not recommend on these.",
    ),
    "results.over_only": (
        "只在标定 {names} 下分得出：{measures}。",
        "Told apart under {names} only: {measures}.",
    ),
    # the verdict
    "verdict.by": ("按什么下结论", "Conclude on"),
    "verdict.nothing": ("不做活动", "No campaign"),
    "verdict.campaign": ("做活动", "The campaign"),
    "verdict.wait": (
        "还不能下结论：已演 {n} 次，至少要 {least} 次",
        "Too early to conclude: {n} of {least} repeats",
    ),
    "verdict.wait_fixed": (
        "还不能下结论：已演 {n} 次，共要 {least} 次",
        "Too early to conclude: {n} of the {least} repeats you asked for",
    ),
    "verdict.few": (
        "{n} 次太少，不能下结论：至少要 {least} 次",
        "{n} repeats are too few to conclude: it takes at least {least}",
    ),
    "verdict.clear": (
        "{side}{better}：{label}多 {gap}（95%：{low}…{high}），{of} 次里 {wins} 次更好",
        "{side} {better}: {gap} more {label} (95%: {low} … {high}), better in {wins} of {of} repeats",
    ),
    "verdict.likely": (
        "大概{side}{better}：{label}多 {gap}（95%：{low}…{high}），{of} 次里 {wins} 次更好",
        "Probably {side} {better}: {gap} more {label} (95%: {low} … {high}), "
        "better in {wins} of {of} repeats",
    ),
    "verdict.open": (
        "演了 {of} 次，分不出{a}与{b}：{label}上{b}减{a}为 {gap}（95%：{low}…{high}）",
        "{of} repeats cannot tell {a} and {b} apart: by {label}, {b} less {a} is {gap} (95%: {low} … {high})",
    ),
    "verdict.depends": (
        "演了 {of} 次，不能说{a}与{b}哪个更好：{label}的差别不是每套标定下都分得出",
        "{of} repeats cannot tell which of {a} and {b} is better: "
        "{label} does not differ for certain under every calibration",
    ),
    "verdict.same": (
        "{a}与{b}每次都一样：{label}没有差别",
        "{a} and {b} gave the same each time: no {label} between",
    ),
    "verdict.needed": (
        "要分出，大约共需演 {n} 次。",
        "To tell them apart it would take about {n} repeats in all.",
    ),
    "verdict.surer": (
        "要更有把握，大约共需演 {n} 次。",
        "To be sure it would take about {n} repeats in all.",
    ),
    "verdict.mixed": (
        "在不同标定下方向相反，多演也未必分得出。",
        "It points different ways under different calibrations: more repeats may never tell.",
    ),
    "verdict.never": (
        "差别太小，演多少次都难分出。",
        "So small a difference would take more repeats than anybody makes.",
    ),
    "verdict.sure": ("每套标定下都成立。", "It holds under every calibration."),
    "verdict.each": ("{b} − {a}：{each}", "{b} − {a}: {each}"),
    "verdict.after": ("依据前 {n} 次", "Rests on the first {n} repeats"),
    "verdict.more": ("再演到 {n} 次", "Go on to {n} repeats"),
    "verdict.auto": ("演到能下结论", "Go on until it can be told"),
    "by.margin": ("毛利", "margin"),
    "by.buyers": ("购买人数", "buyers"),
    "by.net": ("净销售额", "net sales"),
    "by.orders": ("有效订单", "standing orders"),
    "by.new": ("新客", "new customers"),
    "by.reached": ("触达人数", "members reached"),
    "better.margin": ("更赚", "earns more"),
    "better.buyers": ("买的人更多", "brings more buyers"),
    "better.net": ("卖得更多", "sells more"),
    "better.orders": ("订单更多", "brings more orders"),
    "better.new": ("新客更多", "wins more new customers"),
    "better.reached": ("触达更广", "reaches more members"),
    # the list of what is kept
    "kept.title": ("演过的", "Rehearsals so far"),
    "kept.note": ("保留最近 {n} 次。", "The last {n} are kept."),
    "kept.line": (
        "{members} 名成员 · {pairs} 次 · {when} · {state}",
        "{members} members · {pairs} repeats · {when} · {state}",
    ),
    "kept.open": ("打开", "Open"),
    "kept.forget": ("删除", "Delete"),
    "kept.clear": ("{side}{better}（明确）", "{side} {better} (clear)"),
    "kept.likely": ("大概{side}{better}", "probably {side} {better}"),
    "kept.undecided": ("分不出", "cannot be told apart"),
    "kept.early": ("次数太少", "too few repeats"),
    "kept.running": ("正在演", "running"),
    "kept.stopped": ("已停止", "stopped"),
    "kept.failed": ("失败", "failed"),
    # steps of the funnel
    "step.members": ("全部成员", "all members"),
    "step.readers": ("看到", "read about it"),
    "step.considered": ("点开细看", "looked closer"),
    "step.ordered": ("下单", "ordered"),
    "step.bought": ("买成", "bought"),
    "step.shared": ("转发过", "passed it on"),
    # lines of the money chart
    "by_day.cash": ("商家资金", "merchant's cash"),
    "by_day.margin": ("营销后毛利", "margin after marketing"),
    "by_day.marketing": ("营销花费（现金）", "marketing spend, cash"),
    "money.gross": ("成交额", "gross sales"),
    "money.refunds": ("退款", "refunds"),
    "money.subsidy": ("平台补贴", "platform's subsidy"),
    "money.goods": ("货款", "goods"),
    "money.carriage": ("运费", "carriage"),
    "money.platform_fee": ("支付手续费", "payment fees"),
    "money.commission": ("佣金", "commission"),
    "money.rewards": ("奖励与奖金", "rewards, prizes"),
    "money.kol_fees": ("达人费用", "KOL fees"),
    "money.samples": ("样品", "samples"),
    "money.push": ("推送", "pushes"),
    "money.margin": ("营销后毛利", "margin"),
}
"""Key -> Chinese, English. Keys are stable; texts are free to change."""


def text(key: str, lang: Lang, **values: object) -> str:
    """The text of a key in a language, with its places filled in."""
    zh, en = TEXTS[key]
    return (zh if lang == "zh" else en).format(**values)
