"""A server of the emulated profile in a process of its own, on a loopback port, for as long as it is needed."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from shared.errors import InputError, ServiceUnavailable

START_SECONDS = 60
_STOP_SECONDS = 15
_LEASH = Path(__file__).with_name("leash.py")


def free_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, or any free port for 0; ``InputError`` when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError) as fault:
            reason = getattr(fault, "strerror", None) or "must be 0 to 65535"
            raise InputError(f"port {wanted}: {reason}") from None
        port: int = probe.getsockname()[1]
    return port


class ServerProcess:
    """A program that listens on ``port``. Starts when entered and ends when left, or when this process ends.

    It is not in this process's group, so that an interrupt from the keyboard lets it live until it is let go.
    """

    def __init__(
        self, name: str, command: Sequence[str], port: int, environment: Mapping[str, str] | None = None
    ) -> None:
        self._name = name
        self._command = [sys.executable, "-I", "-S", str(_LEASH), *command]
        self._port = port
        self._environment = {**os.environ, **(environment or {})}

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603 - the project's own programs and options
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def wait_until_it_listens(self) -> None:
        """Return once it does; ``ServiceUnavailable`` with what it said when it does not within 60 seconds."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
                return
            time.sleep(0.05)
        self._log.seek(0)
        said = " ".join(self._log.read().decode(errors="replace").split())
        raise ServiceUnavailable(f"{self._name} did not start on port {self._port}: {said or 'it said nothing'}")

    def __exit__(self, *_: object) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        try:
            self._process.wait(timeout=_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()
