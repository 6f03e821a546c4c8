"""The agents: one module each, one public function per activity, plain and testable.

An activity takes its contract and the services, reads and writes the run's folder, and gives counts back. It never
builds a client, reads the environment or knows Azure. Heavy libraries load inside the functions that need them.
"""
