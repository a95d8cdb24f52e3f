"""Arrow tables as the bytes of one cell of the store."""

from __future__ import annotations

import pyarrow as pa


def to_bytes(table: pa.Table) -> bytes:
    """The table as a compressed Arrow stream."""
    sink = pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_stream(sink, table.schema, options=options) as stream:
        stream.write_table(table)
    written: bytes = sink.getvalue().to_pybytes()
    return written


def from_bytes(stream: bytes) -> pa.Table:
    """The other way round."""
    with pa.ipc.open_stream(stream) as reader:
        return reader.read_all().combine_chunks()
