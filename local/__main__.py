"""The command line: ``python -m local COMMAND``."""

import os
import sys

from local.cli import main

if __name__ == "__main__":
    status = main(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # the exit status is ours alone: native libraries' threads do not get to change it while they end
