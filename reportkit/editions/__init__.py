"""The statutory formats as data, and the one layout that turns an Edition and Figures into a Table."""

from reportkit.editions.edition import Edition
from reportkit.editions.layout import lay_out
from reportkit.editions.loading import edition_for, edition_ids, load_edition

__all__ = ["Edition", "edition_for", "edition_ids", "lay_out", "load_edition"]
