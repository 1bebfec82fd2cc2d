"""What operators configure: one file a mechanic, listed in `sim.mechanics.registry`."""
