"""Housekeeping by the clock: what runs that ended long ago left behind is purged, their history and their files."""

from datetime import UTC, datetime, timedelta

import azure.functions as func
from azure.durable_functions import OrchestrationRuntimeStatus

from shared.ports import OrchestrationClient
from shared.telemetry import log_structured

from .http import Environment
from .retention import purge_runs

OVER = [
    OrchestrationRuntimeStatus.Completed,
    OrchestrationRuntimeStatus.Failed,
    OrchestrationRuntimeStatus.Terminated,
]


async def purge_old_runs(_timer: func.TimerRequest, client: OrchestrationClient, env: Environment) -> None:
    """Purge the files of runs that ended more than ``RUN_RETENTION_DAYS`` ago, where that is set."""
    days = env.settings().run_retention_days
    if days is not None:
        await purge_runs(days, env.services(), client)


async def purge_history(_timer: func.TimerRequest, client: OrchestrationClient, env: Environment) -> None:
    """Purge the history of runs that started more than ``HISTORY_RETENTION_DAYS`` ago and are over."""
    cutoff = env.services().now() - timedelta(days=env.settings().history_retention_days)
    result = await client.purge_instance_history_by(datetime(2020, 1, 1, tzinfo=UTC), cutoff, OVER)
    log_structured("history_purged", {"instances": result.instances_deleted})
