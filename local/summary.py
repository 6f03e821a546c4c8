"""The outcome of a run, in a few lines for a person."""

import sys
from pathlib import Path

from rich.console import Console

from shared.contracts import Estimate, ResultDocument
from shared.run_folder import RUNS


def print_summary(result: ResultDocument, data_folder: Path) -> None:
    """What came of the run and where the report lies, on stdout."""
    console = Console(highlight=False, soft_wrap=True)
    customers, variants = result.customers, result.variants
    console.print(f"[bold]Run {result.run_id}[/bold]: {result.status.replace('_', ' ')}", markup=True)
    if result.error:
        console.print(f"  Reason:    {result.error.message}", markup=False)
    console.print(
        f"  Customers: {customers.read:,} read, {customers.accepted:,} accepted, {customers.rejected:,} rejected, "
        f"{customers.suppressed:,} suppressed"
    )
    if result.segments:
        console.print("  Segments:  " + ", ".join(f"{s.segment} {s.size:,}" for s in result.segments), markup=False)
    console.print(
        f"  Variants:  {variants.generated} written, {variants.approved} approved, {variants.blocked} blocked"
    )
    if result.experiment:
        console.print(f"  Finding:   {result.experiment['conclusion']}", markup=False)
    for warning in result.warnings:
        console.print(f"  Note:      {warning}", markup=False)
    if result.report:
        console.print(f"  Report:    {data_folder / RUNS / result.report.html}", markup=False)
        console.print(f"             {data_folder / RUNS / result.report.pdf}", markup=False)
        console.print(f"             {data_folder / RUNS / result.report.ipynb}", markup=False)


def print_estimate(estimate: Estimate) -> None:
    """What the run may take at most, on stderr."""
    calls = ", ".join(f"{number:,} {service}" for service, number in estimate.calls.items() if number)
    limit = "" if estimate.max_cost_usd is None else f", stopped at ${estimate.max_cost_usd:,.2f}"
    tokens = estimate.prompt_tokens + estimate.completion_tokens
    print(
        f"At most {calls} calls, {tokens:,} tokens, {estimate.minutes:.1f} minutes, ${estimate.cost_usd:,.2f}{limit}",
        file=sys.stderr,
    )
