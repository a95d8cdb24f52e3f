"""The same replay on Spark: the one module that knows it.

Facts are cut into parts by groups of people who share accounts and opportunities, so that each part
has all that its people need, and every part is replayed by the engine that replays everybody on one
machine (`parts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial, reduce

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.errors import AnalysisException, PySparkRuntimeError
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - what everybody calls it
from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

from interlock.facts.arrow import TYPES
from interlock.facts.columns import Facts, FactTable
from interlock.facts.kinds import KINDS
from interlock.replay.outcome import NO_PERIODS, Finding
from interlock.replay.periods import left_out
from interlock.scale.fact_contract import AGREEMENTS, FACT, SAID, fact_table
from interlock.scale.groups import moved
from interlock.scale.parts import (
    KIND,
    PART,
    RANK,
    SUMS,
    TABLE,
    Everybody,
    Work,
    verdict_schema,
    wide_columns,
)
from interlock.scale.plan import Plan, Written, not_written, plan
from interlock.scale.verdict_files import findings_table, periods_table, schema_of

Frames = Mapping[str, DataFrame]

PLACED = {kind.name for kind in KINDS.values() if kind.column("person")} | {"person", "account"}
"""Kinds whose facts belong to somebody; those of others every part has."""
_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.float64(): "double",
    pa.bool_(): "boolean",
}


def session() -> SparkSession | str:
    """Spark as its own settings have it: the master, the memory, the number of partitions.

    Where it does not start, why. A task of Spark's is one thread: what an executor does beside it
    is another task.
    """
    try:
        return (
            SparkSession.builder.appName("interlock")
            .config("spark.executorEnv.NUMBA_NUM_THREADS", "1")
            .getOrCreate()
        )
    except PySparkRuntimeError as error:
        if error.getCondition() != "JAVA_GATEWAY_EXITED":
            raise
        return "Spark needs Java 17 or later: install it, and set JAVA_HOME or PATH to it"


def replay_on(
    spark: SparkSession, folder: str, texts: Sequence[bytes], as_of: int, out: str
) -> Written:
    """Replays the folder's facts and writes the verdicts to the folder `out`, which is made.

    `texts` are those of the agreement; without any, the folder has them. There are as many parts
    as Spark is told to make (`spark.sql.shuffle.partitions`).
    """
    files = _files(spark, folder)
    if not files:
        return not_written(f"there are no files in {folder}")
    if _files(spark, out):
        return not_written(f"{out} is there already: name a new folder, or take it away")
    frames = {kind: spark.read.parquet(f"{folder}/{kind}") for kind in _datasets(files)}
    schemas = {kind: to_arrow_schema(frame.schema) for kind, frame in frames.items()}
    said = "".join(_texts(spark, files, SAID))
    planned = plan(schemas, said, texts or _texts(spark, files, AGREEMENTS))
    if isinstance(planned, Written):
        return planned
    return _Replay(spark, planned, frames, as_of, out).done()


# --- what lies in a folder ---------------------------------------------------------------------


def _files(spark: SparkSession, folder: str) -> list[str]:
    """The paths of all files in the folder and below; none where there is no folder."""
    listed = spark.read.format("binaryFile").option("recursiveFileLookup", "true")
    try:
        return [row.path for row in listed.load(folder).select("path").collect()]
    except AnalysisException as error:
        if error.getCondition() != "PATH_NOT_FOUND":
            raise
        return []


def _datasets(files: Iterable[str]) -> list[str]:
    """The folders of Parquet files, those of Spark's own partitions left out."""
    folders = (path.split("/")[:-1] for path in files if path.endswith(".parquet"))
    return sorted({[name for name in path if "=" not in name][-1] for path in folders})


def _texts(spark: SparkSession, files: Iterable[str], names: str) -> list[str]:
    """The texts of the files of such names, in order of their names."""
    found = sorted(path for path in files if fnmatch(path.split("/")[-1], names))
    return [str(spark.read.text(path, wholetext=True).collect()[0][0]) for path in found]


