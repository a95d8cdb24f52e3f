"""The export: a CSV file for each kind, and the manifest that imports them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from interlock.facts.columns import Column
from interlock.facts.kinds import KINDS, ColumnType
from interlock.simulate.tables import Table

FILES = {
    "member": "users.csv",
    "campaign": "campaigns.csv",
    "campaign_cost": "campaign_costs.csv",
    "asset": "assets.csv",
    "account": "accounts.csv",
    "person": "contacts.csv",
    "opportunity": "opportunities.csv",
    "contact_role": "contact_roles.csv",
    "touch": "touches.csv",
    "assignment": "assignments.csv",
    "activity": "activities.csv",
    "decision": "decisions.csv",
}
"""The file of each kind."""

_HEAD = """\
# Imports the export of Halden Sensors: interlock import manifest.yaml --data .
source: halden-crm
currency: EUR

files:
"""


def write_export(folder: Path, tables: Mapping[str, Table]) -> None:
    """Writes the files and `manifest.yaml`; files of these names are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for kind, table in tables.items():
        options = pa_csv.WriteOptions(quoting_style="needed")
        pa_csv.write_csv(_arrow(kind, table), folder / FILES[kind], options)
    (folder / "manifest.yaml").write_text(manifest(tables), encoding="utf-8", newline="\n")


def manifest(tables: Mapping[str, Table]) -> str:
    """The manifest of these tables, as YAML."""
    return _HEAD + "\n".join(_recipe(kind, table) for kind, table in tables.items())


def _recipe(kind: str, table: Table) -> str:
    lines = [f"  - file: {FILES[kind]}", f"    as: {kind}", "    columns:"]
    own = [name for name in table if KINDS[kind].column(name) is None]
    lines += [f"      {name}: {_from(kind, name)}" for name in table if name not in own]
    if own:
        lines += ["    attributes:"]
        lines += [f"      {name}: {_attribute(name, table[name])}" for name in own]
    return "\n".join(lines) + "\n"


def _from(kind: str, name: str) -> str:
    column = KINDS[kind].column(name)
    is_money = column is not None and column.type is ColumnType.MONEY
    return f"{{from: {name}, money: en_US}}" if is_money else name


def _attribute(name: str, column: Column) -> str:
    if column.words is not None:
        return f"{{from: {name}, type: text}}"
    if column.values.dtype == bool:
        return f'{{from: {name}, flag: {{"yes": ["true"], "no": ["false"]}}}}'
    return f"{{from: {name}, type: integer}}"


def _arrow(kind: str, table: Table) -> pa.Table:
    return pa.table({name: _cells(kind, name, column) for name, column in table.items()})


def _cells(kind: str, name: str, column: Column) -> pa.Array:
    """Texts as they are, instants in ISO 8601, money in units with two decimals."""
    mask = None if column.known is None else ~column.known
    if column.words is not None:
        codes = pa.array(column.values, mask=mask)
        words = pa.array(column.words.tolist(), pa.string())
        return pa.DictionaryArray.from_arrays(codes, words).cast(pa.string())
    contract = KINDS[kind].column(name)
    type_ = contract.type if contract else None
    if type_ is ColumnType.INSTANT:
        instants = pa.array(column.values, pa.timestamp("s", tz="UTC"), mask=mask)
        return pc.strftime(instants, format="%Y-%m-%dT%H:%M:%SZ")
    if type_ is ColumnType.MONEY:
        return _money(column.values, mask)
    return pa.array(column.values, mask=mask)


def _money(cents: np.ndarray, mask: np.ndarray | None) -> pa.Array:
    units = pa.array(cents // 100, mask=mask).cast(pa.string())
    rest = pc.utf8_lpad(pa.array(cents % 100, mask=mask).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(units, rest, ".")
