"""A made-up company, deterministic by seed: for the demo, the tests and the load."""
