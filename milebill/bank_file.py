"""Bank statements as banks export them, CAMT.053 and CSV, read into entries of money that came in."""