# --- who goes with whom ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Groups:
    """The home of each person and of each opportunity that has one, and groups of other names.

    `people` has columns id and home, `deals` id and home, `moved` home and group.
    """

    people: DataFrame
    deals: DataFrame
    moved: DataFrame

    def of(self, kind: str, facts: DataFrame) -> DataFrame:
        """The facts of a kind, as rows of the wide table, with the `group` of each."""
        if kind == "account":
            placed = facts.withColumn("home", _node("account", F.col("id:string")))
        elif kind in ("person", "opportunity"):
            homes = self.people if kind == "person" else self.deals
            placed = _at_home(facts, "id:string", kind, homes)
        else:
            placed = _at_home(facts, "person:string", "person", self.people)
        known = placed.join(F.broadcast(self.moved), "home", "left")
        return known.withColumn("group", F.coalesce("group", "home")).drop("home")


def _node(kind: str, id: Column) -> Column:
    return F.xxhash64(F.lit(kind), id)


def _at_home(facts: DataFrame, name: str, kind: str, homes: DataFrame) -> DataFrame:
    """The facts with the home of whom they name; whoever has none is at home by themselves."""
    homes = homes.select(F.col("id").alias(name), "home")
    alone = _node(kind, F.col(name))
    return facts.join(homes, name, "left").withColumn("home", F.coalesce("home", alone))


def _settled(pairs: DataFrame, kind: str) -> tuple[DataFrame, DataFrame]:
    """One home for each `id`, of the homes that `pairs` gives it, and which others go with it.

    An id without any is at home by itself.
    """
    homes = pairs.groupBy("id").agg(F.min("home").alias("home"), F.collect_set("home").alias("all"))
    several = homes.where(F.size("all") > 1).select("home", F.explode("all").alias("other"))
    home = F.coalesce("home", _node(kind, F.col("id"))).alias("home")
    return homes.select("id", home), several


def _groups(spark: SparkSession, frames: Frames) -> _Groups:
    """Groups: people with the accounts that they ever had, and with their opportunities.

    Most groups are an account's people. Only what joins these to each other (somebody who had two
    accounts, or two records; an opportunity with people of two) comes to the driver, as pairs of
    numbers.
    """
    people = frames["person"] if "person" in frames else spark.createDataFrame([], "id string")
    account = F.col("account") if "account" in people.columns else F.lit(None).cast("string")
    own = F.when(account.isNotNull(), _node("account", account)).alias("home")
    homes, joined = _settled(people.select("id", own), "person")
    homes = homes.persist(StorageLevel.MEMORY_AND_DISK)
    deals, shared = _settled(_contacts(frames, homes), "opportunity")
    pairs = joined.union(shared).union(_merged(frames, homes)).toArrow()
    home, group = moved(*(pairs[name].to_numpy() for name in ("home", "other")))
    table = pa.table({"home": home, "group": group})
    return _Groups(homes, deals, spark.createDataFrame(table))


def _merged(frames: Frames, homes: DataFrame) -> DataFrame:
    """The homes of records that were merged, in pairs."""
    if "merge" not in frames:
        return homes.limit(0).select("home", F.col("home").alias("other"))
    pairs = frames["merge"].select("person", "into")
    one = _at_home(pairs, "person", "person", homes).withColumnRenamed("home", "other")
    return _at_home(one, "into", "person", homes).select("home", "other")


def _contacts(frames: Frames, homes: DataFrame) -> DataFrame:
    """The homes of the people that each opportunity has."""
    named = {"opportunity": "id", "contact_role": "opportunity"}
    contacts = [
        frames[kind].select(F.col(name).alias("deal"), "person").where("person is not null")
        for kind, name in named.items()
        if kind in frames and "person" in frames[kind].columns
    ]
    if not contacts:
        return homes.limit(0)
    placed = _at_home(reduce(DataFrame.union, contacts), "person", "person", homes)
    return placed.select(F.col("deal").alias("id"), "home")


