"""Housekeeping by the clock: the durable engine's history of runs that ended long ago is purged. Files stay."""

from datetime import UTC, datetime, timedelta

import azure.functions as func
from azure.durable_functions import OrchestrationRuntimeStatus

from shared.ports import OrchestrationClient
from shared.telemetry import log_structured

from .http import Environment

OVER = [
    OrchestrationRuntimeStatus.Completed,
    OrchestrationRuntimeStatus.Failed,
    OrchestrationRuntimeStatus.Terminated,
]


async def purge_history(_timer: func.TimerRequest, client: OrchestrationClient, env: Environment) -> None:
    """Purge the history of runs that started more than ``HISTORY_RETENTION_DAYS`` ago and are over."""
    cutoff = env.services().now() - timedelta(days=env.settings().history_retention_days)
    result = await client.purge_instance_history_by(datetime(2020, 1, 1, tzinfo=UTC), cutoff, OVER)
    log_structured("history_purged", {"instances": result.instances_deleted})
