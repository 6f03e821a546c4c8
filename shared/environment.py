"""The process's environment: the only place that reads it. Loads nothing, because the map of the app starts from here.

What the settings mean, and whether they are allowed, is said in ``shared.config``.
"""

import os
from collections.abc import Mapping

TRIGGER_SOURCES = ("EventGrid", "LogsAndContainerScan")
"""How uploads can be noticed, the default first."""


def variables(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables by name in lower case. Of two spellings of one name that in capitals counts."""
    environment = os.environ if environment is None else environment
    return {name.lower(): value for name, value in sorted(environment.items(), reverse=True)}


def blob_trigger_source() -> str | None:
    """``BLOB_TRIGGER_SOURCE``, which a binding needs before any function is called; None for what it must not be."""
    given = variables().get("blob_trigger_source") or TRIGGER_SOURCES[0]
    return given if given in TRIGGER_SOURCES else None
