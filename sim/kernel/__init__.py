"""What compiled rules are written in: records in memory, one queue, one table of events."""
