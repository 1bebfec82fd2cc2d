"""Outcomes of a run: pure functions of its event table, each defined once with its denominator."""
