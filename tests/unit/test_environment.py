"""What the map of the app reads of the environment before any function is called."""

import pytest

from shared.config import AppSettings
from shared.environment import TRIGGER_SOURCES, blob_trigger_source


@pytest.mark.parametrize(
    ("given", "source"),
    [
        ({}, "EventGrid"),
        ({"BLOB_TRIGGER_SOURCE": ""}, "EventGrid"),
        ({"BLOB_TRIGGER_SOURCE": "LogsAndContainerScan"}, "LogsAndContainerScan"),
        ({"blob_trigger_source": "LogsAndContainerScan"}, "LogsAndContainerScan"),
        ({"BLOB_TRIGGER_SOURCE": "Pigeon"}, None),
    ],
)
def test_source_of_uploads_is_read_as_the_settings_read_it(monkeypatch, given, source):
    """Missing and empty mean the default, case of the name does not matter, what is not allowed is left to say so."""
    monkeypatch.delenv("BLOB_TRIGGER_SOURCE", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert blob_trigger_source() == source


def test_sources_are_those_that_the_settings_allow():
    """The names here are the settings' own, the default first."""
    field = AppSettings.model_fields["blob_trigger_source"]
    assert field.annotation.__args__ == TRIGGER_SOURCES
    assert field.default == TRIGGER_SOURCES[0]
