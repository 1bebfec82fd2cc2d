"""The field types every part of a scenario is made of.

Each number has a least and a greatest value: what a shop can reach, or what a model can bear, so that no
allowed value makes a run without end or a number that is none.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class Frozen(BaseModel):
    """Base of all scenario data: immutable, strict, no unknown keys, no infinite numbers."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, validate_default=True)


Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
"""A short name: lower-case letters, digits, `_` and `-`, starting with a letter."""

Share = Annotated[float, Field(ge=0, le=1)]
Prob = Annotated[float, Field(ge=0, le=1)]
Fen = Annotated[int, Field(strict=True, ge=0, le=10**12)]
"""A sum of money in fen (1/100 yuan), at most ten thousand million yuan. assumption: a giant's year."""
PositiveFen = Annotated[int, Field(strict=True, ge=1, le=10**12)]
ItemFen = Annotated[int, Field(strict=True, ge=0, le=10**9)]
"""Money of one item or one person in fen, at most ten million yuan. assumption: nothing dearer is sold so."""
PositiveItemFen = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Count = Annotated[int, Field(strict=True, ge=0, le=10**9)]
"""Units or heads that only limit what happens: more of them makes nothing longer."""
PositiveCount = Annotated[int, Field(strict=True, ge=1, le=10**9)]
MemberNumber = Annotated[int, Field(strict=True, ge=0, le=20_000_000)]
"""A member by number; there are as many as `population.members` allows."""
Units = Annotated[int, Field(strict=True, ge=1, le=10_000)]
"""Units one member may take. assumption: who takes more is a wholesaler."""
Hours = Annotated[float, Field(ge=0, le=24 * 3660)]
Days = Annotated[float, Field(ge=0, le=3660)]
Minutes = Annotated[float, Field(ge=0, le=60 * 24 * 366)]
PerDay = Annotated[float, Field(ge=0, le=200)]
"""Times a day. source: 17 % of people open their messenger 50 times a day or more (51diaocha.com 2016);
assumption: nobody does anything four times as often."""
HourOfDay = Annotated[float, Field(ge=0, le=24)]
Utility = Annotated[float, Field(ge=-100, le=100)]
"""A term of the probit, in standard deviations of taste, or of a logit; at 100 either is certain."""
Weight = Annotated[float, Field(ge=0, le=100)]
"""Such a term whose sign is its meaning: turned round, what tires people would spur them on, without end."""
Factor = Annotated[float, Field(ge=0, le=100)]
"""A multiple of what is usual. assumption: a hundredfold is out of this world."""
LogSigma = Annotated[float, Field(ge=0, le=3)]
"""Spread of a lognormal. assumption: at 3 the middle 90 % are 20,000-fold apart."""
Sigma = Annotated[float, Field(ge=0, le=20)]
"""Spread of a normal, in the unit of what it spreads. assumption"""
Load = Annotated[float, Field(ge=0, le=10**9)]
"""Promotional items that one bears; the greatest value is never reached: who has it does not tire."""
LoadEach = Annotated[float, Field(ge=0, le=1000)]
"""What one thing adds to that load, or takes off it, in items. assumption"""
Seconds = Annotated[float, Field(ge=0, le=24 * 3600)]
"""A wait at the door of a sale, at most a day. assumption"""
PersonShare = Annotated[float, Field(gt=0, le=2)]
"""What part of a whole person somebody stands for. Scaling sets it: of one person in 10,000 there is a fifth
among 2,000, so one person takes a fifth of the fee."""


class Text(Frozen):
    """A text in both languages."""

    zh: str = ""
    en: str = ""
