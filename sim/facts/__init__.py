"""The published facts the model answers to: one small module a fact, and the suite that runs them."""
