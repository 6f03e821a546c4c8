"""Azurite, Microsoft's storage emulator, on a loopback port, for as long as it is needed.

It runs from the project's own ``node_modules``, and keeps blobs in memory, or in a folder where one is given. Its
account and key are made up and open nothing else.
"""

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from shared.errors import ConfigError, InputError, ServiceUnavailable

PROGRAM = Path(__file__).resolve().parents[2] / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "emulated"
KEY = base64.b64encode(b"the key of an account that exists on this machine only, while Azurite runs").decode()
START_SECONDS = 60
_STOP_SECONDS = 10
_OPTIONS = ("--silent", "--skipApiVersionCheck", "--disableTelemetry", "--blobHost", "127.0.0.1")


def require() -> str:
    """The path of Node.js, where Azurite can be started; ``ConfigError`` says what to install where it cannot."""
    node = shutil.which("node")
    if node is None:
        raise ConfigError("Azurite needs Node.js 20 or later, and there is no node on the path: install it")
    if not PROGRAM.is_file():
        raise ConfigError("Azurite is not installed: run npm ci in the project's folder (it needs Node.js 20 or later)")
    return node


def connection_string_to(port: int, key: str = KEY) -> str:
    """The connection string of the emulated account behind ``port`` of this machine."""
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};BlobEndpoint={endpoint};"


@contextlib.contextmanager
def running(port: int | None = None, *, folder: Path | None = None) -> Iterator[str]:
    """Start Azurite's blob service, wait until it listens, give its connection string, and stop it at the end.

    ``port``: a free one unless given. ``folder``: where the blobs are kept from one start to the next, created if need
    be; without it they are gone at the end. Raises ``ConfigError`` where Azurite is not installed, ``InputError`` where
    the port is taken, and ``ServiceUnavailable`` where it does not start within 60 seconds.
    """
    number = _free_port(port or 0)
    command = [require(), str(PROGRAM), *_OPTIONS, "--blobPort", str(number), *_keeping(folder)]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    with (
        tempfile.TemporaryDirectory() as working_directory,
        tempfile.TemporaryFile() as log,
        subprocess.Popen(  # noqa: S603 - the command is ours: the project's own program and options
            command, cwd=working_directory, env=environment, stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            _wait_until_it_listens(process, number, log)
            yield connection_string_to(number)
        finally:
            _stop(process)


def _keeping(folder: Path | None) -> list[str]:
    if folder is None:
        return ["--inMemoryPersistence"]
    folder.mkdir(parents=True, exist_ok=True)
    return ["--location", str(folder.resolve())]


def _free_port(wanted: int) -> int:
    """``wanted`` if nobody listens there, or any free port for 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except (OSError, OverflowError) as fault:
            reason = getattr(fault, "strerror", None) or "must be 0 to 65535"
            raise InputError(f"port {wanted}: {reason}") from None
        port: int = probe.getsockname()[1]
    return port


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    log.seek(0)
    said = " ".join(log.read().decode(errors="replace").split())
    raise ServiceUnavailable(f"Azurite did not start on port {port}: {said or 'it said nothing'}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
