"""Rules on words: what sentences say of numbers, units, years and names, compared with the tables and the register."""
