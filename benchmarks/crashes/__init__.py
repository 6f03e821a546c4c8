"""Disturbs runs of the command line in every way that a machine can, and holds their files against undisturbed ones.

``process`` is one process of a run, ``shapes`` what is run, ``runs`` starts, kills and compares, ``kills`` and
``disturbances`` are what befalls a run, ``table`` prints what came of it.
"""
