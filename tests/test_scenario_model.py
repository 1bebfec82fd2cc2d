"""Rules over several fields of a scenario."""

from typing import Any

import pytest
from pydantic import ValidationError

from sim.scenario.model import Scenario

RICE: dict[str, Any] = {"id": "rice", "list_price_fen": 3000, "cost_fen": 1000, "stock": 50}


def shop(quota: int | None, stock: int | None) -> Scenario:
    price = {"id": "rice", "price_fen": 2000, "quota": quota}
    offer = {"id": "pintuan", "type": "group_buy", "prices": [price]}
    return Scenario.model_validate(
        {"id": "shop", "products": [{**RICE, "stock": stock}], "mechanics": [offer]}
    )


def test_no_more_is_set_aside_than_there_is() -> None:
    with pytest.raises(ValidationError, match="quota 51 is above the product's stock 50"):
        shop(51, 50)
    for quota, stock in ((50, 50), (None, 50), (51, None)):
        assert shop(quota, stock).mechanics
