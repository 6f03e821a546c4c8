"""How many runs may be under way at once: a start beyond that is refused, and nothing is kept of it.

Counted are runs that work or are about to. One that waits for a person's decisions takes no work from others and may
wait for days, so it is not. An upload to the container is never refused: nobody is there to be told.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime

from azure.durable_functions import OrchestrationRuntimeStatus

from shared.contracts import Progress, RunRequest
from shared.errors import NotFound, OrchestratorError, ServiceUnavailable
from shared.ports import OrchestrationClient, OrchestrationStatus, Services
from shared.run_config import RunConfig

from .runs import ENDED, RunPurged, describe_run, live_state, view_run

RETRY_SECONDS = 30
LONGEST_PAGE = 100
"""How many instances the Durable Functions client lists at most; it does not go on to the next page."""
_UNFINISHED = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running]


class TooManyRuns(OrchestratorError):
    """As many runs are under way as may be."""

    code = "too_many_runs"
    status = 429
    transient = True

    def __init__(self, under_way: int, most: int) -> None:
        super().__init__(
            f"{under_way} runs are under way, and MAX_UNFINISHED_RUNS allows {most}; "
            f"try again in {RETRY_SECONDS} seconds"
        )


async def refuse_when_full(
    request: RunRequest, most: int, services: Services, config: Callable[[], RunConfig], client: OrchestrationClient
) -> None:
    """``TooManyRuns`` where ``most`` runs are under way already, unless the start is refused for another reason.

    Starts at the same moment do not see one another, so that for a while a few more may be under way.
    """
    under_way = await count_under_way(client)
    if under_way >= most and not await _is_taken(request, services, config, client):
        raise TooManyRuns(under_way, most)


async def count_under_way(client: OrchestrationClient) -> int:
    """How many runs work or wait for their turn; ``ServiceUnavailable`` when the engine does not say."""
    try:
        found = await _list_unfinished(client, None, None)
    except Exception as fault:
        raise ServiceUnavailable("the durable engine did not say what is under way; try again") from fault
    return sum(_is_working(status) for status in found.values())


async def _list_unfinished(
    client: OrchestrationClient, since: datetime | None, until: datetime | None
) -> dict[str, OrchestrationStatus]:
    """Every unfinished instance that was created between two moments, by id.

    A page that is full may not be all, so each half of its time is asked for by itself.
    """
    page = await client.get_status_by(since, until, _UNFINISHED)
    found = {status.instance_id: status for status in page}
    if len(page) != LONGEST_PAGE:
        return found
    middle = sorted(status.created_time for status in page)[LONGEST_PAGE // 2]
    if middle in (since, until):  # created all at once: there is no half to ask for
        return found
    return {
        **await _list_unfinished(client, since, middle),
        **await _list_unfinished(client, middle, until),
        **found,
    }


def _is_working(status: OrchestrationStatus) -> bool:
    """Whether this is a run, and not a part of one, whose id has a colon, and does not wait for people."""
    if ":" in status.instance_id:
        return False
    told = status.custom_status
    return not told or Progress.model_validate(told).state != "awaiting_approval"


async def _is_taken(
    request: RunRequest, services: Services, config: Callable[[], RunConfig], client: OrchestrationClient
) -> bool:
    """Whether the run that is asked for is under way, over or purged, and so cannot be started anyway."""
    run_id = request.run_id or (await asyncio.to_thread(describe_run, request, services, config())).run_id
    try:
        view = await view_run(run_id, services, client)
    except RunPurged:
        return True
    except NotFound:
        return False
    return view.progress.state in ENDED - {"failed"} or await live_state(run_id, client) is not None
