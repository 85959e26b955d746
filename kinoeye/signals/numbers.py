"""Numbers: figures as people write them, with separators of thousands and a decimal point or comma."""

import re

_SPACES = re.compile(r"[\s'’\u00a0\u202f]+")
_POWER = re.compile(r"[-+]?\d+(?:\.\d+)?e[-+]\d{1,2}", re.I)  # as programs write large numbers: 1.2e+10
_FORM = re.compile(r"[-+−]?\d[\d.,]*")


def number_of(text: str, *, has_scale: bool = False) -> float | None:
    """Return the number that a text is; None if it is none.

    Parameters
    ----------
    text : str
    has_scale : bool
        Whether millions or the like follow: then ``1.234`` is a fraction.

    Examples
    --------
    >>> number_of("1,234,567"), number_of("1.234.567,5"), number_of("3,4"), number_of("12 500"), number_of("1e3")
    (1234567.0, 1234567.5, 3.4, 12500.0, None)
    """
    text = _SPACES.sub("", text).replace("−", "-").rstrip(".,")
    if _POWER.fullmatch(text):
        return float(text)
    if not _FORM.fullmatch(text):
        return None
    last_comma, last_point = text.rfind(","), text.rfind(".")
    if last_comma >= 0 and last_point >= 0:
        decimal = "," if last_comma > last_point else "."
        text = text.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    elif last_comma >= 0:
        text = text.replace(",", "" if _is_grouped(text, ",") and not (has_scale and text.count(",") == 1) else ".")
    elif text.count(".") > 1:
        text = text.replace(".", "")
    try:
        return float(text)
    except ValueError:
        return None


def _is_grouped(text: str, sign: str) -> bool:
    groups = text.lstrip("+-").split(sign)
    return len(groups[0]) <= 3 and all(len(group) in {2, 3} for group in groups[1:-1]) and len(groups[-1]) == 3
