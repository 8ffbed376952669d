"""Statutory tables in files that people hand in or have published: cells → figures, found by what they are called."""
