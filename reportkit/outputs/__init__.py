"""Where finished things are, twin of inputs: folders, the swap, the manifest, the cache, and what keeps them whole."""
