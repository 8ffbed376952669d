"""Reports that are out, whoever made them, held against the rules: what is wrong, where, and as letters to bodies."""
