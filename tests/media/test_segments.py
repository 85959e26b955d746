"""Segments: joined, they are the whole, bit for bit."""

import pickle
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinoeye.media.probe import Probe, probe
from kinoeye.media.read import read
from kinoeye.media.seeing import Seeing
from kinoeye.media.segments import WHOLE, Segment, cut

X264 = {"preset": "veryfast", "bf": "3"}
VPX = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "8"}
FILMS: dict[str, tuple[str, dict[str, Any]]] = {
    "closed groups with B pictures": ("a.mp4", {"options": X264}),
    "open groups": ("a.mkv", {"options": {**X264, "x264-params": "open-gop=1:scenecut=0"}}),
    "open groups in a stream": ("a.ts", {"options": {**X264, "x264-params": "open-gop=1:scenecut=0"}}),
    "gradual refresh": ("g.ts", {"options": {"preset": "veryfast", "x264-params": "intra-refresh=1:keyint=24"}}),
    "interlaced": ("t.ts", {"options": {"preset": "veryfast", "x264-params": "tff=1"}, "rate": 25}),
    "pyramids": ("b.mp4", {"options": {"preset": "medium", "bf": "8", "x264-params": "b-pyramid=normal"}}),
    "intra only": ("i.mov", {"gop": 1, "options": {"preset": "ultrafast"}}),
    "HEVC": (
        "a.mp4",
        {"codec": "libx265", "options": {"preset": "ultrafast", "x265-params": "log-level=none:bframes=4"}},
    ),
    "VP8 with hidden pictures": (
        "a.webm",
        {"codec": "libvpx", "options": {**VPX, "auto-alt-ref": "1"}},
    ),
    "VP9": ("b.webm", {"codec": "libvpx-vp9", "options": VPX}),
    "AV1": ("a.mkv", {"codec": "libsvtav1", "options": {"preset": "12", "svtav1-params": "lp=1"}}),
    "MPEG-2": ("a.ts", {"codec": "mpeg2video", "options": {"bf": "2"}, "rate": 25}),
    "MPEG-2 in Matroska": ("m.mkv", {"codec": "mpeg2video", "options": {"bf": "2"}, "rate": 25}),
    "ProRes": ("p.mov", {"codec": "prores_ks", "pixel_format": "yuv422p10le"}),
    "Motion JPEG": ("j.mov", {"codec": "mjpeg", "pixel_format": "yuvj420p"}),
    "FFV1": ("f.mkv", {"codec": "ffv1"}),
    "drop frame rate": ("d.mp4", {"rate": Fraction(30000, 1001), "options": X264}),
    "variable rate": (
        "v.mp4",
        {"options": X264, "time_base": Fraction(1, 600), "pts": [25 * n + 7 * (n % 3) for n in range(96)]},
    ),
    "begins late": ("l.mkv", {"options": X264, "time_base": Fraction(1, 24), "pts": [n + 31 for n in range(96)]}),
    "begins before zero": (
        "n.mp4",
        {"options": X264, "time_base": Fraction(1, 24), "pts": [n - 7 for n in range(96)],
         "container_options": {"avoid_negative_ts": "disabled"}},
    ),
}  # fmt: skip


def joined(path: Path, seen: Probe, segments: list[Segment], threads: int = 1) -> dict[str, Any]:
    """Read segments one after the other and join what comes."""
    got: dict[str, Any] = {"thumbs": [], "times": [], "stills": [], "samples": [], "ends": []}
    first = 0
    for segment in segments:
        blocks = list(read(path, seen, segment, seeing=Seeing(3.0), threads=threads))
        got["thumbs"] += [block.thumbs for block in blocks]
        got["times"] += [block.times for block in blocks]
        got["samples"] += [block.samples for block in blocks]
        got["stills"] += [(first + s.frame, s.time, s.jpeg) for block in blocks for s in block.stills]
        got["ends"] += [blocks[-1].end] if segment.has_pictures else []
        first += sum(len(block.times) for block in blocks)
        assert not [damage for block in blocks for damage in block.damages]
    return {name: np.concatenate(got[name]) for name in ("thumbs", "times", "samples")} | {
        "stills": got["stills"],
        "end": got["ends"][-1],
    }


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(np.array_equal(one[name], other[name]) for name in ("thumbs", "times", "samples")) and (
        one["stills"] == other["stills"] and one["end"] == other["end"]
    )


