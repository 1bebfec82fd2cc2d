"""What each command of `shapan` does; `sim.cli` holds their options."""
