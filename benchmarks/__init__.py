"""What Shapan costs in time and memory, beside other programs: `python -m benchmarks`."""