@pytest.fixture(scope="module")
def films(encode: Callable[..., Path], tone: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = {}
    for name, (file, how) in FILMS.items():
        path = tmp_path_factory.mktemp("films") / file
        made[name] = encode(path, **{"pictures": 96, "gop": 12, **how})
    path = tmp_path_factory.mktemp("films") / "sound.mp4"
    made["with sound"] = encode(path, pictures=96, options=X264, sounds=[("aac", 48_000, 0, tone(192_000, 48_000))])
    return made


@pytest.mark.parametrize("name", [*FILMS, "with sound"])
def test_segments_joined_are_the_whole(films: dict[str, Path], name: str) -> None:
    seen = probe(films[name])
    whole = joined(films[name], seen, [WHOLE])
    assert len(whole["times"]) == seen.pictures
    segments = cut(seen, 3)
    # Open groups in Matroska bear no key mark, and a gradual refresh has no key, so there is nowhere to cut.
    least = 1 if name in {"open groups", "gradual refresh"} else 2
    assert least <= len([segment for segment in segments if segment.has_pictures]) <= 3
    assert same(joined(films[name], seen, segments), whole)


@given(name=st.sampled_from(sorted(FILMS)), parts=st.integers(1, 9))
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_number_of_parts(films: dict[str, Path], name: str, parts: int) -> None:
    seen = probe(films[name])
    segments = cut(seen, parts)
    assert 1 <= len(segments) <= parts
    assert same(joined(films[name], seen, segments), joined(films[name], seen, [WHOLE]))


@pytest.mark.parametrize("name", ["closed groups with B pictures", "open groups", "HEVC", "VP9"])
def test_threads_change_nothing(films: dict[str, Path], name: str) -> None:
    seen = probe(films[name])
    assert same(joined(films[name], seen, [WHOLE], threads=3), joined(films[name], seen, [WHOLE]))


def test_sound_is_a_segment_of_its_own(films: dict[str, Path]) -> None:
    segments = cut(probe(films["with sound"]), 3)
    assert [segment.has_sound for segment in segments] == [False, False, False, True]
    assert not segments[-1].has_pictures


def test_times_go_on_over_the_borders(films: dict[str, Path]) -> None:
    name = "variable rate"
    seen = probe(films[name])
    times = joined(films[name], seen, cut(seen, 4))["times"]
    assert np.all(np.diff(times) > 0)


def test_what_cannot_be_cut_is_whole(encode: Callable[..., Path], tmp_path: Path) -> None:
    assert cut(probe(encode(tmp_path / "a.avi", codec="mpeg4", pictures=96)), 4) == [WHOLE]
    assert cut(probe(encode(tmp_path / "g.gif", codec="gif", pixel_format="rgb8", pictures=30)), 4) == [WHOLE]
    assert cut(probe(encode(tmp_path / "one.mp4", pictures=40, gop=250)), 4) == [WHOLE]


def test_probe_and_segments_travel_to_other_processes(films: dict[str, Path]) -> None:
    seen = probe(films["open groups"])
    assert pickle.loads(pickle.dumps(seen)) == seen
    assert pickle.loads(pickle.dumps(cut(seen, 3))) == cut(seen, 3)


@pytest.mark.realdata
@pytest.mark.parametrize("name", ["tears_of_steel_battle_70s.webm", "nasa_13013_13s.mp4", "flower_cc0_5s.mp4"])
def test_real_films(shared_data: Path, name: str) -> None:
    path = shared_data / "film_clips" / name
    seen = probe(path)
    assert same(joined(path, seen, cut(seen, 3)), joined(path, seen, [WHOLE]))
