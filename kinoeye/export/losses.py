"""Losses: what a format leaves out of a timeline, in words, so that nobody finds out in the editing room."""

from collections.abc import Sequence

from kinoeye.export.timeline import Clip, Gap, Item, Marker, Nest, Timeline, Transition, label

_NO_SWITCH = frozenset({"edl", "aaf"})


def losses(format_name: str, timeline: Timeline) -> list[str]:
    """Return what a format will leave out of a timeline, a sentence each; nothing if it holds all of it.

    Parameters
    ----------
    format_name : str
        As `kinoeye.export.formats` names it; of synced groups as of timelines.
    timeline : Timeline

    Examples
    --------
    >>> from fractions import Fraction
    >>> losses("aaf", Timeline("a", Fraction(25), (), markers=(Marker(0, "look"),)))
    ['aaf: 1 marker is left out: the format has none.']
    """
    found, kind = [], format_name.removeprefix("sync-")
    if kind in _NO_SWITCH:
        off = [
            (time, item)
            for track in timeline.tracks
            for time, item in track.placed()
            if isinstance(item, Clip | Nest) and not item.is_enabled
        ]
        if off:
            time, first = off[0]
            place = label(timeline.start + time, timeline.rate, timeline.is_drop_frame)
            found.append(f"{_counted('clip that is switched off', 'clips that are switched off', off)} left out, the "
                         f"first {first.name} at {place}: the format has no switch.")  # fmt: skip
    if kind == "aaf" and (markers := _markers(timeline)):
        found.append(f"{_counted('marker', 'markers', markers)} left out: the format has none.")
    if kind == "aaf" and (named := [each for each in _items(timeline) if isinstance(each, Transition) and each.name]):
        found.append(
            f"{_counted('name of a transition', 'names of transitions', named)} left out: the format has none."
        )
    if kind == "edl" and (markers := _loose(timeline)):
        found.append(
            f"{_counted('marker', 'markers', markers)} left out: a list holds those of clips at their own speed."
        )
    if kind in {"fcpxml", "xml"} and any(each.colour != "blue" for each in _markers(timeline)):
        found.append("The colours of markers are left out: the format has none.")
    return [f"{format_name}: {each}" for each in found]


def _items(timeline: Timeline) -> list[Item]:
    return [item for track in timeline.tracks for item in track.items]


def _markers(timeline: Timeline) -> list[Marker]:
    """Return all markers, those of clips at any speed too."""
    return [
        *timeline.markers,
        *(each for item in _items(timeline) if isinstance(item, Clip | Gap | Nest) for each in item.markers),
    ]


def _loose(timeline: Timeline) -> list[Marker]:
    """Return the markers that are not those of a clip that is on and at its own speed."""
    held = [each for track in timeline.tracks for item in track.items
            if isinstance(item, Clip) and item.is_enabled and item.speed == 1 for each in item.markers]  # fmt: skip
    return [each for each in _markers(timeline) if each not in held]


def _counted(one: str, more: str, things: Sequence[object]) -> str:
    return f"{len(things)} {one} is" if len(things) == 1 else f"{len(things)} {more} are"
