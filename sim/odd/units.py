"""The unit of a setting, from its name and the type it is annotated with."""

from __future__ import annotations

import re

BY_NAME = {
    "price_coefficient": "SD of taste per e-fold of price",
    "price_coefficient_sigma": "SD of the logarithm",
    "trait_sigma": "SD of the logarithm",
    "degree_sigma": "SD of the logarithm",
    "sharing_sigma": "logit",
    "reward_slope": "logit per e-fold of yuan",
    "satisfaction_sigma": "satisfaction (-1 to 1)",
    "per_item": "load",
    "value_item_heals": "load",
    "tolerance_items": "load",
    "public_pool_growth": "people a click",
    "fill_prior_groups": "groups",
    "unknown_quality_penalty": "SD of taste",
    "limit_per_member_day": "units a day",
    "Segment.share": "weight",
    "popularity": "weight",
    "person_share": "persons",
    "size_mean": "members",
    "memberships_per_member": "chats a member",
    "communities_per_member": "communities a member",
    "stock": "units",
    "stockpile_units": "units",
    "leave_at": "multiple of the tolerance",
    "bonus_rate": "share",
    "at": "as the argument",
    "seed": "name of a luck",
    "sorting": "correlation",
    "median_degree": "friends",
    "follow_mean": "people followed",
    "community_density": "probability",
}
"""Settings whose name and type do not say it, or not all of it."""

_BY_ENDING = {
    "_fen_per_week": "fen a week",
    "_fen_per_person": "fen a person",
    "_fen": "fen",
    "_hours": "hours",
    "_hour": "hour of the day",
    "_days": "days",
    "_minutes": "minutes",
    "_seconds": "seconds",
    "_posts_per_day": "posts a day",
    "_per_day": "a day",
    "_per_second": "a second",
    "_day": "day of the campaign",
    "_factor": "factor",
    "_items": "items",
    "_margin": "SD of taste",
    "_share": "share",
    "_prob": "probability",
    "_sigma": "SD of taste",
}
_BY_TYPE = {
    "Share": "share",
    "Rates": "share",
    "Prob": "probability",
    "Fen": "fen",
    "PositiveFen": "fen",
    "ItemFen": "fen",
    "PositiveItemFen": "fen",
    "Hours": "hours",
    "Days": "days",
    "Minutes": "minutes",
    "PerDay": "a day",
    "Seconds": "seconds",
    "Factor": "factor",
    "LogSigma": "factor",
    "Sigma": "factor",
    "Load": "items",
    "LoadEach": "items",
    "Count": "number",
    "PositiveCount": "number",
    "Units": "number",
    "MemberNumber": "number",
    "int": "number",
    "float": "factor",
}
_LOGIT_CLASSES = ("Sharing", "ChannelLiking")
"""Whose terms add up to a logit, not to a probit."""


def unit_of(owner: str, name: str, annotation: str, note: str) -> str:
    """The unit of a setting; "" for what is no number.

    Args:
        owner: name of the class that has it.
        name: of the setting.
        annotation: as written in the source.
        note: the comment beside it.
    """
    types = set(re.findall(r"\w+", annotation))
    special = BY_NAME.get(f"{owner}.{name}") or BY_NAME.get(name)
    if special is not None:
        return special
    if "HourOfDay" in types:
        return "hour of the day"
    ending = next((unit for end, unit in _BY_ENDING.items() if f"_{name}".endswith(end)), None)
    if ending is not None and types & {*_BY_TYPE, "Utility", "Weight"}:
        return ending
    if types & {"Utility", "Weight"}:
        return "logit" if owner in _LOGIT_CLASSES or "logit" in note else "SD of taste"
    return next((unit for type_, unit in _BY_TYPE.items() if type_ in types), "")
