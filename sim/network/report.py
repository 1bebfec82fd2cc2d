"""What a loader found in a file and made of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadReport:
    """Counts of a load.

    Attributes:
        files: names of the files.
        format: how they were read.
        records: edges, groups or orders read.
        self_loops: records that tied a member to itself, left out.
        duplicates: records of a pair that had one already, merged (undirected: in either direction).
        members: members of the graph.
        links: distinct pairs: friendships, or co-purchases where there are none.
    """

    files: tuple[str, ...]
    format: str
    records: int
    self_loops: int
    duplicates: int
    members: int
    links: int
