"""What kind of table a file holds, told by its columns."""

from sim.network.edge_columns import in_doubt, named_ends, said_columns
from sim.network.matrix import is_matrix
from sim.network.orders import WAYS, link_columns, way_named
from sim.network.persons import person_column
from sim.network.reading import GraphFormat, Reading
from sim.tables.columns import columns_for
from sim.tables.table import Table
from sim.text import Text

_OF_SHOPS = ("customer", "inviter", *(way for way in WAYS if way != "address"))


def kind_of(table: Table, reading: Reading) -> GraphFormat:
    """Tell what a table holds: "orders", "invites", "matrix" or "edges".

    Columns that the user names count most; then an order or group with a customer makes orders, two ends make
    edges, a member with an inviter invites. A table without such names is of edges, unless it is a matrix.

    Raises:
        InputError: it is a table of a shop, but not to be told of what.
    """
    said = said_columns(table, reading.columns)
    if "source" in said or "target" in said:
        return "edges"
    if not said and is_matrix(table):
        return "matrix"
    names = table.names or ()
    customer = "customer" in said or bool(columns_for("customer", names))
    if customer and any(link_columns(table, way, said) for way in ("order", "group")):
        return "orders"
    if named_ends(table) is not None and not columns_for("order", names):
        return "edges"
    if customer and (reading.link_by is not None and way_named(reading.link_by) != "inviter"):
        return "orders"
    if customer and person_column(table, "inviter", said) is not None:
        return "invites"
    if customer and any(link_columns(table, way, said) for way in WAYS):
        return "orders"
    if not customer and any(link_columns(table, way, said) for way in ("order", "group")):
        raise in_doubt(
            table,
            Text(
                "no column is known to name the customer, so nobody can be linked (the export of some shops, "
                "such as 拼多多, has none)",
                "没有一列可认出是客户，因此无人可以相连（有些平台的导出没有买家，如拼多多）",
            ),
        )
    if any(columns_for(field, names) for field in _OF_SHOPS) or said:
        raise in_doubt(
            table,
            Text("it does not show what links the people of this table", "看不出这张表中的人靠什么相连"),
        )
    return "edges"
