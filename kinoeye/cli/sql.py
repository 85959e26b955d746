"""``kinoeye sql``."""

import enum
import sys
from typing import Annotated

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb

app = verb()


class Format(enum.StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"


@app.command(
    epilog="Example: kinoeye sql my-film 'SELECT path, first_frame, transition FROM shots JOIN assets USING (asset)' "
    "--format json. Tables: kinoeye sql my-film 'SHOW TABLES'; columns: 'DESCRIBE shots'."
)
def sql(
    folder: Folder,
    query: Annotated[str, typer.Argument(metavar="SELECT", help="One statement that reads; tables are views.")],
    output: Annotated[Format, typer.Option("--format", help="table, json, csv or parquet (to stdout).")] = Format.TABLE,
    store: Store = None,
    json: Json = False,
) -> None:
    """Ask the tables in SQL. All times are flicks (1/705,600,000 s)."""
    answer = kinoeye.open(folder, store=store).sql(query)
    chosen = Format.JSON if json else output
    if chosen is Format.JSON:
        console.say_json(answer.to_pylist())
    elif chosen is Format.TABLE:
        console.say_table(answer.to_pylist(), answer.schema.names, empty="no rows")
    elif chosen is Format.CSV:
        pyarrow.csv.write_csv(_flat(answer), sys.stdout.buffer)
    else:
        pq.write_table(answer, pa.PythonFile(sys.stdout.buffer, mode="w"))


def _flat(answer: pa.Table) -> pa.Table:
    """Write lists and structs as JSON, since CSV has neither."""
    for number, field in enumerate(answer.schema):
        if pa.types.is_nested(field.type):
            text = pa.array([console.as_json(value) for value in answer.column(number).to_pylist()], pa.string())
            answer = answer.set_column(number, field.name, text)
    return answer
