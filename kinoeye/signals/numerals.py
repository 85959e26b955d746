"""Numerals: how numbers are spoken, in English and in Chinese."""

_ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
_TENS = ["zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_LONGEST = 15  # digits; a longer number is read digit by digit

_HAN_DIGITS = "零一二三四五六七八九"
_HAN_SCALES = ((10**8, "亿"), (10**4, "万"), (1000, "千"), (100, "百"), (10, "十"))


def cardinal(number: int) -> list[str]:
    """Return a number as it is counted.

    >>> " ".join(cardinal(1205))
    'one thousand two hundred five'
    """
    if number < 20:
        return [_ONES[number]]
    if number < 100:
        return [_TENS[number // 10], *(cardinal(number % 10) if number % 10 else ())]
    size, name = next((size, name) for size, name in _SCALES if number >= size)
    return [*cardinal(number // size), name, *(cardinal(number % size) if number % size else ())]


def ordinal(number: int) -> list[str]:
    """Return a number as it ranks.

    >>> " ".join(ordinal(42)), " ".join(ordinal(20))
    ('forty second', 'twentieth')
    """
    *before, last = cardinal(number)
    if last in _ORDINALS:
        return [*before, _ORDINALS[last]]
    return [*before, f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th"]


def year(number: int) -> list[str]:
    """Return a year as it is said.

    >>> [" ".join(year(each)) for each in (1984, 1905, 1900, 2006, 2024)]
    ['nineteen eighty four', 'nineteen oh five', 'nineteen hundred', 'two thousand six', 'twenty twenty four']
    """
    century, rest = divmod(number, 100)
    if not 1000 <= number < 10_000 or number % 1000 < 10:
        return cardinal(number)
    if rest == 0:
        return [*cardinal(century), "hundred"]
    return [*cardinal(century), *(["oh"] if rest < 10 else []), *cardinal(rest)]


def digits(text: str) -> list[str]:
    """Return digits one by one.

    >>> digits("007")
    ['zero', 'zero', 'seven']
    """
    return [_ONES[int(each)] for each in text if each.isdigit()]


def number_words(text: str) -> list[str]:
    """Return a number as it is read: whole or with a point, thousands parted by commas or not.

    >>> " ".join(number_words("3.14")), " ".join(number_words("12,000"))
    ('three point one four', 'twelve thousand')
    """
    whole, _, part = text.replace(",", "").partition(".")
    counted = (
        digits(whole) if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0") else cardinal(int(whole or 0))
    )
    return [*counted, *(["point", *digits(part)] if part else [])]


def han_number(text: str) -> str:
    """Return a number as it is read in Chinese.

    >>> han_number("105"), han_number("12"), han_number("3.5"), han_number("20000")
    ('一百零五', '十二', '三点五', '两万')
    """
    whole, _, part = text.replace(",", "").partition(".")
    said = _han_digits(whole) if len(whole) > 12 else _han_cardinal(int(whole or 0))
    if said.startswith("一十"):
        said = said[1:]
    return said + (f"点{_han_digits(part)}" if part else "")


def han_year(text: str) -> str:
    """Return a year as it is read in Chinese: digit by digit.

    >>> han_year("1984")
    '一九八四'
    """
    return _han_digits(text)


def _han_digits(text: str) -> str:
    return "".join(_HAN_DIGITS[int(each)] for each in text)


def _han_cardinal(number: int) -> str:
    if number < 10:
        return _HAN_DIGITS[number]
    size, name = next((size, name) for size, name in _HAN_SCALES if number >= size)
    count, rest = divmod(number, size)
    said = "两" if count == 2 and size >= 100 else _han_cardinal(count)
    gap = "零" if rest and rest < size // 10 else ""
    return f"{said}{name}{gap}{_han_cardinal(rest) if rest else ''}"
