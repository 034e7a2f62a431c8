"""Which open invoice a line of a bank statement may be for: by number, and by the exact amount."""
