"""All published web pages, each a function that returns a Source."""

from tests.published.cms_pages import CMS_PAGES
from tests.published.file_pages import FILE_PAGES
from tests.published.head_pages import HEAD_PAGES
from tests.published.number_pages import NUMBER_PAGES
from tests.published.portal_pages import PORTAL_PAGES
from tests.published.table_pages import TABLE_PAGES

PAGES = (*CMS_PAGES, *TABLE_PAGES, *HEAD_PAGES, *PORTAL_PAGES, *NUMBER_PAGES, *FILE_PAGES)
