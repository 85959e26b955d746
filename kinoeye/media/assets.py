"""Assets: the table of a production's files, as the probe saw them."""

from typing import Any

import pyarrow as pa

from kinoeye.media.probe import Probe
from kinoeye.tables import Table, Typed, flicks, pictures

_TRACK = pa.struct(
    [
        ("index", pa.int32()),
        ("kind", pa.string()),
        ("codec", pa.string()),
        ("language", pa.string()),
        ("title", pa.string()),
        ("channels", pa.int32()),
        ("rate_hz", pa.int32()),
        ("start", pa.int64()),
        ("end", pa.int64()),
        ("is_default", pa.bool_()),
    ]
)

ASSETS = Table(
    "assets",
    "One row a file of the production that Kinoeye understands, or a sequence of pictures.",
    (
        ("asset", pa.string(), "the asset's content hash, 32 hex digits"),
        ("path", pa.string(), "where it lies, from the production's folder; of a sequence its first picture"),
        ("paths", pa.list_(pa.string()), "every place where a file of this content lies"),
        ("kind", pa.string(), "video, sound, picture, sequence, screenplay, subtitles, timeline, records, log or text"),
        ("container", pa.string(), "container format, FFmpeg's name; null for texts"),
        ("size_bytes", Typed(pa.int64(), "bytes"), "size of the file, of a sequence all of it"),
        ("start", flicks(), "first picture, or the sound's begin, on the file's own clock; null for texts"),
        ("end", flicks(), "one past the last picture, or the sound's end"),
        ("pictures", pictures(), "pictures that are shown"),
        ("rate_num", pa.int64(), "pictures a second, numerator; the average where the rate is variable"),
        ("rate_den", pa.int64(), "pictures a second, denominator"),
        ("is_variable_rate", pa.bool_(), "whether pictures do not lie on one steady grid"),
        ("width", Typed(pa.int32(), "pixels"), "width as displayed, before the pixel aspect"),
        ("height", Typed(pa.int32(), "pixels"), "height as displayed"),
        ("pixel_aspect_num", pa.int32(), "a pixel's width in its height, numerator"),
        ("pixel_aspect_den", pa.int32(), "a pixel's width in its height, denominator"),
        ("rotation", Typed(pa.int32(), "degrees clockwise"), "what brings the stored picture upright"),
        ("codec", pa.string(), "codec of the pictures, else of the sound; FFmpeg's name"),
        ("pixel_format", pa.string(), "FFmpeg's name"),
        ("bit_depth", Typed(pa.int32(), "bits"), "bits of one sample of a picture"),
        ("is_interlaced", pa.bool_(), "whether the first picture consists of two fields"),
        ("has_alpha", pa.bool_(), "whether there is transparency"),
        ("colour_primaries", pa.string(), "as tagged, FFmpeg's name; null if not tagged"),
        ("colour_transfer", pa.string(), "as tagged"),
        ("colour_matrix", pa.string(), "as tagged"),
        ("colour_range", pa.string(), "as tagged: tv (limited) or pc (full)"),
        ("is_hdr", pa.bool_(), "whether the transfer is PQ or HLG"),
        ("timecode", pa.string(), "time code of the first picture, from the file's own track"),
        ("is_drop_frame", pa.bool_(), "whether the time code is drop frame"),
        ("channels", pa.int32(), "channels of the sound that is read; null without sound"),
        ("sound_rate_hz", Typed(pa.int32(), "Hz"), "samples a second of that sound"),
        ("tracks", pa.list_(_TRACK), "every track of the file"),
        ("tags", pa.map_(pa.string(), pa.string()), "what the file says of itself: title, camera, reel, date"),
    ),
)


def row_of(probe: Probe | None, kind: str) -> dict[str, Any]:
    """Return the row of an asset, but for `asset`, `path`, `paths` and `size_bytes`, which the scan knows.

    Parameters
    ----------
    probe : Probe
        None for a document, of which nothing else is known.
    kind : str
        As recognised; what the probe saw stands above it.
    """
    if probe is None:
        return {"kind": kind}
    is_seen = probe.pictures is not None
    rate = probe.rate
    same = [
        "kind", "container", "start", "end", "pictures", "width", "height", "codec", "pixel_format", "bit_depth",
        "colour_primaries", "colour_transfer", "colour_matrix", "colour_range", "timecode", "channels", "sound_rate_hz",
    ]  # fmt: skip
    seen = ["is_variable_rate", "rotation", "is_interlaced", "has_alpha", "is_hdr", "is_drop_frame"]
    return {
        **{name: getattr(probe, name) for name in same},
        **{name: getattr(probe, name) if is_seen else None for name in seen},
        "rate_num": rate.numerator if rate else None,
        "rate_den": rate.denominator if rate else None,
        "pixel_aspect_num": probe.pixel_aspect.numerator if is_seen else None,
        "pixel_aspect_den": probe.pixel_aspect.denominator if is_seen else None,
        "tracks": [vars(track) for track in probe.tracks],
        "tags": list(probe.tags),
    }
