"""The commands: parse the arguments, call one thing, print, and give the exit status.

0: done; 1: the run failed or the record is broken; 2: bad usage or input, in one line on stderr.
"""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from local.emulators.settings import DEFAULT_PORT, Emulation
from shared.contracts import ResultDocument
from shared.errors import OrchestratorError, StorageFull

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_OUT = Path("out")
LONGEST_LATENCY = 3600
LONGEST_RETENTION = 3650
DONE, FAILED, BAD_INPUT = 0, 1, 2
Commands = Any  # argparse keeps the type of its sub-parsers to itself


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except OrchestratorError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return FAILED if isinstance(fault, StorageFull) else BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where this one stopped", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="Runs the app on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    _add_runs(commands)
    _add_records(commands)
    _add_privacy(commands)
    _add_services(commands)
    _add_tools(commands)
    return parser


def _add_runs(commands: Commands) -> None:
    run = commands.add_parser("run", help="the whole pipeline on one customer list")
    run.add_argument("customers", type=Path, metavar="CUSTOMERS.csv")
    run.add_argument("--content", type=Path, default=ROOT / "samples" / "content", metavar="DIR|FILE")
    run.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    run.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR", help="where the blobs lie (default: out)")
    run.add_argument(
        "--suppress",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="customer ids to leave out; repeatable",
    )
    run.add_argument("--run-id", metavar="ID", help="default: made from the list, the content and the configuration")
    run.add_argument("--json", action="store_true", help="print the result document alone on stdout")
    _add_profile(run)
    run.set_defaults(command=_run)

    replay = commands.add_parser("replay", help="a run again, from its recorded answers alone")
    replay.add_argument("replay_of", metavar="RUN_ID")
    replay.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    replay.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    replay.add_argument("--run-id", metavar="ID", help="of the new run; default: made from the old one")
    replay.add_argument("--json", action="store_true", help="print the result document alone on stdout")
    _add_profile(replay)
    replay.set_defaults(command=_replay)

    serve = commands.add_parser("serve", help="the HTTP routes and the watch on uploads")
    serve.add_argument("--port", type=int, default=7071)
    serve.add_argument("--content", type=Path, default=ROOT / "samples" / "content", metavar="DIR|FILE")
    serve.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    serve.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    serve.add_argument(
        "--as", dest="caller", default="", metavar="NAME", help="who requests come from, unless they say"
    )
    _add_profile(serve)
    serve.set_defaults(command=_serve)


def _add_records(commands: Commands) -> None:
    diff = commands.add_parser("diff", help="two runs compared: configuration, messages, verdicts, cost")
    diff.add_argument("first", metavar="RUN_A")
    diff.add_argument("second", metavar="RUN_B")
    diff.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    diff.add_argument("--json", action="store_true", help="print the comparison as JSON")
    diff.set_defaults(command=_diff)

    recall = commands.add_parser("recall", help="withdraw a document: list and block what cites it")
    recall.add_argument("document_id", metavar="DOCUMENT_ID")
    recall.add_argument("--reason", default="", metavar="TEXT")
    recall.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    recall.add_argument("--json", action="store_true", help="print the recall and its list as JSON")
    recall.set_defaults(command=_recall)

    engagement = commands.add_parser("engagement", help="load who opened, clicked and converted, and analyse by it")
    engagement.add_argument("run_id", metavar="RUN_ID")
    engagement.add_argument("file", type=Path, metavar="FILE.csv")
    engagement.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    engagement.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    engagement.add_argument("--json", action="store_true", help="print the analysis and what was loaded as JSON")
    engagement.set_defaults(command=_engagement)

    export = commands.add_parser("export", help="everything to check a run with, in one file")
    export.add_argument("run_id", metavar="RUN_ID")
    export.add_argument("--to", type=Path, metavar="FILE.zip", help="default: RUN_ID-evidence.zip")
    export.add_argument("--with-customers", action="store_true", help="the files about single customers too")
    export.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    export.set_defaults(command=_export)

    verify = commands.add_parser("verify", help="check an audit chain and, with the run beside it, every file")
    verify.add_argument("target", metavar="RUN_ID|AUDIT.jsonl|PACK.zip")
    verify.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    verify.add_argument("--head", metavar="HASH", help="the chain's head as kept elsewhere")
    verify.add_argument("--amendments-head", metavar="HASH", help="the head of the amendments as kept elsewhere")
    verify.add_argument("--public-key", metavar="KEY", help="the key that the seal must be signed with")
    verify.set_defaults(command=_verify)


