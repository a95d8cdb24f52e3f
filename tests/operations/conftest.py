"""Imports write refused rows to the data folder; each test has its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def data_folder(tmp_path: Path, settings: Any) -> Path:
    """The data folder, fresh."""
    folder = tmp_path / "store"
    folder.mkdir()
    settings.DATA_FOLDER = folder
    return folder
