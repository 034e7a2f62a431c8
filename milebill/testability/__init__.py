"""Reads a criterion for what makes it untestable. Rules are data, a file for each language; see docs/testability.md."""