def _add_privacy(commands: Commands) -> None:
    erase = commands.add_parser("erase", help="erase one customer from ended runs, uploads and runs to come")
    erase.add_argument("customer_id", metavar="CUSTOMER_ID")
    erase.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    erase.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    erase.add_argument("--json", action="store_true", help="print the report as JSON")
    erase.set_defaults(command=_erase)

    purge = commands.add_parser("purge", help="delete the files of runs that ended long ago; their audit stays")
    purge.add_argument("--older-than", type=_days, metavar="DAYS", help="default: RUN_RETENTION_DAYS")
    purge.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    purge.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    purge.set_defaults(command=_purge)


def _days(text: str) -> int:
    """Whole days of the past; argparse tells what is wrong with any other."""
    days = int(text)
    if not 0 <= days <= LONGEST_RETENTION:
        raise argparse.ArgumentTypeError(f"must be 0 to {LONGEST_RETENTION} days")
    return days


def _add_services(commands: Commands) -> None:
    estimate = commands.add_parser("estimate", help="the calls, tokens, minutes and cost that a run may take at most")
    estimate.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    estimate.set_defaults(command=_estimate)

    index = commands.add_parser("index", help="bring the search service's index up to date with a content library")
    index.add_argument("content", type=Path, metavar="CONTENT")
    index.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    index.set_defaults(command=_index)

    emulate = commands.add_parser("emulate", help="serve the emulated AI services until interrupted")
    emulate.add_argument("--port", type=int, default=DEFAULT_PORT)
    emulate.add_argument("--latency", type=_seconds, default=0.0, metavar="SECONDS", help="before each answer")
    emulate.set_defaults(command=_emulate)


def _add_tools(commands: Commands) -> None:
    analyze = commands.add_parser("analyze", help="the experiment engine on counts alone")
    analyze.add_argument("counts", type=Path, metavar="COUNTS.json")
    analyze.add_argument("--json", action="store_true", help="print the analysis as one JSON document")
    analyze.set_defaults(command=_analyze)

    search = commands.add_parser("search", help="the documents that fit each query, best first")
    search.add_argument("queries", type=Path, metavar="QUERIES.jsonl")
    search.add_argument("--content", type=Path, required=True, metavar="DIR|FILE")
    search.add_argument("--top", type=int, default=5, metavar="N", help="documents per query (default: 5)")
    search.set_defaults(command=_search)

    screen = commands.add_parser("screen", help="the local safety screen on texts")
    screen.add_argument("texts", type=Path, metavar="TEXTS.jsonl")
    screen.set_defaults(command=_screen)

    check = commands.add_parser("check", help="every check that a variant must pass, on variants written elsewhere")
    check.add_argument("variants", type=Path, metavar="VARIANTS.jsonl")
    check.add_argument("--content", type=Path, required=True, metavar="DIR|FILE")
    check.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="the day of the checks (default: today)"
    )
    check.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    check.set_defaults(command=_check)


def _add_profile(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--profile", choices=("embedded", "emulated"), default="embedded", help="emulated: Azure's SDKs, on loopback"
    )
    command.add_argument("--emulator-latency", type=_seconds, default=0.0, metavar="SECONDS", help="before each answer")
    command.add_argument("--emulator-port", type=int, default=DEFAULT_PORT, metavar="PORT")


def _seconds(text: str) -> float:
    """A wait that ends; argparse tells what is wrong with any other."""
    seconds = float(text)
    if not 0 <= seconds <= LONGEST_LATENCY:
        raise argparse.ArgumentTypeError(f"must be 0 to {LONGEST_LATENCY} seconds")
    return seconds


def _emulation(options: argparse.Namespace) -> Emulation | None:
    return Emulation(options.emulator_latency, options.emulator_port) if options.profile == "emulated" else None


def _run(options: argparse.Namespace) -> int:
    from local.run_command import RunOptions, run

    chosen = RunOptions(
        options.customers,
        options.content,
        options.config,
        options.out,
        options.run_id,
        _emulation(options),
        tuple(options.suppress),
    )
    return _show_run(run(chosen), options)


