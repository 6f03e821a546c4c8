"""``serve``: the app on a loopback port until it is interrupted."""

import asyncio
import sys
from pathlib import Path

from local.emulators.settings import Emulation
from local.host import LocalHost, host_settings
from local.inputs import content_files, take_in
from local.server import serve
from shared.errors import InputError
from shared.run_folder import CONTENT, UPLOADS


def serve_until_interrupted(
    out: Path, config: Path, content: Path, port: int, emulation: Emulation | None = None, *, caller: str = ""
) -> None:
    """Serve; ``InputError`` when the port is taken. An empty content library is filled from ``content`` first.

    With a ``caller`` this machine vouches for whoever a request names, as App Service Authentication does in Azure.
    """
    trust = {"WEBSITE_AUTH_ENABLED": "true"} if caller else {}
    with host_settings(out, config, emulation) as settings, LocalHost({**settings, **trust}) as host:
        (out / UPLOADS).mkdir(parents=True, exist_ok=True)
        _fill_library(host, content)

        def ready(address: str) -> None:
            uploads = "the emulated storage" if emulation else f"{out / UPLOADS}/"
            print(f"Serving {address}/api  (drop lists into {uploads}, stop with Ctrl-C)", file=sys.stderr)

        try:
            asyncio.run(serve(host, port, ready, caller=caller))
        except (OSError, OverflowError) as fault:
            reason = getattr(fault, "strerror", None) or "must be 0 to 65535"
            raise InputError(f"port {port}: {reason}; choose another with --port") from None
        except KeyboardInterrupt:
            print("stopped; runs under way go on when the host is started again", file=sys.stderr)


def _fill_library(host: LocalHost, content: Path) -> None:
    if next(iter(host.services.blobs.list(CONTENT)), None) is None:
        files = content_files(content)
        for file in files:
            take_in(host.services.blobs, file, CONTENT, file.name)
        print(f"The content library was empty: took in {len(files)} files from {content}", file=sys.stderr)
