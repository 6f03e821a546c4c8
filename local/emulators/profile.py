"""The emulated profile: the app set up for Azure, with every service a loopback server of this machine.

The settings are those of a real deployment with keys, so that the real SDK clients run; the keys are words that open
nothing. The port of the AI services is fixed by default, because their addresses are part of a run's configuration and
a run goes on only with the one it was started with. Blobs stay in ``folder`` between two starts.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.emulators.azurite import azurite_process, connection_string_to
from local.emulators.child import ServerProcess, free_port
from local.emulators.settings import Emulation

ROOT = Path(__file__).resolve().parents[2]
KEY = "no-secret-at-all"
DIMENSIONS = 64
PRICES = {"input": "2.5", "cached_input": "1.25", "output": "10", "embedding": "0.02"}
"""US dollars per million tokens, so that a run has costs to show."""


@contextmanager
def emulated_environment(folder: Path, emulation: Emulation) -> Iterator[dict[str, str]]:
    """The app settings of the profile, for as long as its servers run, each in a process of its own.

    Raises ``InputError`` when the port is taken, ``ConfigError`` where Azurite is not installed.
    """
    port, blob_port = free_port(emulation.port), free_port(0)
    command = [sys.executable, "-m", "local", "emulate", "--port", str(port), "--latency", str(emulation.latency)]
    services = ServerProcess("the emulated services", command, port, {"PYTHONPATH": str(ROOT)})
    with azurite_process(blob_port, folder) as blobs, services:
        blobs.wait_until_it_listens()
        services.wait_until_it_listens()
        settings = service_settings(f"http://127.0.0.1:{port}")
        yield {**settings, "DATA_STORAGE": connection_string_to(blob_port), "DATA_DIRECTORY": ""}


def service_settings(url: str) -> dict[str, str]:
    """The app settings that point every AI service at ``url``."""
    services = {
        f"{name}{suffix}": value
        for name in ("AZURE_OPENAI", "AZURE_SEARCH", "AZURE_CONTENT_SAFETY")
        for suffix, value in (("_ENDPOINT", url), ("_API_KEY", KEY))
    }
    providers = dict.fromkeys(("GENERATION_PROVIDER", "SEARCH_PROVIDER", "SAFETY_PROVIDER"), "azure")
    prices = {f"AZURE_OPENAI_PRICE_{name.upper()}": price for name, price in PRICES.items()}
    return {
        **services,
        **providers,
        **prices,
        "PROFILE": "emulated",
        "AZURE_AUTHENTICATION": "api_key",
        "AZURE_OPENAI_EMBEDDING_DEPLOYMENT": "text-embedding-3-small",
        "AZURE_OPENAI_EMBEDDING_DIMENSIONS": str(DIMENSIONS),
    }
