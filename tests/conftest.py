"""Fixtures for all tests."""

import socket
from pathlib import Path

import pytest

from tests.app_fixture import App, clear_caches


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The registered app over an empty data folder."""
    yield App(tmp_path / "data", monkeypatch)
    clear_caches()


@pytest.fixture(autouse=True)
def _no_sockets_in_unit_tests(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A unit test that opens a network socket fails."""
    if "unit" not in request.path.parts:
        return

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a unit test opened a socket")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "bind", refuse)
