"""The statutory formats as data, and the one layout that turns an Edition and Figures into a Table."""

from reportkit.editions.edition import Edition
from reportkit.editions.layout import lay_out
from reportkit.editions.loading import STATUTORY, Editions

__all__ = ["STATUTORY", "Edition", "Editions", "lay_out"]
