"""What errors say, in English and Chinese, written from a code and its arguments."""
