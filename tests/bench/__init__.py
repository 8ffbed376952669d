"""How fast reports are made, as ratios in one run on this machine, with the peers beside us.

`make bench` times whole reports (executed, HTML, PDF) made by reportkit, by what users write today, by the peers, and
by a floor that nobody can beat: the same cells in one warm process, published once. Every variant gets the same
notebooks, submissions and interpreter; their cells' outputs are compared before anything is timed.

`make bench-scale` builds a thousand reports and looks at time, memory, handles and what is left behind.
"""
