"""Azurite, Microsoft's storage emulator, on a loopback port, for as long as it is needed.

It runs from the project's own ``node_modules``, and keeps blobs in memory, or in a folder where one is given. Its
account and key are made up and open nothing else.
"""

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.emulators.child import ServerProcess, free_port
from shared.errors import ConfigError

PROGRAM = Path(__file__).resolve().parents[2] / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js"
ACCOUNT = "emulated"
KEY = base64.b64encode(b"the key of an account that exists on this machine only, while Azurite runs").decode()
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


@contextmanager
def running(port: int | None = None, *, folder: Path | None = None) -> Iterator[str]:
    """Start Azurite's blob service, wait until it listens, give its connection string, and stop it at the end.

    ``port`` and ``folder`` as for ``azurite_process``; raises what it and the process raise.
    """
    number = free_port(port or 0)
    with azurite_process(number, folder) as process:
        process.wait_until_it_listens()
        yield connection_string_to(number)


def azurite_process(port: int, folder: Path | None = None) -> ServerProcess:
    """Azurite's blob service on ``port``, not yet started.

    ``folder``: where the blobs are kept from one start to the next, created if need be; without it they are gone at the
    end. Raises ``ConfigError`` where Azurite is not installed.
    """
    command = [require(), str(PROGRAM), *_OPTIONS, "--blobPort", str(port), *_keeping(folder)]
    return ServerProcess("Azurite", command, port, {"AZURITE_ACCOUNTS": f"{ACCOUNT}:{KEY}"})


def _keeping(folder: Path | None) -> list[str]:
    if folder is None:
        return ["--inMemoryPersistence"]
    folder.mkdir(parents=True, exist_ok=True)
    return ["--location", str(folder.resolve())]
