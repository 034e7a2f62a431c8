"""One page per file: what that page shows, as plain rows by Core selects. Never writes."""
