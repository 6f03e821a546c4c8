"""Azurite, the storage emulator, on a free port of this machine, in memory, for as long as a test needs it.

Use it in a test module by ``from tests.integration import azurite as emulator`` and ``azurite = emulator.azurite``.
"""

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "emulated"
KEY = base64.b64encode(b"the key of an account that exists in memory only, while tests run").decode()
START_SECONDS = 60


@pytest.fixture(scope="session")
def azurite():
    """The connection string of a running Azurite; skips where it is not installed."""
    require()
    with running() as connection_string:
        yield connection_string


def require():
    """Skip the test that calls this unless Azurite can be started."""
    if shutil.which("node") is None or not PROGRAM.is_file():
        pytest.skip("needs Azurite: run npm ci")


def connection_string_to(port, key=KEY):
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    return f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={key};BlobEndpoint={endpoint};"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running(port=None):
    """Start Azurite and wait until it listens; stop it at the end. Gives its connection string."""
    port = port or free_port()
    options = ("--silent", "--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry")
    command = ["node", str(PROGRAM), *options, "--blobHost", "127.0.0.1", "--blobPort", str(port)]
    environment = {**os.environ, "AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"}
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryFile() as log,
        subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT) as process,
    ):
        try:
            _wait_until_it_listens(process, port, log)
            yield connection_string_to(port)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_until_it_listens(process, port, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    log.seek(0)
    pytest.fail(f"Azurite did not start: {log.read().decode(errors='replace')}")
