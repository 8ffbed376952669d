"""Executed notebooks become one document, HTML and PDF, read back before anything is published."""
