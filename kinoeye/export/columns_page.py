"""Columns page: what each column of a catalogue is and holds, in plain words and pictures, in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from kinoeye.export.columns_drawing import commonest, histogram, missing
from kinoeye.export.page import both_in, document, esc
from kinoeye.export.words import LANGUAGES, words

Row = Mapping[str, Any]

_BAD = ("wrong_type", "unlikely", "empty")
_SHOWN = 4  # examples


def columns_page(
    rows: Sequence[Row], *, title: str, form: str, notes: Sequence[tuple[str, str]] = (), language: str = "en"
) -> bytes:
    """Return what columns are and hold as a page, UTF-8 HTML.

    Parameters
    ----------
    rows : rows of `record_columns`
    title : str
        What the file is called.
    form : str
        csv, tsv, json, parquet, excel or sql.
    notes : sequence of (what, how often or as what)
        What had to be put right while reading.
    language : en or zh
        In which the page opens.
    """
    sections = _summary(rows, notes) + _missing(rows, language) + "".join(_column(row, language) for row in rows)
    return document(
        f"{title}: {words(language).sections['catalogue']['title']}", language,
        brand=_both("title"), totals=_totals(rows, form),
        contents="", sections=sections, style="columns.css",
    )  # fmt: skip


def told(row: Row, language: str) -> str:
    """Return a column's finding as a sentence in a language."""
    said = words(language).sections["catalogue"]
    return said[f"finding_{_key(row)}"].format(**_values(row, language))


def _key(row: Row) -> str:
    finding = str(row["finding"])
    return "fine_but" if finding == "fine" and row["missing"] else finding


def _values(row: Row, language: str) -> dict[str, str]:
    some = {kind: ", ".join(row[f"{kind}_examples"][:3]) for kind in ("wrong", "unlikely", "outlier")}
    share = 100 * row["missing"] / max(1, row["rows"])
    return {
        "wrong_type": f"{row['wrong_type']:,}", "unlikely": f"{row['unlikely']:,}", "outliers": f"{row['outliers']:,}",
        "type": words(language).sections["catalogue"][f"type_{row['type']}"],
        "share": f"{share:.1f}" if share >= 0.05 else "< 0.1", "missing": f"{row['missing']:,}",
        "wrong_some": some["wrong"] or "…", "unlikely_some": some["unlikely"] or "…",
        "outlier_some": some["outlier"] or "…",
    }  # fmt: skip


def _both(key: str, /, **values: object) -> str:
    return both_in("catalogue", key, **values)


def _sentence(row: Row) -> str:
    said = [told(row, language) for language in LANGUAGES]
    return "".join(
        f'<span lang="{language}">{esc(text)}</span>' for language, text in zip(LANGUAGES, said, strict=True)
    )


def _totals(rows: Sequence[Row], form: str) -> str:
    count = rows[0]["rows"] if rows else 0
    cells = sum(row["rows"] for row in rows)
    share = 100 * sum(row["missing"] for row in rows) / max(1, cells)
    doubtful = sum(row["wrong_type"] + row["unlikely"] for row in rows)
    numbers = [(f"{count:,}", "rows"), (str(len(rows)), "columns"), (f"{share:.1f} %", "missing_share"),
               (f"{doubtful:,}", "doubtful"), (form.upper() if form in {"csv", "tsv", "sql", "json"} else form.title(),
                                               "form")]  # fmt: skip
    return '<dl class="figures">' + "".join(
        f'<div class="figure"><dt>{_both(key)}</dt><dd>{esc(value)}</dd></div>' for value, key in numbers
    ) + "</dl>"  # fmt: skip


def _summary(rows: Sequence[Row], notes: Sequence[tuple[str, str]]) -> str:
    """Return the columns at a glance, and what was put right while reading."""
    put_right = "".join(f"<li>{_both(f'note_{what}', value=value)}</li>" for what, value in notes)
    notes_list = f'<ul class="notes">{put_right}</ul>' if put_right else ""
    lines = "".join(
        f'<tr class="{esc(row["finding"])}"><th><a href="#c{row["column"]}">{_name(row)}</a></th>'
        f"<td>{_role(row)}</td><td>{_type(row)}</td><td>{_sentence(row)}</td></tr>"
        for row in rows
    )
    heads = "".join(f"<th>{_both(each)}</th>" for each in ("column", "role", "type", "why"))
    return (
        f'<section class="list"><h2>{_both("glance")}</h2>{notes_list}<div class="scroll"><table><thead><tr>{heads}'
        f"</tr></thead><tbody>{lines}</tbody></table></div></section>"
    )


