"""Notebooks run by papermill, each in a fresh kernel of its own."""
