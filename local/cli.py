"""The commands: parse the arguments, call one thing, print, and give the exit status.

0: done; 1: the run failed or the record is broken; 2: bad usage or input, in one line on stderr.
"""

import argparse
import asyncio
import json
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from shared.errors import OrchestratorError

ROOT = Path(__file__).resolve().parents[1]
DEFAULT_OUT = Path("out")
DONE, FAILED, BAD_INPUT = 0, 1, 2


def main(arguments: Sequence[str]) -> int:
    """Run one command; the exit status."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except OrchestratorError as fault:
        print(f"error: {fault}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("interrupted; the same command goes on where this one stopped", file=sys.stderr)
        return FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description="Runs the app on this machine.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="the whole pipeline on one customer list")
    run.add_argument("customers", type=Path, metavar="CUSTOMERS.csv")
    run.add_argument("--content", type=Path, default=ROOT / "samples" / "content", metavar="DIR|FILE")
    run.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    run.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR", help="where the blobs lie (default: out)")
    run.add_argument("--run-id", metavar="ID", help="default: made from the list, the content and the configuration")
    run.add_argument("--json", action="store_true", help="print the result document alone on stdout")
    run.set_defaults(command=_run)

    serve = commands.add_parser("serve", help="the HTTP routes and the watch on uploads")
    serve.add_argument("--port", type=int, default=7071)
    serve.add_argument("--content", type=Path, default=ROOT / "samples" / "content", metavar="DIR|FILE")
    serve.add_argument("--config", type=Path, default=ROOT / "config", metavar="DIR")
    serve.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    serve.set_defaults(command=_serve)

    analyze = commands.add_parser("analyze", help="the experiment engine on counts alone")
    analyze.add_argument("counts", type=Path, metavar="COUNTS.json")
    analyze.set_defaults(command=_analyze)

    search = commands.add_parser("search", help="the documents that fit each query, best first")
    search.add_argument("queries", type=Path, metavar="QUERIES.jsonl")
    search.add_argument("--content", type=Path, required=True, metavar="DIR|FILE")
    search.add_argument("--top", type=int, default=5, metavar="N", help="documents per query (default: 5)")
    search.set_defaults(command=_search)

    screen = commands.add_parser("screen", help="the local safety screen on texts")
    screen.add_argument("texts", type=Path, metavar="TEXTS.jsonl")
    screen.set_defaults(command=_screen)

    verify = commands.add_parser("verify", help="check an audit chain and, with the run beside it, every file")
    verify.add_argument("target", metavar="AUDIT.jsonl|RUN_ID")
    verify.add_argument("--out", type=Path, default=DEFAULT_OUT, metavar="DIR")
    verify.add_argument("--head", metavar="HASH", help="the chain's head as kept elsewhere")
    verify.set_defaults(command=_verify)
    return parser


def _run(options: argparse.Namespace) -> int:
    from local.run_command import RunEnded, RunOptions, run

    chosen = RunOptions(options.customers, options.content, options.config, options.out, options.run_id)
    try:
        result, location = asyncio.run(run(chosen))
    except RunEnded as ended:
        print(f"error: {ended}", file=sys.stderr)
        return FAILED
    if options.json:
        print(result.model_dump_json())
    else:
        from local.summary import print_summary

        print_summary(result, location)
    return DONE if result.status in {"completed", "completed_with_errors"} else FAILED


def _serve(options: argparse.Namespace) -> int:
    from local.serve_command import serve_until_interrupted

    serve_until_interrupted(options.out, options.config, options.content, options.port)
    return DONE


def _analyze(options: argparse.Namespace) -> int:
    from local.tools import analyze

    print(json.dumps(analyze(options.counts)))
    return DONE


def _search(options: argparse.Namespace) -> int:
    from local.tools import search

    return _print_lines(search(options.queries, options.content, options.top))


def _screen(options: argparse.Namespace) -> int:
    from local.tools import screen

    return _print_lines(screen(options.texts))


def _print_lines(results: Iterator[dict[str, Any]]) -> int:
    for result in results:
        print(json.dumps(result))
    return DONE


def _verify(options: argparse.Namespace) -> int:
    from local.verify_command import verify

    problems, summary = verify(options.target, options.out, options.head)
    for problem in problems:
        print(f"broken: {problem}", file=sys.stderr)
    print(summary)
    return FAILED if problems else DONE
