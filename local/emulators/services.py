"""The three AI services on one loopback port, within this process: for tests, and for ``emulate``."""

from collections.abc import Iterator
from contextlib import contextmanager

from local.emulators.chat import EmulatedModel
from local.emulators.child import free_port
from local.emulators.safety import EmulatedSafety
from local.emulators.search import EmulatedSearch
from local.emulators.settings import Emulation
from local.emulators.wire import EmulatorServer


@contextmanager
def emulated_services(emulation: Emulation) -> Iterator[EmulatorServer]:
    """The server, for as long as it is needed; ``InputError`` when the port is taken."""
    operations = [*EmulatedModel().operations(), *EmulatedSearch().operations(), *EmulatedSafety().operations()]
    with EmulatorServer(operations, latency=emulation.latency, port=free_port(emulation.port)) as server:
        yield server