def _replay(options: argparse.Namespace) -> int:
    from local.run_command import ReplayOptions, replay

    chosen = ReplayOptions(options.replay_of, options.config, options.out, options.run_id, _emulation(options))
    return _show_run(replay(chosen), options)


def _show_run(running: Coroutine[Any, Any, ResultDocument], options: argparse.Namespace) -> int:
    from local.run_command import RunEnded

    try:
        result = asyncio.run(running)
    except RunEnded as ended:
        print(f"error: {ended}", file=sys.stderr)
        return FAILED
    if options.json:
        print(result.model_dump_json())
        if result.error:
            told = f"run {result.run_id} failed: {result.error.message}; the same command tries again"
            print(f"error: {told}", file=sys.stderr)
    else:
        from local.summary import print_summary

        print_summary(result, options.out.resolve())
    return DONE if result.status in {"completed", "completed_with_errors"} else FAILED


def _serve(options: argparse.Namespace) -> int:
    from local.serve_command import serve_until_interrupted

    serve_until_interrupted(
        options.out, options.config, options.content, options.port, _emulation(options), caller=options.caller
    )
    return DONE


def _diff(options: argparse.Namespace) -> int:
    from local.diff_command import diff, render

    comparison = diff(options.first, options.second, options.out)
    print(comparison.model_dump_json() if options.json else render(comparison))
    return DONE


def _erase(options: argparse.Namespace) -> int:
    from local.privacy_commands import erase, erasure_lines

    report = erase(options.customer_id, options.out, options.config)
    print(report.model_dump_json() if options.json else "\n".join(erasure_lines(report)))
    return FAILED if report.pending or report.unreadable else DONE


def _purge(options: argparse.Namespace) -> int:
    from local.privacy_commands import purge

    report = purge(options.older_than, options.out, options.config)
    print(f"{len(report.runs)} runs purged, {report.files} files")
    return DONE


def _recall(options: argparse.Namespace) -> int:
    from local.recall_command import recall, render

    report = recall(options.document_id, options.reason, options.out)
    print(report.model_dump_json() if options.json else render(report))
    return DONE


def _engagement(options: argparse.Namespace) -> int:
    from local.engagement_command import engagement, render

    added = engagement(options.run_id, options.file, options.out, options.config)
    print(added.reply.model_dump_json() if options.json else render(added, options.out.resolve()))
    return DONE


def _estimate(options: argparse.Namespace) -> int:
    from shared.config import load_config
    from shared.domain.estimate import estimate_run

    print(estimate_run(load_config(options.config)).model_dump_json())
    return DONE


def _index(options: argparse.Namespace) -> int:
    from local.index_command import bring_up_to_date, summary

    indexed = bring_up_to_date(options.content, options.config)
    for line in summary(indexed):
        print(line)
    return FAILED if indexed.outcome.failed else DONE


def _emulate(options: argparse.Namespace) -> int:
    from local.emulate_command import emulate_until_interrupted

    emulate_until_interrupted(Emulation(options.latency, options.port))
    return DONE


def _analyze(options: argparse.Namespace) -> int:
    from local.tools import analyze

    found = analyze(options.counts)
    if options.json:
        print(json.dumps(found))
    else:
        from local.analysis_table import print_analysis

        print_analysis(found)
    return DONE


def _search(options: argparse.Namespace) -> int:
    from local.tools import search

    return _print_lines(search(options.queries, options.content, options.top))


def _screen(options: argparse.Namespace) -> int:
    from local.tools import screen

    return _print_lines(screen(options.texts))


def _check(options: argparse.Namespace) -> int:
    from local.tools import check

    as_of = options.as_of or datetime.now(UTC).date()
    return _print_lines(check(options.variants, options.content, as_of, options.config))


def _print_lines(results: Iterator[dict[str, Any]]) -> int:
    for result in results:
        print(json.dumps(result))
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from local.verify_command import verify
    from shared.domain.evidence import Kept

    checked = verify(options.target, options.out, Kept(options.head, options.amendments_head, options.public_key))
    for problem in checked.problems:
        print(f"broken: {problem}", file=sys.stderr)
    for line in (checked.summary, *checked.notes):
        print(line)
    return FAILED if checked.problems else DONE


def _export(options: argparse.Namespace) -> int:
    from local.export_command import export

    print(export(options.run_id, options.out, options.to, with_customers=options.with_customers))
    return DONE
