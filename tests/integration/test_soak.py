"""The short form of ``benchmarks/soak.py``: runs in one host, at once and in a row, and what they leave there."""

import asyncio
import tempfile
from pathlib import Path

import pytest

from benchmarks import soak
from local.host import LocalHost
from tests.app_fixture import clear_caches

pytestmark = pytest.mark.integration


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A local host over a temporary folder with a few short lists, and a folder of its own for temporary files."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.delenv("DATA_STORAGE", raising=False)
    monkeypatch.setenv("BLOB_TRIGGER_SOURCE", "LogsAndContainerScan")
    monkeypatch.setenv("DATA_DIRECTORY", str(tmp_path / "data"))
    monkeypatch.setattr(soak, "SHAPES", 2)
    clear_caches()
    with LocalHost({"DATA_DIRECTORY": str(tmp_path / "data")}) as host:
        soak.fill(host, 60)
        yield host
    clear_caches()


def test_runs_leave_nothing_behind_and_do_not_disturb_one_another(host, tmp_path):
    """A run's result is the same beside others and after others, and no thread, open file or draft stays of it."""

    async def scenario() -> None:
        beside = await soak.run_at_once(host, "beside", 4)
        assert beside[:2] == beside[2:]
        assert beside[0] != beside[1]
        before = soak.look(tmp_path / "data")
        for number in range(5):
            assert await soak.one_run(host, f"row-{number}", number % 2) == beside[number % 2]
        assert soak.look(tmp_path / "data")[1:] == before[1:]

    asyncio.run(scenario())


def test_growth_is_told_from_noise():
    """Memory that only goes up and down is no fault; memory that grows, and any further thread, is."""
    steady = [soak.Held(300_000 + 5_000 * (-1) ** number, 20, 30, 0, 0) for number in range(50)]
    growing = [one._replace(memory=one.memory + 500 * number) for number, one in enumerate(steady)]
    assert soak.faults(steady, steady[-1]) == []
    assert [fault.partition(" ")[0] for fault in soak.faults(growing, growing[-1])] == ["memory"]
    assert soak.faults(steady, steady[-1]._replace(threads=21)) == ["threads: 20 at first, 21 in the end"]
