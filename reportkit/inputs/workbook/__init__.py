"""Workbooks that departments hand in → HandedIn: found by label and by hidden id, never by position alone."""
