"""Assignment: who belongs to whom, so that all together it costs least.

Source: Kuhn, "The Hungarian method for the assignment problem", Naval Research Logistics 2, 1955, in the form with
shortest augmenting paths: Jonker & Volgenant, Computing 38, 1987.
"""

import numpy as np
import numpy.typing as npt

Costs = npt.NDArray[np.floating]


def assigned(costs: Costs, alone: float) -> list[tuple[int, int]]:
    """Pair rows with columns at the least sum of costs; a row and a column may stay alone.

    Parameters
    ----------
    costs : float [n, m]
        Of each pair; infinite where it cannot be.
    alone : float
        What it costs that a row, or a column, stays alone: a pair dearer than two of these is never made.

    Returns
    -------
    list of (row, column), rows rising
    """
    rows, columns = costs.shape
    if not rows or not columns:
        return []
    most = 2 * alone
    usable = np.asarray(costs < most)
    # Staying alone is a column of each row's own: n more columns. A pair is worth what it saves over two left alone.
    full = np.full((rows, columns + rows), most * 4, np.float64)
    full[:, :columns] = np.where(usable, costs, most * 4)
    full[np.arange(rows), columns + np.arange(rows)] = most
    chosen = _least(full)
    return [(row, int(column)) for row, column in enumerate(chosen) if column < columns and usable[row, column]]


def _least(costs: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Return a column for each row, int64 [n], at the least sum; not more rows than columns."""
    rows, columns = costs.shape
    of_row, of_column = np.zeros(rows + 1), np.zeros(columns + 1)  # the duals
    row_at = np.zeros(columns + 1, np.int64)  # 1-based row that holds each column; column 0 is where a row waits
    for row in range(1, rows + 1):
        row_at[0] = row
        column, before = 0, np.zeros(columns + 1, np.int64)
        slack, is_done = np.full(columns + 1, np.inf), np.zeros(columns + 1, bool)
        while row_at[column]:
            is_done[column] = True
            holder = row_at[column]
            open_columns = np.flatnonzero(~is_done[1:]) + 1
            reduced = costs[holder - 1, open_columns - 1] - of_row[holder] - of_column[open_columns]
            better = reduced < slack[open_columns]
            slack[open_columns[better]] = reduced[better]
            before[open_columns[better]] = column
            column_next = int(open_columns[np.argmin(slack[open_columns])])
            step = slack[column_next]
            of_row[row_at[is_done]] += step
            of_column[is_done] -= step
            slack[~is_done] -= step
            column = column_next
        while column:
            row_at[column], column = row_at[before[column]], int(before[column])
    answer = np.zeros(rows, np.int64)
    for column in range(1, columns + 1):
        if row_at[column]:
            answer[row_at[column] - 1] = column - 1
    return answer
