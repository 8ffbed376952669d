"""The road: what is planned, decided, built and put in its place, for one report and for many."""
