"""The command line: ``python -m local COMMAND``."""

import os
import sys

from local.cli import FAILED, main

if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output had enough of it
        status = FAILED
    sys.stderr.flush()
    os._exit(status)  # the exit status is ours alone: native libraries' threads do not get to change it while they end
