"""The Mesa engine: the readable specification, and where a user's own agents and mechanics run."""
