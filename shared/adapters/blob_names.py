"""The rules for container and blob names, which every blob store keeps, so that what one takes no other refuses."""

import re

from shared.errors import InputError

_CONTAINER = re.compile(r"(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")
_BAD_CHARACTER = re.compile("[\x00-\x1f\x7f-\x9f\\\\\ud800-\udfff\ufffe\uffff]")
_BAD_SEGMENT = re.compile(r"\Z|\.|[A-Za-z]:|.*[. ]\Z")
_NAME_CHARACTERS = 1024
_NAME_SEGMENTS = 254
_SEGMENT_BYTES = 255


def checked_container(container: str) -> str:
    """``container`` itself if it is one: 3 to 63 of a-z, 0-9 and single inner hyphens. Else ``InputError``."""
    if not _CONTAINER.fullmatch(container):
        raise InputError("container name: must be 3 to 63 of a-z, 0-9 and single hyphens between them")
    return container


def checked_name(name: str) -> str:
    """``name`` itself if a blob can have it, else ``InputError``.

    A relative path with forward slashes: 1 to 1024 characters in at most 254 segments of 1 to 255 bytes of UTF-8. No
    segment starts with a dot (hidden), ends with a dot or a space, or starts like a drive; no backslashes, control
    characters, surrogates or the non-characters U+FFFE and U+FFFF.
    """
    fault = _name_fault(name)
    if fault:
        raise InputError(f"blob name: {fault}")
    return name


def checked_prefix(prefix: str) -> str:
    """``prefix`` itself if names of blobs can start with it, else ``InputError``."""
    folder, slash, _ = prefix.rpartition("/")
    fault = _name_fault(folder) if slash else ""
    if fault or _BAD_CHARACTER.search(prefix):
        raise InputError(f"blob name prefix: {fault or _CHARACTERS_FAULT}")
    return prefix


def is_blob_name(name: str) -> bool:
    """Whether a blob can have this name. Files whose names cannot are not blobs and are not listed."""
    return not _name_fault(name)


_CHARACTERS_FAULT = "must not hold backslashes, control characters or surrogates"


def _name_fault(name: str) -> str:
    if not 1 <= len(name) <= _NAME_CHARACTERS:
        return f"must have 1 to {_NAME_CHARACTERS} characters, has {len(name)}"
    if _BAD_CHARACTER.search(name):
        return _CHARACTERS_FAULT
    segments = name.split("/")
    if len(segments) > _NAME_SEGMENTS:
        return f"must have at most {_NAME_SEGMENTS} segments"
    if any(_BAD_SEGMENT.match(segment) for segment in segments):
        return (
            "must be a relative path with forward slashes; no segment may be empty, start with '.' or a drive, "
            "or end with '.' or a space"
        )
    if any(len(segment.encode()) > _SEGMENT_BYTES for segment in segments):
        return f"no segment may be longer than {_SEGMENT_BYTES} bytes"
    return ""
