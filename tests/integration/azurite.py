"""Azurite for tests: one for the whole session, skipped where it is not installed.

Use it in a test module by ``from tests.integration import azurite as emulator`` and ``azurite = emulator.azurite``.
"""

import pytest

from local.emulators import azurite as program
from local.emulators.azurite import ACCOUNT, KEY, connection_string_to, running
from shared.errors import ConfigError

__all__ = ["ACCOUNT", "KEY", "azurite", "connection_string_to", "require", "running"]


@pytest.fixture(scope="session")
def azurite():
    """The connection string of a running Azurite; skips where it is not installed."""
    require()
    with running() as connection_string:
        yield connection_string


def require():
    """Skip the test that calls this unless Azurite can be started."""
    try:
        program.require()
    except ConfigError as fault:
        pytest.skip(str(fault))