def _missing(rows: Sequence[Row], language: str) -> str:
    legend = "".join(f'<li><i class="{each}"></i>{_both(each)}</li>' for each in ("nulls", "empties", "placeholders"))
    drawn = missing(rows, [row["heading"] or row["name"] for row in rows], _label("missing_title", language))
    return (
        f'<section class="list"><h2>{_both("missing_title")}</h2><p class="lead">{_both("missing_lead")}</p>'
        f'{drawn}<ul class="legend">{legend}</ul></section>'
    )


def _column(row: Row, language: str) -> str:
    drawn = ""
    label = _label("drawn", language, name=row["heading"] or row["name"])
    if row["bars"]:
        drawn = histogram(row, label)
    elif row["commonest"]:
        drawn = commonest(row, label)
    picture = f'<div class="drawn">{drawn}</div>' if drawn else ""
    count = f"{row['sampled']:,}"
    sampled = f'<p class="quiet">{_both("sampled", rows=count)}</p>' if row["sampled"] and drawn else ""
    state = "bad" if row["finding"] in _BAD else ""
    return (
        f'<section class="list column" id="c{row["column"]}"><h2>{_name(row)} <small>{_role(row)}</small></h2>'
        f'<p class="lead {state}">{_sentence(row)}</p>'
        f'<div class="halves">{picture}{_figures(row)}</div>{sampled}{_examples(row)}</section>'
    )


def _figures(row: Row) -> str:
    unit = "" if not row["unit"] or row["unit"] in {"year", "day", "0..10"} else f" {_both('unit_' + row['unit'])}"
    pairs: list[tuple[str, str]] = [
        ("type", _type(row)), ("missing_head", f"{row['missing']:,}"), ("distinct", f"{row['distinct']:,}"),
    ]  # fmt: skip
    of_ends = unit if row["mean"] is not None else ""
    pairs += [(key, esc(_plain(row[key])) + of_ends) for key in ("least", "greatest") if row[key] is not None]
    if row["mean"] is not None and row["type"] != "date":
        pairs += [("mean", f"{_rounded(row['mean'])}{unit}"), ("deviation", f"{_rounded(row['deviation'])}{unit}")]
        if row["quartiles"]:
            pairs.append(("middle", f"{_rounded(row['quartiles'][1])}{unit}"))
    for key in ("wrong_type", "unlikely", "outliers"):
        if row[key]:
            pairs.append((key, f"{row[key]:,}"))
    return '<dl class="measures">' + "".join(
        f"<div><dt>{_both(key)}</dt><dd>{value}</dd></div>" for key, value in pairs
    ) + "</dl>"  # fmt: skip


def _examples(row: Row) -> str:
    lines = []
    for key in ("examples", "wrong_examples", "unlikely_examples", "outlier_examples"):
        cells = "".join(f"<code>{esc(each)}</code>" for each in row[key][:_SHOWN])
        if cells:
            lines.append(f'<li class="{key}"><span>{_both(key)}</span>{cells}</li>')
    return f'<ul class="examples">{"".join(lines)}</ul>'


def _name(row: Row) -> str:
    return esc(row["heading"]) if row["heading"] else _both("unnamed", number=row["column"] + 1)


def _role(row: Row) -> str:
    return _both(f"role_{row['role']}")


def _type(row: Row) -> str:
    return _both(f"type_{row['type']}")


def _plain(text: str) -> str:
    """Return a number with separators of thousands; other text cut short."""
    bare = text.lstrip("-")
    if bare.isdigit() and len(bare) > 4:
        return f"{int(text):,}"
    return text if len(text) <= 40 else text[:39] + "…"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.4g}"


def _label(key: str, language: str, **values: object) -> str:
    said = {each: esc(words(each).sections["catalogue"][key].format(**values)) for each in LANGUAGES}
    others = " ".join(f'data-{each}="{text}"' for each, text in said.items())
    return f'aria-label="{said[language]}" data-attribute="aria-label" {others}'
