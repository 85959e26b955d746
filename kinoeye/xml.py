"""XML from users, read without danger: no entities of its own, nothing fetched, a limit to size and depth.

A bare ``<!DOCTYPE xmeml>`` is what editing systems write and is let through; one that names a file or declares anything
is refused, so neither billion laughs nor external entities can happen.
"""

from xml.etree.ElementTree import Element, TreeBuilder, indent, tostring
from xml.parsers import expat

from kinoeye.errors import DocumentError

MOST_BYTES = 256 << 20  # a series' Premiere project as XML can pass 100 MB
DEEPEST = 250  # editing systems nest a few dozen; recursion below must stay far from Python's limit


def parse(document: bytes, what: str) -> Element:
    """Return the root of an XML document.

    Parameters
    ----------
    what : str
        The format's name, for messages.

    Raises
    ------
    DocumentError
        If it is not well-formed, declares entities, or is too large or too deep.

    Examples
    --------
    >>> parse(b"<!DOCTYPE a><a><b/></a>", "xml").tag
    'a'
    """
    if len(document) > MOST_BYTES:
        raise DocumentError(f"{what}: a document must be below {MOST_BYTES >> 20} MB, got {len(document) >> 20}")
    builder = TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise DocumentError(f"{what}: elements may nest {DEEPEST} deep, got more")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def doctype(_name: str, system: str | None, public: str | None, has_subset: int) -> None:
        if system or public or has_subset:
            raise DocumentError(
                f"{what}: a DOCTYPE must name nothing but the root, got declarations",
                remedy="Remove everything but the root's name from the DOCTYPE",
            )

    def entity(*_declared: object) -> None:
        raise DocumentError(f"{what}: a document must declare no entities, got one")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(document, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise DocumentError(f"{what}: must be well-formed XML, got {error}") from error
    return builder.close()


def write(root: Element, doctype: str = "") -> bytes:
    """Return a document, UTF-8, with the DOCTYPE that its readers expect."""
    indent(root, " ")
    body = tostring(root, encoding="unicode")
    named = f"<!DOCTYPE {doctype}>\n" if doctype else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{named}{body}\n'.encode()


def legal(text: str) -> str:
    """Return text without the characters that XML 1.0 cannot hold."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n\r" or "\x20" <= letter <= "\ud7ff" or "\ue000" <= letter <= "\ufffd" or letter > "\uffff"
    )
