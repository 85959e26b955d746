"""Money: amounts with their currency, in the forms in which catalogues write them."""

import re
from collections.abc import Mapping

from kinoeye.signals.numbers import number_of

_SIGNS: Mapping[str, str] = {
    "US$": "USD", "USD": "USD", "A$": "AUD", "AU$": "AUD", "AUD": "AUD", "C$": "CAD", "CA$": "CAD", "CAD": "CAD",
    "HK$": "HKD", "HKD": "HKD", "NT$": "TWD", "TWD": "TWD", "NZ$": "NZD", "NZD": "NZD", "S$": "SGD", "R$": "BRL",
    "MX$": "MXN", "MXN": "MXN", "CN¥": "CNY", "RMB": "CNY", "CNY": "CNY", "JP¥": "JPY", "JPY": "JPY", "€": "EUR",
    "EUR": "EUR", "EURO": "EUR", "EUROS": "EUR", "£": "GBP", "GBP": "GBP", "₹": "INR", "RS.": "INR", "RS": "INR",
    "INR": "INR", "₩": "KRW", "KRW": "KRW", "₽": "RUB", "RUB": "RUB", "RUR": "RUB", "CHF": "CHF", "SEK": "SEK",
    "NOK": "NOK", "DKK": "DKK", "PLN": "PLN", "ZŁ": "PLN", "CZK": "CZK", "HUF": "HUF", "TRY": "TRY", "₺": "TRY",
    "THB": "THB", "฿": "THB", "BRL": "BRL", "ZAR": "ZAR", "DEM": "DEM", "DM": "DEM", "FRF": "FRF", "ITL": "ITL",
    "ESP": "ESP", "NGN": "NGN", "₦": "NGN", "PHP": "PHP", "₱": "PHP", "ILS": "ILS", "₪": "ILS", "IDR": "IDR",
    "人民币": "CNY", "美元": "USD", "美金": "USD", "港元": "HKD", "港币": "HKD", "台币": "TWD", "新台币": "TWD",
    "日元": "JPY", "円": "JPY", "欧元": "EUR", "英镑": "GBP", "韩元": "KRW", "卢布": "RUB", "卢比": "INR",
    "元": "CNY", "块": "CNY", "$": "USD", "DOLLARS": "USD", "DOLLAR": "USD", "POUNDS": "GBP", "YUAN": "CNY",
    "RUPEES": "INR", "YEN": "JPY", "¥": "", "￥": "",
}  # fmt: skip
SCALES: Mapping[str, float] = {
    "thousand": 1e3, "k": 1e3, "tsd": 1e3, "m": 1e6, "mm": 1e6, "mn": 1e6, "mil": 1e6, "mill": 1e6, "million": 1e6,
    "millions": 1e6, "mio": 1e6, "millionen": 1e6, "millones": 1e6, "b": 1e9, "bn": 1e9, "bil": 1e9, "billion": 1e9,
    "billions": 1e9, "mrd": 1e9, "milliarden": 1e9, "milliard": 1e9, "milliards": 1e9, "lakh": 1e5, "lakhs": 1e5,
    "crore": 1e7, "crores": 1e7, "cr": 1e7, "亿": 1e8, "億": 1e8, "万": 1e4, "萬": 1e4, "千万": 1e7, "百万": 1e6,
    "千": 1e3,
}  # fmt: skip
_SIGN = re.compile(
    "|".join(sorted((re.escape(sign) for sign in _SIGNS if not sign.isascii() or "$" in sign), key=len, reverse=True))
    + r"|\b(?:" + "|".join(sorted((re.escape(s) for s in _SIGNS if s.isascii() and s.isalpha()), key=len, reverse=True))
    + r")\b\.?|\b(?:" + "|".join(s for s in _SIGNS if s.isascii() and s.isalpha() and len(s) == 3) + r")(?=\d)",
    re.I,
)  # fmt: skip
_AMOUNT = re.compile(
    r"(\d[\d.,'\u00a0\u202f ]*)\s*(千万|百万|亿|億|万|萬|千|[a-z]{1,10}\b\.?)?(?:\s*(\d[\d.,]*)\s*(万|萬))?", re.I
)
_RANGE = re.compile(r"(?<=\d)\s*(?:-|–|—|to|~|至)\s*(?=[^\d]{0,4}\d)", re.I)


def money_of(text: str) -> tuple[float, str] | None:
    """Return the amount that a cell gives, and its currency (ISO 4217; empty where it says none); None for no amount.

    Of a range it is the middle.

    Examples
    --------
    >>> money_of("$1.2 million"), money_of("€3,4 Mio."), money_of("1.5亿元"), money_of("US$ 63,000,000 (estimated)")
    ((1200000.0, 'USD'), (3400000.0, 'EUR'), (150000000.0, 'CNY'), (63000000.0, 'USD'))
    >>> money_of("₹50 crore"), money_of("$20–25 million"), money_of("unknown"), money_of("20000000")
    ((500000000.0, 'INR'), (22500000.0, 'USD'), None, (20000000.0, ''))
    """
    sign = _SIGN.search(text)
    currency = _SIGNS.get(sign[0].upper().rstrip("."), _SIGNS.get(sign[0].upper(), "")) if sign else ""
    bare = _SIGN.sub(" ", text.split("(", maxsplit=1)[0] or text)
    ends = [end for part in _RANGE.split(bare, maxsplit=1) if (end := _amount(part)) is not None]
    if not ends or "-" in bare.split(str(int(ends[0][0]))[0])[0][-1:]:
        return None
    if len(ends) == 2:
        low, scale = ends[0]
        high, of_high = ends[1]
        low = low if scale != 1 or of_high == 1 else low * of_high
        return ((low + high) / 2, currency) if low <= high else (low, currency)
    return ends[0][0], currency


def _amount(text: str) -> tuple[float, float] | None:
    """Return an amount and the scale that it was written in."""
    found = _AMOUNT.search(text)
    if not found:
        return None
    scale = SCALES.get((found[2] or "").lower().rstrip("."), 1.0)
    number = number_of(found[1], has_scale=scale != 1)
    if number is None:
        return None
    rest = number_of(found[3]) if found[3] else None
    return number * scale + (rest or 0) * 1e4, scale
