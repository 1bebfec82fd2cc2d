"""What a user says of a graph's files; what is not said is found out from the files themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

GraphFormat = Literal[
    "edges",
    "matrix",
    "groups",
    "orders",
    "invites",
    "graphml",
    "gexf",
    "gml",
    "pajek",
    "json",
    "mtx",
    "dimacs",
    "shapan",
]
FORMATS: tuple[GraphFormat, ...] = get_args(GraphFormat)

LinkBy = Literal["order", "product", "group", "inviter", "address"]
LINK_BY: tuple[LinkBy, ...] = get_args(LinkBy)


@dataclass(frozen=True)
class Reading:
    """How files are to be read.

    Attributes:
        format: one of `FORMATS`; None: as they are named or begin.
        directed: whether each line says who follows whom; None: as the file says, else friendships.
        columns: of tables: field (source, target, weight, type; customer, order, group, product, address,
            inviter) -> the column's name in the file, or its number from 1.
        link_by: of tables of orders: what makes two customers be linked; None: what the table has.
        sheet: of a workbook: the name of the sheet; None: the first one.
    """

    format: GraphFormat | None = None
    directed: bool | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    link_by: LinkBy | None = None
    sheet: str | None = None

    def plain(self) -> dict[str, Any]:
        """What was said, as data for a file."""
        return {name: value for name, value in vars(self).items() if value not in (None, {})}
