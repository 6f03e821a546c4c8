"""Fixtures for whole programs."""

from pathlib import Path

import pytest

from samples.generate_customers import generate


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    """A short customer list without a bad row."""
    path = tmp_path / "list.csv"
    path.write_bytes(generate(80, seed=9, bad_rows=0).encode())
    return path
