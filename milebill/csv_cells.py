"""Cells of CSV files that no spreadsheet takes for a formula."""
