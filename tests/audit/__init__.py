"""Every figure of `summary.json` a second time, from the event table alone and by other code.

Nothing here imports `sim.metrics`, `sim.ledger` or `sim.outcomes`: what a figure means is read from the
docstring of its measure, and computed with pandas and networkx. `sim.events` names the codes of a file.
"""
