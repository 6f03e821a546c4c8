"""Times the verification of an audit chain of many entries, and how much of it one entry takes."""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    print(f"{'entries':>10} {'MB':>8} {'seconds':>8} {'us/entry':>9}")
    for entries in parser.parse_args().entries:
        chain = _chain(entries)
        seconds = _seconds(chain)
        print(f"{entries:>10,} {len(chain) / 1e6:>8.1f} {seconds:>8.2f} {seconds / entries * 1e6:>9.1f}")


def _chain(entries: int) -> bytes:
    """A finished chain of safety decisions, as long as those of a run are."""
    from shared.domain.audit import RUN_CLOSED, SAFETY_DECISION, append_entry, serialize

    decision = {
        "variant_id": "high-value-recent-informational",
        "segment": "High-Value Recent",
        "status": "pass",
        **dict.fromkeys(("hate_severity", "violence_severity", "self_harm_severity", "sexual_severity"), 0),
        "content_hash": "0" * 64,
        "blocked_by": [],
        "block_reason": "",
        "provider": "embedded: local screen",
    }
    tail, lines = None, []
    for number in range(entries):
        event = RUN_CLOSED if number == entries - 1 else SAFETY_DECISION
        tail = append_entry(tail, f"verdict:{number}", event, decision, NOW)
        lines.append(serialize(tail))
    return b"".join(lines)


def _seconds(chain: bytes) -> float:
    from shared.domain.audit import verify_chain

    started = time.perf_counter()
    report = verify_chain(chain, finished=True)
    seconds = time.perf_counter() - started
    if not report.intact:
        raise SystemExit(f"line {report.line}: {report.problem}")
    return seconds


if __name__ == "__main__":
    main()
