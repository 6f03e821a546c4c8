"""How a run starts and is asked about. Thin: parse, call, reply."""
