"""Runs the app on this machine: the same registered functions on the durable engine in-process, files for blobs."""
