"""Textbook models by settings alone, held to other programs and to mathematics."""
