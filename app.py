"""The WSGI application; `python app.py` serves it together with its worker."""

import sys

from milebill.serving.supervisor import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
