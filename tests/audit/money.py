"""Money: what came in, what it cost, what is left, who earned."""

from __future__ import annotations

from collections import Counter, defaultdict

import pandas as pd

from .books import ACCOUNTS
from .events import Events, share
from .funnel import Figures

SPENT = (
    "goods", "carriage", "platform_fee", "commission_level_1", "commission_level_2", "commission_other",
    "rewards", "prizes", "kol_fees", "samples", "push",
)  # fmt: skip
MARKETING = SPENT[3:]


def figures(events: Events) -> Figures:
    """All of the family `money`."""
    gross_fen = events.sum_fen("ORDER_PAID")
    refunds_fen = events.sum_fen("REFUNDED", "REFUNDED_AFTER", "PARTIAL_REFUND")
    net_fen = gross_fen - refunds_fen
    lines = spending_fen(events)
    marketing_fen = sum(lines[name] for name in MARKETING)
    margin_fen = net_fen + lines["subsidy"] - sum(lines[name] for name in SPENT)
    coupons_fen, cuts_fen = _coupons_and_cuts_fen(events)
    promotion_fen = marketing_fen + coupons_fen + cuts_fen
    granted = len(events.of("COUPON_GRANTED"))
    used = len(events.of("COUPON_USED")) - len(events.of("COUPON_RETURNED"))
    new = len(events.new_customers)
    fates = _fates_fen(events)
    commission_fen = fates["accrued"] - fates["reversed"] - fates["collected"]
    return {
        "gross_fen": gross_fen,
        "gross_after_success_fen": int(events.standing["amount_fen"].sum()),
        "refunds_fen": refunds_fen,
        "net_fen": net_fen,
        "margin_fen": margin_fen,
        "margin_share": share(margin_fen, net_fen),
        "joining_fees_fen": events.sum_fen("JOINING_FEE"),
        "marketing_fen": marketing_fen,
        "price_cuts_fen": cuts_fen,
        "coupon_cost_fen": coupons_fen,
        "promotion_fen": promotion_fen,
        "spend_share": share(marketing_fen, net_fen),
        "promotion_share": share(promotion_fen, net_fen),
        "budget_short": int(events.of("BUDGET_SHORT")["value"].sum()),
        "sales_to_spend": share(gross_fen, marketing_fen),
        "sales_to_promotion": share(gross_fen, promotion_fen),
        "roi": share(margin_fen, marketing_fen),
        "roi_full": share(margin_fen, promotion_fen),
        "acquisition_cost_fen": share(marketing_fen, new),
        "acquisition_cost_full_fen": share(promotion_fen, new),
        "coupons_granted": granted,
        "coupons_used": used,
        "coupon_redemption_rate": share(used, granted),
        "coupon_discount_fen": events.sum_fen("COUPON_USED") - events.sum_fen("COUPON_RETURNED"),
        "commission_fen": commission_fen,
        "commission_share": share(commission_fen, net_fen),
        "commission_uncollected_fen": fates["uncollected"],
        "cash_lowest_fen": _cash_lowest_fen(events),
        **{f"spending_fen.{name}": fen for name, fen in lines.items()},
        **{f"commission_by_fate_fen.{name}": fen for name, fen in fates.items()},
        **_distributors(events),
    }


def merchant_fen(events: Events) -> int:
    """What the merchant must have gained in the end: margin and entry fees."""
    told = figures(events)
    return told["margin_fen"] + told["joining_fees_fen"]


def spending_fen(events: Events) -> dict[str, int]:
    """Every line of what was spent, less what came back."""
    level_of: dict[tuple[int, int], int] = {}
    levels: Counter[int] = Counter()
    for row in events.of("COMMISSION_ACCRUED").itertuples():
        level_of.setdefault((row.order, row.actor), row.value)
        levels[row.value] += row.amount_fen
    for row in events.of("COMMISSION_REVERSED").itertuples():
        levels[level_of[row.order, row.actor]] -= row.amount_fen
    for row in events.of("COMMISSION_COLLECTED").itertuples():
        levels[row.value] -= row.amount_fen
    return {
        "goods": events.sum_fen("SHIPPED") - events.sum_fen("RESTOCKED"),
        "carriage": events.sum_fen("CARRIAGE"),
        "platform_fee": events.sum_fen("PLATFORM_FEE"),
        "commission_level_1": levels.pop(1, 0),
        "commission_level_2": levels.pop(2, 0),
        "commission_other": levels.total(),
        "rewards": events.sum_fen("REWARD_PAID") - events.sum_fen("REWARD_REVERSED"),
        "prizes": events.sum_fen("PRIZE"),
        "kol_fees": events.sum_fen("KOL_FEE"),
        "samples": events.sum_fen("SAMPLE"),
        "push": events.sum_fen("PUSH_COST"),
        "joining_fees": -events.sum_fen("JOINING_FEE"),
        "subsidy": events.sum_fen("SUBSIDY"),
    }


