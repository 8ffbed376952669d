"""What our own workbooks carry, so that they are known again after people and other programs have saved them."""

DEPARTMENT = "rk_department"
YEAR = "rk_year"
EDITION = "rk_edition"
DIGEST = "rk_digest"
"""Defined names, each a text in quotes; they stand on the sheet of marks too, for programs that drop them.

The digest is that of the submission's file when the workbook was made; empty where there was none.
"""
MARKS_SHEET = "_rk"
"""A hidden sheet: names in its first column, their values in the second."""

ROW = "rk:row:"
"""In the hidden first column: what a row's cells belong to. `rk:row:requests.received`, `rk:row:disputes`."""
COLUMNS = "rk:columns"
"""In the hidden first column of a hidden row above figures. In each of its columns stands how the ids of the cells
below it end: `/total`, `.review/upheld`.
"""
SLOT = "rk:slot:"
FACT = "rk:fact:"
FIELD = "rk:field:"
"""In the hidden first column: the place for words, the fact, or the field that a row is for."""
BLANK_TABLE = "rk:blanks:"
"""Of the row that says whether a table's blanks are zero, with the table's name: `rk:blanks:table3`."""

TABLE_SHEET = "表{number}"
WORDS_SHEET = "文字"
FACTS_SHEET = "正文数据"
FIELDS_SHEET = "报送信息"
FRONT_SHEET = "填报说明"

BLANKS_ARE_ZERO = "本表空白为0"
YES, NO = "是", "否"
FIELDS = {
    "published_on": "公布日期",
    "issued_on": "成文日期",
    "index_number": "索引号",
    "none_received": "本年没有收到政府信息公开申请",
}
"""Fields of a submission beside figures, facts and words: what the workbook calls them."""
MOST_IN_CELL = 30_000
"""Characters of a text in one cell; a longer one goes on in further rows of the same place for words."""
COMMENTS_BY = "退回意见"
"""Who writes the comments in a workbook that goes back."""
