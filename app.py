"""The WSGI application (`app:create_app()`); `python app.py` serves it together with its worker."""

import sys

from milebill import create_app
from milebill.serving.supervisor import main

__all__ = ["create_app"]

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
