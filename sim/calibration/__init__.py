"""Calibrations: other defaults of behaviour that the published facts admit as well, laid under scenarios."""
