"""The servers around the product that tests speak to, each real: PostgreSQL, SMTP, Chromium, and the product itself."""
