"""Published annual reports as sources for tests of readers: web pages, PDFs, copied text and Word files.

Each is rebuilt by hand after a structure that real sites and programs produce, and carries what a person would read on
it: `Source.truth`. None was made with a reader at hand. `source.py` has the record, `figures.py` the numbers,
`words.py` the sentences, `statutory.py` the tables without any markup, `markup.py` and `typesetting.py` how they are
written.
"""
