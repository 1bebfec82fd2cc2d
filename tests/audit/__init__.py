"""Every figure of `summary.json` and the tables beside it again, from the event table alone, by other code.

Nothing here imports `sim.metrics`, `sim.ledger` or `sim.outcomes`: what a figure means is read from the
docstring of its measure, and computed with pandas and networkx. `sim.events` names the codes of a file.
"""
