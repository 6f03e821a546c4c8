"""An uploaded customer list starts a run. Events come at least once, so the run id is made from the blob's version."""

import asyncio

import azure.functions as func

from shared.contracts import RunRequest
from shared.errors import BlobNotFound, OrchestratorError
from shared.ports import OrchestrationClient
from shared.run_folder import UPLOADS
from shared.telemetry import log_structured

from .erasures import made_by_erasure
from .http import Environment
from .runs import start_run


async def customers_uploaded(blob: func.InputStream, client: OrchestrationClient, env: Environment) -> None:
    """Start the run of this version of the blob. What is no customer list, or was started before, is logged and left.

    So is what an erasure left of a list: nobody is written to again because somebody asked to be forgotten.

    A fault of the store or of the app's settings is raised, so that the host delivers the event again.
    The limit on runs under way does not hold here: an event that is refused is an upload lost.
    """
    try:
        name = (blob.name or "").removeprefix(f"{UPLOADS}/")
        if await asyncio.to_thread(made_by_erasure, env.services().blobs, name):
            log_structured("blob_ignored", {"code": "erased"})
            return
        await start_run(RunRequest(customers=blob.name or UPLOADS), env.services(), env.config, client)
    except BlobNotFound:
        log_structured("blob_ignored", {"code": "blob_not_found"})
    except OrchestratorError as fault:
        if fault.transient:
            raise
        log_structured("blob_ignored", {"code": fault.code})
