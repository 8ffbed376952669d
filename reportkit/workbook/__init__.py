"""The workbooks that departments fill in: written from the edition, with its rules as live formulas."""
