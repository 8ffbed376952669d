"""Markdown, YAML with its lines, and strings that are fit to print."""
