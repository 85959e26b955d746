"""Publishing: figures and rows about viewers that may leave the house, and those that may not.

Every log must be kept for it. A row about one viewer goes out only where a few known rows of a viewer would rarely be
that viewer's alone; viewers get numbers of that file alone. A row about many goes out only with enough of them behind
it, and what is left out is never one small group by itself. The seconds of a curve are put together until each stretch
holds enough viewers.
"""

import io
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from kinoeye.errors import ConsentError, UseError
from kinoeye.run.purposes import logs_of
from kinoeye.signals.anonymity import KNOWN, LEAST, MOST_UNIQUE, cells, stretches, uniqueness, withheld
from kinoeye.store.index import Index
from kinoeye.store.purposes import Purposes

VIEWER = "viewer"
COUNT = "viewers"  # the unit of a column that counts viewers
SECOND = "second"  # the column of a curve that runs through a title

_WHEN = {"month": 7, "day": 10, "hour": 13, "exact": 0}  # signs of a moment that are told

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Published:
    """What may leave the house.

    Parameters
    ----------
    rows : pa.Table
    viewers : int
        Behind the rows of single viewers; 0 of counts.
    unique : 0..1
        Share of guesses by a few known rows that fit one viewer alone.
    withheld : int
        Rows that were left out, or put together with others.
    """

    rows: pa.Table
    viewers: int = 0
    unique: float = 0.0
    withheld: int = 0


def published(
    index: Index, table: str, columns: Sequence[str] = (), *, when: str = "month", least: int = LEAST,
    known: int = KNOWN,
) -> Published:  # fmt: skip
    """Return of a table about viewers what may leave the house.

    Parameters
    ----------
    index : Index
    table : str
    columns : sequence of str
        Those that go out; of rows of single viewers the title alone, of counts all, if none is named.
    when : month, day, hour or exact
        How exactly moments are told.
    least : 2..
        Viewers behind any row of counts.
    known : 1..
        Rows of a viewer that someone may know.

    Raises
    ------
    UseError
        If there is no such table or column, or the table is not about viewers.
    ConsentError
        If a log is not kept for it, or more than a twentieth of guesses would fit one viewer alone.
    """
    if when not in _WHEN:
        raise UseError(f"publish: when must be of {', '.join(_WHEN)}, got {when!r}")
    if least < 2:
        raise UseError(f"publish: least must be 2 or more, got {least}")
    if table not in index.schemas:
        raise UseError(f"publish: there must be such a table, got {table!r}", remedy="See them with: kinoeye sql")
    schema = index.schemas[table].schema
    counts = [field.name for field in schema if (field.metadata or {}).get(b"unit") == COUNT.encode()]
    if VIEWER not in schema.names and not counts:
        raise UseError(f"publish: the table must be about viewers, got {table}", remedy="Use kinoeye export or sql")
    if unknown := [each for each in columns if each not in schema.names or each == VIEWER]:
        raise UseError(f"publish: columns must be of {table}, other than the viewer's, got {', '.join(unknown)}")
    Purposes(index).require(logs_of(index), "publish")
    rows = index.read(table)
    if VIEWER in schema.names:
        return _singles(rows, table, columns or ["title"], when, known)
    if SECOND in schema.names:
        return _curves(rows, [each for each in counts if not columns or each in columns], least)
    shown = [each for each in schema.names if not columns or each in (*columns, *counts)]
    return _counts(rows.select(shown), counts, least)


def as_file(rows: pa.Table, form: str) -> bytes:
    """Return rows as a file.

    Parameters
    ----------
    rows : pa.Table
    form : .csv or .parquet

    Raises
    ------
    UseError
        If it is another.
    """
    out = io.BytesIO()
    if form == ".csv":
        pyarrow.csv.write_csv(rows, out)
    elif form == ".parquet":
        pq.write_table(rows, out, compression="zstd")
    else:
        raise UseError(f"publish: the file must be called .csv or .parquet, got {form or 'neither'}")
    return out.getvalue()


