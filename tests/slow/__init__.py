"""Suites that take minutes: `make fuzz`. Their files aren't called test_*, so `make test` doesn't collect them."""
