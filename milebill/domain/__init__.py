"""One workflow per file, one transaction per verb, over several records. Knows no HTTP and sends nothing itself."""
