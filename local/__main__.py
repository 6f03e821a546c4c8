"""The command line: ``python -m local COMMAND``."""

import os
import sys

from local.cli import FAILED, main
from shared.errors import DISK_FULL

if __name__ == "__main__":
    try:
        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output had enough of it
        status = FAILED
    except OSError as fault:
        if fault.errno not in DISK_FULL:
            raise
        print("error: the disk is full: cannot write the output", file=sys.stderr)
        status = FAILED
    sys.stderr.flush()
    os._exit(status)  # the exit status is ours alone: native libraries' threads do not get to change it while they end
