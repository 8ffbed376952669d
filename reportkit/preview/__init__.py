"""The live preview: a report made anew whenever somebody saves, shown in a browser on this machine."""
