"""The evidence pack: everything to check a run with, in one file, and a verifier that needs nothing but Python."""
