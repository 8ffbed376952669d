"""Notebooks run by papermill, each in a fresh kernel of its own; many reports by a pool of processes."""
