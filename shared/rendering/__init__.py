"""The report model, rendered: HTML, PDF and notebook. Pure functions from model to bytes; no I/O."""
