"""What Shapan costs in time and memory: `python -m benchmarks`."""
