"""Reads Parquet files with pyarrow and prints what they hold, a JSON object a line, each value so that nothing is lost.

Arguments: a JSON file with a list of [path, lookups], a lookup being [column, value].
"""

import json
import struct
import sys

import pyarrow.parquet as parquet


def exact(value):
    """int64 as decimal text and doubles as their bits: JSON has neither."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return str(value)
    return "0x" + struct.pack(">d", value).hex()


def content(path, lookups):
    table = parquet.read_table(path)
    columns = {}
    for field in table.schema:
        field_id = int(field.metadata[b"PARQUET:field_id"])
        columns[field_id] = [exact(value) for value in table.column(field.name).to_pylist()]
    # Row groups are skipped by their statistics, then rows are compared.
    found = [parquet.read_table(path, filters=[(name, "=", value)]).num_rows for name, value in lookups]
    return {"rows": table.num_rows, "columns": columns, "found": found}


with open(sys.argv[1], encoding="utf-8") as jobs:
    for path, lookups in json.load(jobs):
        print(json.dumps(content(path, lookups)))
