"""Sound as it should not be: every analysis and every effect ends in words, and keeps samples and channels."""

import shutil
import struct
import tempfile
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from kinoeye.errors import KinoeyeError, MediaError, SettingError, UseError
from kinoeye.media.probe import probe
from kinoeye.media.waves import read_waves
from kinoeye.models.registry import models
from kinoeye.production import Production
from kinoeye.run import sounding
from kinoeye.run.sound_effects import SOUND_EFFECTS

ANALYSES = ("levels", "speech", "speakers", "loudness", "programmes", "sound_faults", "rooms")
RATE_HZ = 48_000
SURROUND = 0x63F  # the channel mask of 7.1

Waves = tuple[np.ndarray, int, str]


def write_wav(path: Path, samples: np.ndarray, rate_hz: int, form: str = "<i2", mask: int = 0) -> None:
    """Write float [n, channels] as WAV, in a sample format of NumPy's; "24" is 24 bits."""
    channels, width = samples.shape[1], 3 if form == "24" else np.dtype(form).itemsize
    if form == "24":
        whole = np.round(samples * 8_388_607).astype("<i4")
        data = whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes()
    elif form.startswith("<f"):
        data = samples.astype(form).tobytes()
    else:
        data = np.round(samples * 32_767).astype(form).tobytes()
    tag = 3 if form.startswith("<f") else 1
    rest = (rate_hz, rate_hz * channels * width, channels * width, 8 * width)
    head = struct.pack("<HHIIHH", 0xFFFE if mask else tag, channels, *rest)
    if mask:
        head += struct.pack("<HHIH", 22, 8 * width, mask, tag) + bytes.fromhex("000000001000800000aa00389b71")
    body = b"WAVEfmt " + struct.pack("<I", len(head)) + head + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def talk(rate_hz: int, seconds: float = 1.6) -> np.ndarray:
    """Something like a voice, float [n, 1]: a gliding tone and its overtones in syllables."""
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    turns = 2 * np.pi * np.cumsum(130 + 20 * np.sin(4 * at)) / rate_hz
    wave = sum(np.sin(number * turns) / number for number in range(1, 12))
    return (0.25 * wave * np.clip(np.sin(14 * at) + 0.4, 0, 1))[:, None]


