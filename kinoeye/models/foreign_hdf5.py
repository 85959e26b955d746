"""Look at an HDF5 file of weights before a number of it is read; in the child only, for its library is C.

HDF5 can point into other files in three ways (external links, external storage, virtual datasets), run plug-ins
(filters), and state a shape of any size over a few bytes. Weights need none of that.

Source: the HDF5 file format specification; CVE-2025-9905, CVE-2026-0897, CVE-2026-1669.
"""

from typing import Any

_MOST_OBJECTS = 20_000
_LARGEST_RATIO = 1100  # deflate cannot do more than 1032
_STORED_FILTERS = {1, 2, 3}  # gzip, shuffle, checksum: those that the library itself holds
_KINDS = "biufS"


class UnsafeError(Exception):
    """What was found in a file of weights that must not be there."""


def check(file: Any, largest: int) -> None:
    """Refuse whatever points out of an open file, or is far larger than it.

    Parameters
    ----------
    file : h5py.File
    largest : bytes
        That all numbers together may have.

    Raises
    ------
    UnsafeError
        With the name of what was found.
    """
    import h5py

    waiting: list[tuple[str, Any]] = [("", file)]
    seen: set[int] = set()
    total = objects = 0
    while waiting:
        place, group = waiting.pop()
        for name in group:
            objects += 1
            if objects > _MOST_OBJECTS:
                raise UnsafeError(f"more than {_MOST_OBJECTS} objects")
            here = f"{place}/{name}"
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                raise UnsafeError(f"an external link to {str(link.filename)[:80]!r} at {here[:200]}")
            if not isinstance(link, h5py.HardLink):
                raise UnsafeError(f"a link that is none of its own at {here[:200]}")
            inner = group.get(name)
            if isinstance(inner, h5py.Group):
                address = h5py.h5o.get_info(inner.id).addr
                if address in seen:
                    raise UnsafeError(f"a group within itself at {here[:200]}")
                seen.add(address)
                waiting.append((here, inner))
            elif isinstance(inner, h5py.Dataset):
                total += _size(inner, here[:200])
                if total > largest:
                    raise UnsafeError(f"more than {largest} bytes of numbers, at {here[:200]}")
            else:
                raise UnsafeError(f"neither a group nor numbers at {here[:200]}")


def _size(dataset: Any, place: str) -> int:
    if dataset.is_virtual:
        raise UnsafeError(f"a virtual dataset, which is read from other files, at {place}")
    if dataset.external:
        raise UnsafeError(f"numbers in another file, {str(dataset.external[0][0])[:80]!r}, at {place}")
    if dataset.dtype.kind not in _KINDS:
        raise UnsafeError(f"{dataset.dtype} where numbers belong, at {place}")
    created = dataset.id.get_create_plist()
    for number in range(created.get_nfilters()):
        code = created.get_filter(number)[0]
        if code not in _STORED_FILTERS:
            raise UnsafeError(f"the plug-in filter {code} at {place}")
    size: int = int(dataset.size or 0) * int(dataset.dtype.itemsize)
    stored = int(dataset.id.get_storage_size())
    if size > max(stored, 1024) * _LARGEST_RATIO:
        raise UnsafeError(f"a shape of {size} bytes over {stored} that are there (a bomb), at {place}")
    return size
