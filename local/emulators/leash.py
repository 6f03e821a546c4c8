"""Holds a program on a leash: it ends when the process that started it ends, however that comes about.

Run as a script with the program's command; its standard input is the leash. When that is closed, because the holder let
go or was killed, the program is told to end, and after a while made to.
"""

import os
import subprocess
import sys
import threading

PATIENCE_SECONDS = 10


def main() -> None:
    """Run the command in the arguments until it ends by itself or the leash is let go."""
    program = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)  # noqa: S603 - the holder's own command
    threading.Thread(target=lambda: os._exit(program.wait()), daemon=True).start()
    sys.stdin.buffer.read()
    program.terminate()
    try:
        program.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        program.kill()


if __name__ == "__main__":
    main()
