"""``emulate``: the emulated AI services on a loopback port, with the app settings that lead to them."""

import sys
import threading

from local.emulators.profile import service_settings
from local.emulators.services import emulated_services
from local.emulators.settings import Emulation


def emulate_until_interrupted(emulation: Emulation) -> None:
    """Serve; prints the settings as lines of ``NAME=value``. ``InputError`` when the port is taken."""
    with emulated_services(emulation) as server:
        for name, value in sorted(service_settings(server.url).items()):
            print(f"{name}={value}")
        print(f"Serving {server.url}  (stop with Ctrl-C)", file=sys.stderr, flush=True)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("stopped", file=sys.stderr)