def _singles(rows: pa.Table, table: str, columns: Sequence[str], when: str, known: int) -> Published:
    """Return rows of single viewers under new numbers, if they give few of them away."""
    if lacking := [each for each in columns if each not in rows.schema.names]:
        raise UseError(f"publish: columns of {table} must be chosen, got none", remedy=f"It has no {lacking[0]}")
    told = pa.table({name: _coarse(rows[name], when) for name in columns})
    viewers = rows[VIEWER].to_numpy().astype(np.int64)
    codes = [_codes(told[name]) for name in columns]
    is_one_a_viewer = len(np.unique(viewers)) == len(viewers)
    if is_one_a_viewer and len(codes) > 1:
        found = uniqueness(*cells(codes), known=known)
    else:
        found = uniqueness(viewers, _together(codes), known=known)
    if found.share > MOST_UNIQUE:
        raise ConsentError(
            f"publish: of guesses by {known} known rows at most {MOST_UNIQUE:.0%} may fit one viewer alone, "
            f"got {found.share:.0%} of {table} with {', '.join(columns)}",
            remedy="Choose fewer columns or coarser moments, or ask for counts: kinoeye audience count",
        )
    who, code = np.unique(viewers, return_inverse=True)
    draw = np.random.default_rng(secrets.randbits(128))
    number = draw.permutation(len(who))[code] + 1
    out = told.add_column(0, VIEWER, pa.array(number, pa.int64()))
    return Published(out.take(pa.array(np.lexsort([draw.random(len(number)), number]))), len(who), found.share)


def _counts(rows: pa.Table, counts: Sequence[str], least: int) -> Published:
    """Return rows about many viewers, without those about few and without their company."""
    if "title" in rows.schema.names:  # of all titles together a viewer counts more than once
        rows = rows.filter(pc.is_valid(rows["title"]))
    out = np.zeros(rows.num_rows, np.bool_)
    for name in counts:
        out |= withheld(pc.fill_null(rows[name], 0).to_numpy().astype(np.int64), least=least)
    return Published(rows.filter(pa.array(~out)), withheld=int(out.sum()))


def _curves(rows: pa.Table, counts: Sequence[str], least: int) -> Published:
    """Return curves through titles with their seconds put together, each stretch as the sums of its seconds."""
    # How many are there goes down by those who left: told at each stretch's begin, it says no more than the sums.
    flows = [each for each in counts if each != "there"]
    made: list[pa.Table] = []
    gone = 0
    for title in pc.unique(rows["title"]).to_pylist():
        own = rows.filter(pc.equal(rows["title"], title)).sort_by(SECOND)
        sums = np.column_stack([pc.fill_null(own[each], 0).to_numpy().astype(np.int64) for each in flows]) \
            if flows else np.zeros((own.num_rows, 0), np.int64)  # fmt: skip
        edges = stretches(sums, least=least)
        whole = np.add.reduceat(sums, edges[:-1], axis=0)
        second = own[SECOND].to_numpy().astype(np.int64)
        there = pc.fill_null(own["there"], 0).to_numpy().astype(np.int64)[edges[:-1]] if "there" in counts else None
        kept = ((whole == 0) | (whole >= least)).all(axis=1)
        if there is not None:
            kept &= (there == 0) | (there >= least)
        columns = {
            "title": pa.array([title] * len(kept), pa.string()), "begin": second[edges[:-1]],
            "end": np.append(second, second[-1] + 1)[edges[1:]],
            **({"there": there} if there is not None else {}),
            **{name: whole[:, n] for n, name in enumerate(flows)},
        }  # fmt: skip
        made.append(pa.table(columns).filter(pa.array(kept)))
        gone += own.num_rows - int(kept.sum())
    return Published(pa.concat_tables(made) if made else rows.slice(0, 0), withheld=gone)


def _coarse(column: pa.ChunkedArray, when: str) -> pa.ChunkedArray:
    if not (pa.types.is_timestamp(column.type) or pa.types.is_date(column.type)) or when == "exact":
        return column
    return pc.utf8_slice_codeunits(pc.cast(column, pa.string()), 0, _WHEN[when])


def _codes(column: pa.ChunkedArray) -> Ints:
    """Return what stands in a column as numbers."""
    if pa.types.is_list(column.type):
        column = pa.chunked_array([pa.array([str(each) for each in column.to_pylist()], pa.string())])
    encoded = column.combine_chunks().dictionary_encode(null_encoding="encode")
    return np.asarray(encoded.indices.to_numpy(zero_copy_only=False), np.int64)


def _together(codes: Sequence[Ints]) -> Ints:
    """Return one number for what stands in several columns of a row."""
    return np.unique(np.column_stack(codes), axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
