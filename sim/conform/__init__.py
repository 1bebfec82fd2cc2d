"""The conformance suite: what any engine, and any mechanic, must do."""
