"""Tests that need a real browser: Debian's chromium, driven by Playwright. `make test-browser` runs them, and CI."""
