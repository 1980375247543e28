"""`python -m ganapp`, and the command `likeness` of an installed package: Likeness in the shell."""

import io
import os
import sys
import warnings

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read once, when torch is loaded: threads that wait leave their core to others

if not sys.warnoptions:  # warnings are for who writes programs; the commands' own processes keep silent as well
    warnings.simplefilter("ignore")
    os.environ.setdefault("PYTHONWARNINGS", "ignore")

from ganapp.shell.main import main  # noqa: E402


def run() -> int:
    """Carry out what the command line asks for; the exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may hold letters that this terminal does not know
    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())
