"""Streams are joined from segments, and mapped back as they were."""

from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import StoreError
from kinoeye.store.files import Files
from kinoeye.store.streams import Manifest, PartWriter, StreamStore
from kinoeye.streams import METERS

RANDOM = np.random.default_rng(5)


def _part(store: StreamStore, number: int, first: int, count: int) -> dict[str, object]:
    frames = RANDOM.integers(0, 255, (count, 27, 48, 3), np.uint8)

    def pieces(writer: PartWriter) -> dict[str, object]:
        writer.append("thumbs", frames=frames[:3], times=np.arange(first, first + 3))
        writer.append("thumbs", frames=frames[3:], times=np.arange(first + 3, first + count))
        writer.append("stills", jpegs=np.frombuffer(bytes([number]) * (number + 1), np.uint8), sizes=[number + 1],
                      frames=[0], times=[first])  # fmt: skip
        return {"sum": int(frames.sum())}

    return store.write_part("aa", "ff", number, ["thumbs", "stills"], pieces)


def test_segments_are_joined_in_order(tmp_path: Path) -> None:
    store = StreamStore(Files(tmp_path))
    facts = [_part(store, 1, 5, 7), _part(store, 0, 0, 5)]
    assert set(store.parts("aa", "ff")) == {0, 1}
    assert store.parts("aa", "ff")[1]["sum"] == facts[0]["sum"]
    store.join("aa", "ff", [0, 5], [Manifest("thumbs", "t", {}, {"rate": "24000/1001", "end": 12}),
                               Manifest("stills", "s", {})])  # fmt: skip
    pictures = store.read("aa", "thumbs")
    assert len(pictures) == 12
    assert pictures.times.tolist() == list(range(13))
    assert int(pictures.frames.astype(np.int64).sum()) == facts[0]["sum"] + facts[1]["sum"]  # type: ignore[operator]
    assert list(store.read("aa", "stills").jpegs) == [b"\0", b"\1\1"]
    assert store.read("aa", "stills").frames.tolist() == [0, 5]
    assert store.scan()["aa", "thumbs"].lengths == {"frames": 12, "times": 12}
    assert store.parts("aa", "ff") == {}
    assert np.load(tmp_path / "streams/aa/thumbs/frames.npy").shape == (12, 27, 48, 3)


def test_a_segment_that_fails_is_not_there(tmp_path: Path) -> None:
    store = StreamStore(Files(tmp_path))

    def pieces(writer: PartWriter) -> dict[str, object]:
        writer.append("mono_16k", samples=np.zeros(5, np.int16))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.write_part("aa", "ff", 0, ["mono_16k"], pieces)
    assert store.parts("aa", "ff") == {}
    assert store.scan() == {}


def test_meters_come_back_by_block_and_channel(tmp_path: Path) -> None:
    store = StreamStore(Files(tmp_path))
    values = np.random.default_rng(1).random((7, 6, len(METERS))).astype(np.float32)

    def pieces(writer: PartWriter) -> dict[str, object]:
        for part in (values[:3], values[3:]):
            writer.append("meters", values=part.reshape(-1, len(METERS)))
        return {}

    store.write_part("aa", "ff", 0, ["meters"], pieces)
    layout = ["FL", "FR", "FC", "LFE", "BL", "BR"]
    facts = {"start": 9, "count": 33_000, "rate_hz": 48_000, "layout": layout}
    store.join("aa", "ff", [0], [Manifest("meters", "m", {}, facts)])
    meters = store.read("aa", "meters")
    np.testing.assert_array_equal(meters.values, values)
    np.testing.assert_array_equal(meters.read("hole"), values[..., -1])
    assert (meters.start, meters.count, meters.rate_hz, meters.layout) == (9, 33_000, 48_000, tuple(layout))


def test_missing_stream_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="must have the stream thumbs"):
        StreamStore(Files(tmp_path)).read("aa", "thumbs")
