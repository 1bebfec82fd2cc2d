"""The field types every part of a scenario is made of."""

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
"""Money in fen (1/100 yuan)."""
PositiveFen = Annotated[int, Field(strict=True, ge=1, le=10**12)]
Count = Annotated[int, Field(strict=True, ge=0, le=10**9)]
PositiveCount = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Hours = Annotated[float, Field(ge=0, le=24 * 3660)]
Days = Annotated[float, Field(ge=0, le=3660)]
Minutes = Annotated[float, Field(ge=0, le=60 * 24 * 366)]
PerDay = Annotated[float, Field(ge=0, le=1000)]
HourOfDay = Annotated[float, Field(ge=0, le=24)]
Utility = Annotated[float, Field(ge=-100, le=100)]
"""A term of the probit, in standard deviations of taste."""
Positive = Annotated[float, Field(ge=0, le=10**9)]
PersonShare = Annotated[float, Field(gt=0, le=2)]
"""What part of a whole person somebody stands for. Scaling sets it: of one person in 10,000 there is a fifth
among 2,000, so one person takes a fifth of the fee."""


class Text(Frozen):
    """A text in both languages."""

    zh: str = ""
    en: str = ""
