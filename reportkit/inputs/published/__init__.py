"""Reports that are out already, read by their structure: pages, PDFs, Word files and copied text → one result."""
