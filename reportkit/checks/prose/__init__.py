"""Rules on words: what sentences say of numbers, units, years and names, held against the tables and the register."""
