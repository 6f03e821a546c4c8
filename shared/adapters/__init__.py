"""One module per outside system and form, each behind a port of ``shared.ports``."""
