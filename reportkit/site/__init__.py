"""The portal: static pages of published reports, with search, open data, and what leads from one to another."""
