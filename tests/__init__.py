"""The tests of reportkit, each named for the behaviour that it states."""
