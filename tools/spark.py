"""Spark for the tests of its engine: installed where there is a Java to run it."""

from __future__ import annotations

import os
import shutil

from environment import make_spark, say


def has_java() -> bool:
    """Whether there is a Java: JAVA_HOME or PATH names it."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=f"{home}/bin" if home else None) is not None


def make_sure() -> None:
    """Installs Spark where it can run. With CI=true a missing Java fails its tests."""
    if has_java():
        make_spark()
    else:
        say("SKIPPED: the tests on Spark. No Java here; on Debian: sudo apt install default-jre")
