"""`python -m ganapp`: Likeness in the shell."""

import sys

from ganapp.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
