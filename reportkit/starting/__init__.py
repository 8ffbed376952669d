"""What somebody who starts gets written: a whole project, a department, a year, an upgrade: `reportkit new`."""
