"""One command, two kinds of processes: the web (gunicorn, a thread per stream) and the worker beside it."""
