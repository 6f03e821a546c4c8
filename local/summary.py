"""The outcome of a run, in a few lines for a person."""

from pathlib import Path

from rich.console import Console

from shared.contracts import ResultDocument
from shared.run_folder import RUNS


def print_summary(result: ResultDocument, data_folder: Path) -> None:
    """What came of the run and where the report lies, on stdout."""
    console = Console(highlight=False, soft_wrap=True)
    customers, variants = result.customers, result.variants
    console.print(f"[bold]Run {result.run_id}[/bold]: {result.status.replace('_', ' ')}", markup=True)
    if result.error:
        console.print(f"  Reason:    {result.error.message}", markup=False)
    console.print(
        f"  Customers: {customers.read:,} read, {customers.accepted:,} accepted, {customers.rejected:,} rejected"
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