# --- the replay --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Replay:
    """One replay: what is replayed, and where the verdicts go."""

    spark: SparkSession
    plan: Plan
    frames: Frames
    as_of: int
    out: str

    def done(self) -> Written:
        """Replays all parts and writes the verdicts; the findings are written last."""
        shared, findings = self._shared()
        everybody = Everybody.of(self.plan, shared, self.as_of)
        known = everybody.outcome.findings
        verdicts = self._verdicts(Work(self.plan, self.as_of, shared, known))
        for table in ("leads", "visits", "obligations"):
            rows = verdicts.where(F.col(TABLE) == table).select(*schema_of(table).names)
            rows.write.parquet(f"{self.out}/{table}")
        first, facts = _parts(verdicts)
        periods = NO_PERIODS if first is None else everybody.periods(first, _sums(verdicts))
        named = everybody.outcome.numbers, everybody.outcome.members
        self._write("periods", periods_table(periods, *named))
        cut = () if first is None else left_out(everybody.eras, first, self.as_of)
        told = (*self.plan.findings, *findings, *known, *_findings(verdicts), *cut)
        self._write("findings", findings_table(told))
        counts = {row[TABLE]: row["count"] for row in verdicts.groupBy(TABLE).count().collect()}
        verdicts.unpersist()
        now = self.plan.agreement[-1].agreement
        return Written(
            agreement=now.name,
            as_of=self.as_of,
            people=counts.get("leads", 0),
            facts=facts,
            visits=counts.get("visits", 0),
            obligations=counts.get("obligations", 0),
            findings=told,
            zone=str(now.zone),
        )

    def _shared(self) -> tuple[Facts, tuple[Finding, ...]]:
        """Facts that are about nobody in particular: every part has them."""
        facts: dict[str, FactTable] = {}
        findings: list[Finding] = []
        for kind, names in self.plan.needed.items():
            if kind in self.frames and kind not in PLACED:
                types = self.plan.attributes.get(kind, {})
                rows = self.frames[kind].select(*wide_columns(self.plan, kind)).toArrow()
                facts[kind], lacking = fact_table(KINDS[kind], names, types, rows)
                findings += lacking
        return facts, tuple(findings)

    def _verdicts(self, work: Work) -> DataFrame:
        """All that comes of the parts, kept on the executors' disks since it is read often."""
        groups = _groups(self.spark, self.frames)
        facts = [
            self._wide(kind, groups)
            for kind in self.plan.needed
            if kind in PLACED & set(self.frames)
        ]
        wide = reduce(partial(DataFrame.unionByName, allowMissingColumns=True), facts)
        parts = int(self.spark.conf.get("spark.sql.shuffle.partitions"))
        sorted_ = wide.repartition(parts, "group").sortWithinPartitions(KIND, FACT)
        made = sorted_.drop("group").mapInArrow(work.__call__, from_arrow_schema(verdict_schema()))
        return made.persist(StorageLevel.DISK_ONLY)

    def _wide(self, kind: str, groups: _Groups) -> DataFrame:
        """The facts of a kind as rows of the wide table."""
        columns = [
            F.col(name).cast(_TYPES[TYPES[type_]]).alias(wide)
            for name, (wide, type_) in wide_columns(self.plan, kind).items()
        ]
        rank = F.lit(RANK[kind]).alias(KIND)
        return groups.of(kind, self.frames[kind].select(rank, *columns))

    def _write(self, table: str, rows: pa.Table) -> None:
        frame = self.spark.createDataFrame(rows).coalesce(1)
        frame.write.parquet(f"{self.out}/{table}")


def _parts(verdicts: DataFrame) -> tuple[int | None, int]:
    """When the first fact of all happened, and how many moments there are."""
    (found,) = verdicts.where(F.col(TABLE) == PART).agg(F.min("first"), F.sum("count")).collect()
    return found[0], found[1] or 0


def _sums(verdicts: DataFrame) -> pa.Table:
    """What all parts add to the periods."""
    rows = verdicts.where(F.col(TABLE) == SUMS).groupBy("promise_code", "member_code", "begins")
    return rows.agg(F.sum("reached").alias("reached"), F.sum("base").alias("base")).toArrow()


def _findings(verdicts: DataFrame) -> tuple[Finding, ...]:
    """The findings of all parts: how often is added up, and one place is shown."""
    rows = (
        verdicts.where(F.col(TABLE) == "findings")
        .groupBy("code", "message")
        .agg(F.sum("count").alias("count"), F.min("example").alias("example"))
        .orderBy("code", "message")
    )
    return tuple(Finding(**row.asDict()) for row in rows.collect())
