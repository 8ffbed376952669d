"""Tests that need a real LibreOffice: Debian's libreoffice-writer-nogui. `make test-office` runs them, and CI."""
