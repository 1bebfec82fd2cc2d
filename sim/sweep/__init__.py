"""Many runs: over processes, kept as they finish, gathered into one table."""
