"""The error taxonomy: which faults exist, what each means for a run, and how it is told to a caller.

Messages say what was wrong, where, and what is allowed. They never hold a customer's data, a message's text or a
secret, because they travel: to logs, to the task hub and to callers.
"""

import errno
from typing import ClassVar

DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Numbers of the system's errors that say that there is no room left."""


class OrchestratorError(Exception):
    """Base of every fault the project raises on purpose.

    ``code`` is stable and documented; ``status`` is the HTTP status a caller sees; ``transient`` says whether trying
    the same thing again can help, and so whether the durable engine may retry the activity that raised it.
    """

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 500
    transient: ClassVar[bool] = False


class InputError(OrchestratorError):
    """The input is not what it must be."""

    code = "invalid_input"
    status = 400


class ConfigError(OrchestratorError):
    """The configuration is missing something or holds a value that is not allowed."""

    code = "invalid_config"
    status = 400


class NotReady(ConfigError):
    """The app's own settings or configuration keep it from working; once they are put right, the same request works."""

    code = "not_ready"
    status = 503
    transient = True


class NotFound(OrchestratorError):
    """What was asked for does not exist."""

    code = "not_found"
    status = 404


class Conflict(OrchestratorError):
    """The request contradicts what already stands."""

    code = "conflict"
    status = 409


class GateClosed(Conflict):
    """The run takes no decisions and no edits any more."""

    code = "gate_closed"


class NotEditable(Conflict):
    """The run does not wait for people, so its messages cannot be edited."""

    code = "not_editable"


class VariantBlocked(Conflict):
    """A check failed for this text, so nobody can approve it."""

    code = "variant_blocked"


class VariantChanged(Conflict):
    """The content hash is not that of the text as it now stands."""

    code = "variant_changed"


class AlreadyDecided(Conflict):
    """This text was decided on before, otherwise."""

    code = "already_decided"


class ContentLapsed(Conflict):
    """The text cites a document that may not be used today."""

    code = "content_lapsed"


class NoApprovalPolicy(Conflict):
    """The run has no approval policy, so nothing in it can be approved."""

    code = "no_approval_policy"


class OwnEdit(OrchestratorError):
    """Whoever edited a text cannot approve it."""

    code = "own_edit"
    status = 403


class TooLarge(OrchestratorError):
    """The input exceeds a stated limit."""

    code = "too_large"
    status = 413


class RunCancelled(OrchestratorError):
    """The run was cancelled, so a step of it that had not begun does not begin."""

    code = "cancelled"
    status = 409


class BlobNotFound(NotFound):
    """No blob of that name."""

    code = "blob_not_found"


class BlobExists(Conflict):
    """A create-only write met a blob that is already there."""

    code = "blob_exists"


class BlobChanged(Conflict):
    """A conditional write met a blob that somebody else changed in between."""

    code = "blob_changed"


class ServiceUnavailable(OrchestratorError):
    """An outside system failed or did not answer in time; the adapter's own retries are spent."""

    code = "service_unavailable"
    status = 503
    transient = True


class StorageFull(OrchestratorError):
    """The store has no room left. Trying again helps once somebody has made some."""

    code = "storage_full"
    status = 507


class ServiceRefused(OrchestratorError):
    """An outside system answered and said no, or said what cannot be understood: trying again would not help."""

    code = "service_refused"
    status = 502


class CostLimitReached(OrchestratorError):
    """The run's cost limit leaves no room for another call."""

    code = "cost_limit"
    status = 409


class AnswerNotRecorded(OrchestratorError):
    """A run that is replayed asks what the recorded run never asked."""

    code = "not_recorded"
    status = 409
