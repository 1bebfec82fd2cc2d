"""The compiled engine: the same rules as the readable one, on records in memory."""
