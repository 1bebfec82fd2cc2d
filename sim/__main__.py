"""`python -m sim` is the `shapan` command."""

from sim.cli import main

if __name__ == "__main__":
    main()
