"""What is run: shapes of lists and configurations, each made of the delivered ones, seeded."""

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from samples.generate_customers import write

ROOT = Path(__file__).resolve().parents[2]
PARTITIONS = "partitions"
SUPPRESSED_EACH = 50
"""Of a list with suppressions, one customer of so many is on the suppression list."""


class Shape(NamedTuple):
    """A customer list and how it is run. ``changes`` are keys of the configuration's files, a mapping in a mapping."""

    name: str
    rows: int
    bad_rows: int = 0
    changes: Mapping[str, Any] = {}
    suppress: bool = False
    services: bool = False
    """Whether Azure's SDKs ask emulated services, rather than the embedded ones being asked."""


class Inputs(NamedTuple):
    """A shape's files, ready to be run."""

    shape: Shape
    arguments: tuple[str, ...]
    """Of the command ``run``, without its id and its folder."""


SMALL = Shape("one partition", rows=120, bad_rows=6)
SHAPES = (
    SMALL,
    Shape("40 partitions", rows=5000, bad_rows=25, changes={"segmentation": {PARTITIONS: {"count": 40}}}),
    Shape("k-means", rows=1500, changes={"segmentation": {"method": "kmeans", PARTITIONS: {"count": 3}}}),
    Shape(
        "suppression and holdout",
        rows=600,
        bad_rows=6,
        changes={
            "segmentation": {PARTITIONS: {"count": 4}},
            "experiment_config": {"experiment": {"holdout": {"percent": 10}}},
        },
        suppress=True,
    ),
    Shape("Azure's SDKs", rows=120, services=True),
)


def prepared(shape: Shape, folder: Path, seed: int) -> Inputs:
    """The shape's list, configuration and suppression list, written below ``folder``."""
    folder.mkdir(parents=True)
    customers, config = folder / "customers.csv", folder / "config"
    write(customers, rows=shape.rows, seed=seed, bad_rows=shape.bad_rows)
    shutil.copytree(ROOT / "config", config)
    for name, changes in shape.changes.items():
        path = config / f"{name}.yaml"
        path.write_text(yaml.safe_dump(_changed(yaml.safe_load(path.read_text()), changes)))
    arguments = [str(customers), "--config", str(config)]
    if shape.suppress:
        arguments += ["--suppress", str(_suppression_list(customers, folder / "suppress.csv"))]
    return Inputs(shape, tuple(arguments))


def _changed(config: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **config,
        **{key: _changed(config[key], value) if isinstance(value, dict) else value for key, value in changes.items()},
    }


def _suppression_list(customers: Path, path: Path) -> Path:
    with customers.open(newline="", encoding="utf-8", errors="replace") as file:
        ids = [row["customer_id"] for row in csv.DictReader(file)][::SUPPRESSED_EACH]
    path.write_text("\n".join(["customer_id", *ids, ""]), encoding="utf-8")
    return path
