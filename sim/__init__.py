"""Shapan, a sandbox that rehearses community-commerce campaigns with agents on a social graph."""

__version__ = "0.1.0"
