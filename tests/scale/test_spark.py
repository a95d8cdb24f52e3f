"""The same verdicts on Spark, in however many parts; on a local one, with two threads."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from interlock.scale.local import replay_here
from interlock.scale.plan import Written
from interlock.scale.verdict_files import VERDICTS
from spark import has_java
from tests.scale import company

QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.log.level": "ERROR",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}
"""What makes small jobs quick, and keeps Spark from the network."""


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    """A Spark on this machine."""
    lacking = "" if has_java() else "no Java here: set JAVA_HOME or PATH"
    lacking = lacking if find_spec("pyspark") else "no Spark here: `./dev test` installs it"
    if lacking and os.environ.get("CI") == "true":
        pytest.fail(lacking)
    if lacking:
        pytest.skip(lacking)
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an extra

    os.environ |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    session = SparkSession.builder.master("local[2]").config(map=QUICK).getOrCreate()
    yield session
    session.stop()


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Written]:
    """The company's facts, and what the engine of one machine makes of them beside."""
    folder = tmp_path_factory.mktemp("company")
    company.write(folder / "facts")
    return folder, replay_here(folder / "facts", [], company.AS_OF, folder / "local")


def rows(folder: Path, table: str) -> list[str]:
    """The rows in no order. A finding's example is one of several places."""
    found = pq.read_table(folder / table)
    if table == "findings":
        found = found.drop_columns(["example"])
    return sorted(map(repr, found.to_pylist()))


@pytest.mark.parametrize("parts", [1, pytest.param(3, marks=pytest.mark.timezone), 8])
def test_verdicts_are_those_of_one_machine(
    spark: Any, here: tuple[Path, Written], parts: int
) -> None:
    from interlock.scale.spark import replay_on  # noqa: PLC0415 - an extra

    (folder, local), out = here, f"parts-{parts}"
    spark.conf.set("spark.sql.shuffle.partitions", parts)
    written = replay_on(spark, str(folder / "facts"), [], company.AS_OF, str(folder / out))
    assert written.trouble == ()
    for table in VERDICTS:
        assert rows(folder / out, table) == rows(folder / "local", table), table
        assert len(rows(folder / out, table)) > 15
    summary = ("agreement", "as_of", "people", "facts", "visits", "obligations", "zone")
    assert [getattr(written, name) for name in summary] == [
        getattr(local, name) for name in summary
    ]


def test_what_cannot_be_replayed_says_why(spark: Any, tmp_path: Path) -> None:
    from interlock.scale.spark import replay_on  # noqa: PLC0415 - an extra

    def trouble(facts: Path, out: Path) -> str:
        return "\n".join(replay_on(spark, str(facts), [], company.AS_OF, str(out)).trouble)

    company.write(tmp_path / "facts")
    assert "there are no files" in trouble(tmp_path / "none", tmp_path / "out")
    assert "is there already" in trouble(tmp_path / "facts", tmp_path / "facts")
    for file in (tmp_path / "facts").glob("agreement*"):
        file.unlink()
    assert "there is no agreement" in trouble(tmp_path / "facts", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_java_it_says_what_to_install(tmp_path: Path) -> None:
    if not find_spec("pyspark"):
        pytest.skip("no Spark here: `./dev test` installs it")
    company.write(tmp_path / "facts")
    words = ("replay", "--engine", "spark", "--facts", "facts", "--out", "out")
    done = subprocess.run(
        [sys.executable, "-c", "from interlock.cli import main; main()", *words],
        env={**os.environ, "JAVA_HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Spark needs Java 17 or later" in done.stderr