def _coupons_and_cuts_fen(events: Events) -> tuple[int, int]:
    """Of orders kept: the merchant's part of coupons; the list price less what was paid and coupons took."""
    kept = events.kept.set_index("order")

    def by_order(name: str, column: str = "amount_fen") -> pd.Series:
        return events.of(name).groupby("order")[column].sum().reindex(kept.index, fill_value=0)

    list_fen = kept["product"].map(
        dict(enumerate(one["list_price_fen"] for one in events.header["products"]))
    )
    coupons, postage = by_order("COUPON_USED"), by_order("ORDER_ITEMS")
    paid_for_goods = kept["amount_fen"] - postage - by_order("PARTIAL_REFUND")
    cuts = list_fen * by_order("ORDER_ITEMS", "value") - paid_for_goods - coupons
    return int((coupons - by_order("SUBSIDY")).sum()), int(cuts.sum())


def _fates_fen(events: Events) -> dict[str, int]:
    sums = {
        name: events.sum_fen(f"COMMISSION_{name.upper()}")
        for name in ("accrued", "reversed", "paid", "clawed", "lost", "collected")
    }
    sums["frozen"] = sums["accrued"] - sums["reversed"] - sums["paid"]
    sums["kept"] = sums["paid"] - sums["clawed"] - sums["lost"]
    sums["uncollected"] = sums["clawed"] + sums["lost"] - sums["collected"]
    return sums


def _cash_lowest_fen(events: Events) -> int:
    cash_fen = lowest_fen = 0
    merchants = {kind: sides for kind, sides in ACCOUNTS.items() if "merchant" in sides}
    rows = events.frame[events.frame["kind"].isin(merchants) & (events.frame["amount_fen"] != 0)]
    for kind, amount_fen in zip(rows["kind"], rows["amount_fen"], strict=True):
        giver, taker = merchants[kind]
        cash_fen += int(amount_fen) * ((taker == "merchant") - (giver == "merchant"))
        lowest_fen = min(lowest_fen, cash_fen)
    return lowest_fen


def _distributors(events: Events) -> Figures:
    accrued, recruited = events.of("COMMISSION_ACCRUED"), events.of("RECRUITED")
    who = {*events.header["distributors"], *recruited["actor"], *accrued["actor"]}
    commission: dict[int, int] = dict.fromkeys(who, 0)
    for name, sign in (("ACCRUED", 1), ("REVERSED", -1), ("COLLECTED", -1)):
        for actor, fen in events.of(f"COMMISSION_{name}").groupby("actor")["amount_fen"].sum().items():
            commission[actor] += sign * int(fen)
    pocket: dict[int, int] = defaultdict(int, commission)
    for name, sign in (("PRIZE", 1), ("JOINING_FEE", -1), ("WITHDRAW_FEE", -1)):
        for row in events.of(name).itertuples():
            pocket[row.actor] += sign * row.amount_fen
    types = [one["type"] for one in events.header["offers"]]
    for row in events.of("REWARD_PAID").itertuples():
        if types[row.offer] == "commission":  # for a recruit
            pocket[row.actor] += row.amount_fen
    earned = list(commission.values())
    apart = sum(abs(one - other) for one in earned for other in earned)
    return {
        "distributors": len(who),
        "commission_gini": share(apart, 2 * len(earned) * sum(earned)) if earned else None,
        "distributors_earning_nothing_share": share(sum(fen <= 0 for fen in earned), len(who)),
        "distributors_out_of_pocket_share": share(sum(pocket[one] < 0 for one in who), len(who)),
    }
