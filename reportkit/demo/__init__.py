"""A whole invented project for benchmarks, tests and trying things out: `reportkit demo`."""
