"""What a loaded graph holds, by what its file calls the members."""

from sim.network.graph import SocialGraph
from sim.network.report import LoadReport


def names_of(graph: SocialGraph, report: LoadReport) -> list[str]:
    """What the file calls each member, keys looked up."""
    called = {key: name for name, key in report.keys.items()}
    return [called.get(graph.label(i), graph.label(i)) for i in range(graph.n)]


def friends_of(graph: SocialGraph, report: LoadReport) -> dict[str, float]:
    """Ties by "a-b", the names of a pair in order."""
    names = names_of(graph, report)
    return {
        "-".join(sorted((names[i], names[int(j)]))): round(float(tie), 3)
        for i in range(graph.n)
        for j, tie in zip(graph.friends(i), graph.ties(i), strict=True)
        if i < j
    }


def bought_of(graph: SocialGraph, report: LoadReport) -> set[str]:
    """Those who bought together, as "a-b"."""
    names, start, target = names_of(graph, report), graph.co_purchase_start, graph.co_purchase_target
    return {
        "-".join(sorted((names[i], names[int(j)])))
        for i in range(graph.n)
        for j in target[start[i] : start[i + 1]]
    }


def arcs_of(graph: SocialGraph, report: LoadReport) -> set[str]:
    """Who follows whom, as "follower>followed"."""
    names = names_of(graph, report)
    return {f"{names[int(j)]}>{names[i]}" for i in range(graph.n) for j in graph.followers(i)}
