"""The emulated profile: the app set up for Azure, with every service a loopback server of this machine.

The settings are those of a real deployment with keys, so that the real SDK clients run; the keys are words that open
nothing. The port of the AI services is fixed by default, because their addresses are part of a run's configuration and
a run goes on only with the one it was started with. Blobs stay in ``folder`` between two starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.emulators.azurite import running
from local.emulators.chat import EmulatedModel
from local.emulators.safety import EmulatedSafety
from local.emulators.search import EmulatedSearch
from local.emulators.settings import Emulation
from local.emulators.wire import EmulatorServer
from shared.errors import InputError

KEY = "no-secret-at-all"
DIMENSIONS = 64
PRICES = {"input": "2.5", "cached_input": "1.25", "output": "10", "embedding": "0.02"}
"""US dollars per million tokens, so that a run has costs to show."""


@contextmanager
def emulated_services(emulation: Emulation) -> Iterator[EmulatorServer]:
    """The three AI services on one port; ``InputError`` when it is taken."""
    operations = [*EmulatedModel().operations(), *EmulatedSearch().operations(), *EmulatedSafety().operations()]
    try:
        server = EmulatorServer(operations, latency=emulation.latency, port=emulation.port).__enter__()
    except (OSError, OverflowError) as fault:
        reason = getattr(fault, "strerror", None) or "must be 0 to 65535"
        raise InputError(f"port {emulation.port}: {reason}; choose another with --emulator-port") from None
    try:
        yield server
    finally:
        server.__exit__()


@contextmanager
def emulated_environment(folder: Path, emulation: Emulation) -> Iterator[dict[str, str]]:
    """The app settings of the profile, for as long as its servers run."""
    with emulated_services(emulation) as server, running(folder=folder) as connection_string:
        yield {**service_settings(server.url), "DATA_STORAGE": connection_string, "DATA_DIRECTORY": ""}


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
