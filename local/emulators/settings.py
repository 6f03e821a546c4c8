"""How the emulated services are to behave."""

from typing import NamedTuple

DEFAULT_PORT = 7090


class Emulation(NamedTuple):
    """Seconds before each answer, and the port of the AI services (0: any free one)."""

    latency: float = 0.0
    port: int = DEFAULT_PORT
