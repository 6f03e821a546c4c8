"""``erase`` and ``purge``: through the app's own functions, on the data of one folder."""

import asyncio
import json
from pathlib import Path

from local.host import LocalHost, host_settings
from shared.contracts import ErasureReport, PurgeReport
from shared.errors import InputError
from triggers.retention import purge_runs


def erase(customer_id: str, out: Path, config: Path) -> ErasureReport:
    """Erase a customer from the runs and uploads below ``out``, and from its runs to come."""
    with host_settings(out, config) as settings, LocalHost(settings) as host:
        body = json.dumps({"customer_id": customer_id}).encode()
        reply = asyncio.run(host.request("erase", "POST", headers={"content-type": "application/json"}, body=body))
        answer = json.loads(reply.get_body())
        if reply.status_code >= 400:
            raise InputError(answer["detail"])
        return ErasureReport.model_validate(answer)


def erasure_lines(report: ErasureReport) -> list[str]:
    """The report for a person: the id is not in it."""
    lines = [f"{report.rows} rows erased from {len(report.files)} files"]
    lines += [f"  {rows} from {name}" for name, rows in sorted(report.files.items())]
    lines += [f"pending: run {run_id} has not ended; erase again when it has" for run_id in report.pending]
    lines += [f"unreadable: {name} is no customer list; look for yourself" for name in report.unreadable]
    return lines


def purge(days: int | None, out: Path, config: Path) -> PurgeReport:
    """Purge the runs below ``out`` that ended more than ``days`` ago, by default ``RUN_RETENTION_DAYS``."""
    from shared import bootstrap

    with host_settings(out, config) as settings, LocalHost(settings) as host:
        wanted = bootstrap.settings().run_retention_days if days is None else days
        if wanted is None:
            raise InputError("--older-than: give the days, or set RUN_RETENTION_DAYS; nothing was purged")
        return asyncio.run(purge_runs(wanted, host.services, host.client))
