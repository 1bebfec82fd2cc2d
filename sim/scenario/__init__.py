"""Scenarios: frozen, validated data read from YAML."""