def write_damaged(path: Path, samples: np.ndarray) -> None:
    """Write a FLAC, and spoil bytes of it."""
    with av.open(str(path), "w") as output:
        stream = output.add_stream("flac", rate=RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.round(samples * 32_767).astype(np.int16).T.copy(), "s16", "mono")
        frame.sample_rate, frame.pts = RATE_HZ, 0
        output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    document, random = bytearray(path.read_bytes()), np.random.default_rng(2)
    for place in random.integers(len(document) // 4, len(document), 40):
        document[place] = random.integers(0, 256)
    path.write_bytes(document)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Production:
    folder = tmp_path_factory.mktemp("bad") / "film"
    folder.mkdir()
    voice = talk(RATE_HZ)
    torn = voice.copy()
    torn[1000:1100], torn[5000], torn[7000] = np.nan, np.inf, -np.inf
    sounds: dict[str, tuple[np.ndarray, int, str, int]] = {
        "good": (voice, RATE_HZ, "<i2", 0),
        "silent": (np.zeros((RATE_HZ, 2)), RATE_HZ, "<i2", 0),
        "empty": (np.zeros((0, 2)), RATE_HZ, "<i2", 0),
        "one sample": (voice[5000:5001], RATE_HZ, "<i2", 0),
        "low": (talk(8000), 8000, "<i2", 0),
        "high": (np.tile(talk(192_000), 2), 192_000, "24", 0),
        "surround": (np.hstack([np.roll(voice, 100 * n) / 2 for n in range(8)]), RATE_HZ, "<i2", SURROUND),
        "one side": (np.hstack([voice, 0 * voice]), RATE_HZ, "<i2", 0),
        "offset": (voice / 2 + 0.3, RATE_HZ, "<i2", 0),
        "torn": (torn, RATE_HZ, "<f4", 0),
        "no numbers": (np.full((9000, 2), np.nan), RATE_HZ, "<f4", 0),
        "huge": (voice * 1e30, RATE_HZ, "<f4", 0),
        "loud": (voice * 3, RATE_HZ, "<f4", 0),
        "double": (voice, RATE_HZ, "<f8", 0),
        "24 bits": (voice, RATE_HZ, "24", 0),
    }
    for name, (samples, rate_hz, form, mask) in sounds.items():
        write_wav(folder / f"{name}.wav", samples, rate_hz, form, mask)
    whole = (folder / "good.wav").read_bytes()
    (folder / "cut off.wav").write_bytes(whole[: len(whole) // 3 + 1])
    (folder / "head.wav").write_bytes(whole[:30])
    write_damaged(folder / "damaged.flac", voice)
    make_film(folder / "mute.mp4", (12,), has_sound=False)
    production = Production(folder)
    production.run(only=[name for name in ANALYSES if needs_nothing(name)], jobs=1)
    return production


def needs_nothing(analysis: str) -> bool:
    """Whether its weights are here."""
    state = {row["name"]: row["state"] for row in models()}
    needed = {"speech": ("voices",), "speakers": ("voices", "speaker"), "rooms": ("voices",)}
    return all(state[name] == "ready" for name in needed.get(analysis, ()))


def rows_of(production: Production, table: str) -> dict[str, list[dict[str, object]]]:
    """Rows of a table by path."""
    paths = {row["asset"]: row["path"] for row in production.read("assets").to_pylist()}
    found: dict[str, list[dict[str, object]]] = {path: [] for path in paths.values()}
    for row in production.read(table).to_pylist():
        found[paths[row["asset"]]].append(row)
    return found


def heard(path: Path) -> Waves:
    with tempfile.TemporaryFile() as spool:
        waves = read_waves(path, probe(path), spool)
        return np.array(waves.samples), waves.rate_hz, waves.layout


def test_every_analysis_ends_in_words(bad: Production) -> None:
    faults = bad.faults().to_pylist()
    assert {row["path"] for row in faults} == {"empty.wav", "head.wav", "cut off.wav", "damaged.flac"}
    assert {row["analysis"] for row in faults} <= {"probe", "decode"}
    assert all(row["remedy"] and "Traceback" not in row["message"] and not row["detail"] for row in faults)
    failed = {row["path"]: row["message"] for row in faults if row["severity"] == "failed"}
    assert failed["empty.wav"].endswith("must hold something that can be decoded, got nothing")
    assert "must be a film, sound or picture that can be opened" in failed["head.wav"]


def test_what_is_measured_is_what_is_there(bad: Production) -> None:
    programmes = {path: rows[0] for path, rows in rows_of(bad, "programmes").items() if rows}
    assert programmes["silent.wav"]["integrated_lufs"] is None
    assert programmes["no numbers.wav"]["integrated_lufs"] is None
    assert programmes["surround.wav"]["layout"] == "FL FR FC LFE BL BR SL SR"
    good = programmes["good.wav"]["integrated_lufs"]
    for name in ("double.wav", "24 bits.wav", "one side.wav", "low.wav"):
        assert programmes[name]["integrated_lufs"] == pytest.approx(good, abs=0.3)
    assert programmes["high.wav"]["integrated_lufs"] == pytest.approx(good + 3.01, abs=0.3)  # in two channels
    assert programmes["torn.wav"]["integrated_lufs"] == pytest.approx(good, abs=2)  # infinity is no loudness
    assert programmes["torn.wav"]["true_peak_dbtp"] < 3
    assert programmes["loud.wav"]["integrated_lufs"] == pytest.approx(good + 9.54, abs=0.1)
    kinds = {path: {row["kind"] for row in rows} for path, rows in rows_of(bad, "sound_faults").items()}
    assert "offset" in kinds["offset.wav"]
    assert kinds["good.wav"] == kinds["silent.wav"] == kinds["one sample.wav"] == set()
    assert all(len(rows) == 16 for path, rows in rows_of(bad, "levels").items() if path in {"low.wav", "high.wav"})


@pytest.mark.parametrize("name", sorted(SOUND_EFFECTS))
def test_every_effect_keeps_samples_and_channels_or_says_why_not(
    bad: Production, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if name == "denoise" and {row["name"]: row["state"] for row in models()}["rnnoise"] != "ready":
        pytest.skip("rnnoise has not been fetched")
    if name != "declip":  # one picture of each sound is enough
        monkeypatch.setattr(sounding, "sheet", lambda *_: np.zeros((8, 8, 3), np.uint8))
    against = {"against": "good.wav"} if SOUND_EFFECTS[name].other else {}
    refused: dict[str, type[KinoeyeError]] = {"empty.wav": UseError, "head.wav": UseError, "mute.mp4": MediaError}
    if name == "level":
        refused |= dict.fromkeys(("silent.wav", "no numbers.wav", "one sample.wav"), SettingError)
    for source in sorted(each for each in bad.folder.iterdir() if each.is_file()):
        if source.name in refused:
            with pytest.raises(refused[source.name], match=r"must .*got ") as caught:
                bad.sound.treat(name, source.name, **against)
            assert "Error" not in str(caught.value)
            continue
        made = bad.sound.treat(name, source.name, **against)
        (before, *was), (after, *now) = heard(source), heard(made.path)
        assert (after.shape, now) == (before.shape, was), source.name
        assert np.isfinite(after).all()
        assert np.abs(after).max() <= 1
        shutil.rmtree(bad.folder / "out")


@pytest.mark.parametrize("name", ["match", "duck"])
def test_a_bad_other_sound_ends_in_words(bad: Production, name: str) -> None:
    for other in ("silent.wav", "torn.wav", "surround.wav", "low.wav", "one sample.wav"):
        assert bad.sound.treat(name, "good.wav", against=other).samples == len(talk(RATE_HZ))
    with pytest.raises(MediaError, match="must have sound, got none"):
        bad.sound.treat(name, "good.wav", against="mute.mp4")
    with pytest.raises(UseError, match="got nothing"):
        bad.sound.treat(name, "good.wav", against="empty.wav")


def test_pictures_of_bad_sound_are_drawn(bad: Production, tmp_path: Path) -> None:
    drawn = {path.name.partition(".")[0] for path in bad.export("sound", out=tmp_path)}
    assert {"silent", "low", "high", "surround", "one side", "torn", "no numbers", "damaged"} <= drawn
    assert drawn.isdisjoint({"empty", "head", "mute"})
    with pytest.raises(UseError, match="at least one asset with sound, got none"):
        bad.export("sound", out=tmp_path / "again", paths=["mute.mp4"])


def test_music_is_as_long_as_bad_sound_is(bad: Production) -> None:
    for path in ("silent.wav", "surround.wav", "torn.wav", "mute.mp4"):
        assert all(made.is_file() for made in bad.music(path).paths)
    with pytest.raises(UseError, match=r"there is no asset at empty\.wav"):
        bad.music("empty.wav")
