"""Voicing: lines, scenes, scripts and subtitles of the production spoken into files; films dubbed.

A line that was spoken before is taken from the cache, so that after one changed line only that one is spoken anew.
Whose likeness a voice is must have allowed it.
"""

import io
import json
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from blake3 import blake3

from kinoeye.errors import DocumentError, StoppedError, StoreError, UseError
from kinoeye.media.chapters import Chapter, write_chaptered
from kinoeye.media.documents import read_text
from kinoeye.media.probe import Probe, probe
from kinoeye.media.treated import spooled, treated_suffix, write_treated
from kinoeye.media.waves import Waves, read_waves
from kinoeye.models.speech import speak
from kinoeye.models.spoken import Phone, Spoken, Utterance
from kinoeye.run.progress import Progress
from kinoeye.run.settings import nearest
from kinoeye.run.sounding import Told, asset_with_sound
from kinoeye.signals.blocks import Samples
from kinoeye.signals.resampling import resampled
from kinoeye.store import people
from kinoeye.store.consents import Consents
from kinoeye.store.index import Index
from kinoeye.store.made import Made, name_of, record
from kinoeye.timecode import FLICKS_PER_SECOND, to_seconds
from kinoeye.treatments.sound.casting import NARRATOR, Part, cast_for, read_cast
from kinoeye.treatments.sound.dub import mixed
from kinoeye.treatments.sound.duck import duck, ducking
from kinoeye.treatments.sound.reading import Line, script_lines, subtitle_lines
from kinoeye.treatments.sound.speaking import RATE_HZ, Said, in_time, in_turn, laid_out, say, slots_of

_CACHE = "cache/voices"
_VERSION = 1  # up by one when engines are asked otherwise, so that lines are spoken anew
_AT_ONCE = 16  # lines handed to an engine: its start counts once for them


@dataclass
class Voiced:
    """What was spoken.

    Parameters
    ----------
    path, record : Path
        The sound or film, and every line with its time, voice, licence and phones as JSON.
    lines : int
    spoken_anew : int
        The others were in the cache.
    seconds : float
        How long it lasts.
    voices : dict
        Character to voice.
    inside, late : int
        Of a dub: lines that end within their slot, and lines that had to wait for the one before.
    notes : list of str
    wall_seconds : float
    """

    path: Path
    record: Path
    lines: int
    spoken_anew: int
    seconds: float
    voices: dict[str, str]
    inside: int = 0
    late: int = 0
    notes: list[str] = field(default_factory=list)
    wall_seconds: float = 0.0


@dataclass(frozen=True)
class Order:
    """How something is to be spoken.

    Parameters
    ----------
    cast : Path or None
        A cast file.
    voice : str
        For everyone who is not in it.
    language : str
    """

    cast: Path | None = None
    voice: str = ""
    language: str = "en"


class Voicing:
    """Speaks for one production.

    Parameters
    ----------
    folder, out : Path
    index : Index
    on_progress : callable
    """

    def __init__(self, folder: Path, index: Index, out: Path, on_progress: Told = lambda _: None) -> None:
        self._folder, self._index, self._out, self._on_progress = folder, index, out, on_progress
        self._made = Made(index.files, folder)
        self._anew = 0
        self._notes: list[str] = []

    def line(self, text: str, who: str, name: str, order: Order, suffix: str) -> Voiced:
        """Speak one line by a character, or by nobody in particular."""
        return self._read([Line(1, 0, "dialogue", who, text)], name, order, suffix, ())

    def script(self, path: str, order: Order, suffix: str, *, scene: int | None, narrates: bool) -> Voiced:
        """Speak a screenplay, one scene of it, or subtitles without their times: a table read, a chapter a scene."""
        lines, asset = self._lines(path)
        self._notes = _idle(lines, order)
        if scene is not None:
            lines = [line for line in lines if line.scene == scene]
        if not narrates:
            lines = [line for line in lines if line.kind not in {"heading", "action"}]
        if not lines:
            raise UseError(f"voice: {path} must have such a scene with lines, got none for {scene}")
        name = name_of(path) + (f".scene-{scene}" if scene is not None else "")
        return self._read(lines, name, order, suffix, (asset,))

    def dub(self, path: str, over: str | None, order: Order, depth_db: float) -> Voiced:
        """Speak subtitles into their time slots, over the sound of a film or of music and effects."""
        begin = time.monotonic()
        ducking([], RATE_HZ, depth_db=depth_db)  # a wrong setting is refused before anything is spoken
        cues, asset = self._lines(path)
        self._notes = _idle(cues, order)
        if cues[0].kind != "cue":
            raise DocumentError(f"dub: {path} must be subtitles with times, SubRip or WebVTT")
        assets = [asset, *([asset_with_sound(self._index, over)] if over else [])]
        source = self._folder / over if over else None
        probed = probe(source) if source else None
        target = self._out / f"{name_of(path)}.dub{treated_suffix(source, probed) if source and probed else '.wav'}"
        beside = self._free("dub", target)
        cast, slots = self._cast(cues, order), slots_of(cues)
        try:
            said = self._said(cues, cast, slots)
            if not said:
                raise UseError(f"dub: {path} must have words to speak, got none")
            starts = in_time(said)
            with self._made.making(beside, assets) as places, ExitStack() as stack:
                notes = self._mix(stack, said, starts, places[0], source, probed, depth_db)
                result = Voiced(*beside, len(said), self._anew, to_seconds(starts[-1] + said[-1].duration),
                                _voices(cast), *_kept(cues, slots, said, starts), [*self._notes, *notes],
                                round(time.monotonic() - begin, 3))  # fmt: skip
                self._record(places[1], result, said, starts, cast, {"dub": path, "over": over})
        except KeyboardInterrupt:
            raise StoppedError("dub: stopped", remedy="Say it again; lines already spoken stay in the cache") from None
        self._on_progress(Progress("done", 1, 1))
        return result

    def _read(self, lines: Sequence[Line], name: str, order: Order, suffix: str, assets: Sequence[str]) -> Voiced:
        begin = time.monotonic()
        target = self._out / f"{name}.voice{suffix}"
        beside = self._free("voice", target)
        cast = self._cast(lines, order)
        try:
            said = self._said(lines, cast, ())
            if not said:
                raise UseError("voice: there must be words to speak, got none")
            starts = in_turn(said)
            length = round((starts[-1] + said[-1].duration) * RATE_HZ / FLICKS_PER_SECOND)
            with self._made.making(beside, assets) as places, tempfile.TemporaryFile(dir=self._out) as spool:
                waves, _ = spooled(laid_out(said, starts, length), _EMPTY, spool)
                write_chaptered(places[0], waves, _chapters(said, starts, length))
                result = Voiced(*beside, len(said), self._anew, length / RATE_HZ, _voices(cast),
                                notes=self._notes, wall_seconds=round(time.monotonic() - begin, 3))  # fmt: skip
                self._record(places[1], result, said, starts, cast, {"voice": name})
        except KeyboardInterrupt:
            raise StoppedError(
                "voice: stopped", remedy="Say it again; lines already spoken stay in the cache"
            ) from None
        self._on_progress(Progress("done", 1, 1))
        return result

    def _free(self, where: str, target: Path) -> tuple[Path, Path]:
        beside = (target, target.with_name(target.name + ".json"))
        self._made.check_free(where, beside)
        return beside

    def _lines(self, path: str) -> tuple[list[Line], str]:
        rows = people.rows(self._index, "assets")
        row = next((each for each in rows if path in each["paths"]), None)
        if row is None or row["kind"] not in {"screenplay", "subtitles"}:
            got = row["kind"] if row else "nothing at that path"
            raise UseError(f"voice: {path} must be a screenplay or subtitles of the production, got {got}")
        text = read_text(self._folder / path).text
        lines = subtitle_lines(text) if row["kind"] == "subtitles" else script_lines(text)
        return lines, str(row["asset"])

    def _cast(self, lines: Iterable[Line], order: Order) -> dict[str, Part]:
        given = read_cast(_file_text(order.cast)) if order.cast else {}
        cast = cast_for([line.who for line in lines], given, voice=order.voice, language=order.language)
        if "" in cast and NARRATOR in given:
            cast[""] = cast_for([NARRATOR], given, voice=order.voice, language=order.language)[NARRATOR]
        consents = Consents(self._index)
        for part in cast.values():
            if part.person:
                consents.require(part.person, "dub")
        return cast

    def _said(self, lines: Sequence[Line], cast: Mapping[str, Part], slots: Sequence[float]) -> list[Said]:
        said: list[Said] = []
        for begin in range(0, len(lines), _AT_ONCE):
            self._on_progress(Progress("work", begin, len(lines) + 1, lines[begin].text))
            some = slots[begin : begin + _AT_ONCE]
            said += say(lines[begin : begin + _AT_ONCE], cast, some, speaks=self._speak)
        self._on_progress(Progress("work", len(lines), len(lines) + 1, "writing"))
        return said

    def _speak(self, utterances: Sequence[Utterance]) -> list[Spoken]:
        """Speak what is not in the cache."""
        names = [_name_of(each) for each in utterances]
        found = [self._cached(name) for name in names]
        missing = [number for number, each in enumerate(found) if each is None]
        for number, spoken in zip(missing, speak([utterances[n] for n in missing]), strict=True):
            self._index.files.write(names[number], _packed(spoken))
            found[number] = spoken
        self._anew += len(missing)
        return [each for each in found if each is not None]

    def _cached(self, name: str) -> Spoken | None:
        if not self._index.files.exists(name):
            return None
        try:
            return _unpacked(self._index.files.read_bytes(name))
        except (StoreError, ValueError, KeyError, OSError, TypeError):
            return None  # damaged: it is spoken again

    def _mix(
        self, stack: ExitStack, said: Sequence[Said], starts: Sequence[int], target: Path, source: Path | None,
        probed: Probe | None, depth_db: float,
    ) -> list[str]:  # fmt: skip
        def spool() -> Any:
            return stack.enter_context(tempfile.TemporaryFile(dir=self._out))

        last = max((start + each.duration for each, start in zip(said, starts, strict=True)), default=0)
        length = -(-last * RATE_HZ // FLICKS_PER_SECOND)
        if source is None or probed is None:
            waves, _ = spooled(laid_out(said, starts, length), _EMPTY, spool())
            write_treated(target, waves)
            return []
        bed = read_waves(source, probed, spool())
        whole_length = -(-len(bed.samples) * RATE_HZ // bed.rate_hz)
        notes = []
        if length > whole_length:
            notes.append(
                f"the last line ends {(length - whole_length) / RATE_HZ:.1f} s after the sound, which is longer now"
            )
        origin = bed.start - (probed.start or 0)  # cues count from the film's first picture
        placed = [start - origin for start in starts]

        def voice() -> Iterable[Samples]:
            return resampled(laid_out(said, placed, max(length, whole_length)), RATE_HZ, bed.rate_hz)

        gains = ducking(voice(), bed.rate_hz, depth_db=depth_db)
        done, highest = spooled(mixed(duck(bed.pieces(), bed.rate_hz, gains), voice()), bed, spool())
        if highest > 1:
            lower = np.float32(0.9995 / highest)
            done, _ = spooled((piece * lower for piece in done.pieces()), bed, spool())
            notes.append(f"brought down by {-20 * np.log10(lower):.1f} dB: it rose above full scale")
        write_treated(target, done, *((source, probed) if probed.picture_track is not None else ()))
        return notes

    @staticmethod
    def _record(
        place: Path, result: Voiced, said: Sequence[Said], starts: Sequence[int], cast: Mapping[str, Part],
        facts: Mapping[str, Any],
    ) -> None:  # fmt: skip
        rows = [
            {"number": each.line.number, "scene": each.line.scene, "who": each.line.who, "text": each.line.text,
             "start": start, "end": start + each.duration, "voice": each.voice, "licence": each.licence,
             "pace": round(each.pace, 3),
             "phones": [[p.name, start + p.start * FLICKS_PER_SECOND // each.rate_hz,
                         start + p.end * FLICKS_PER_SECOND // each.rate_hz] for p in each.phones]}
            for each, start in zip(said, starts, strict=True)
        ]  # fmt: skip
        told = {**facts, "is_synthetic_speech": True, "times": "flicks", **asdict(result),
                "cast": {name: asdict(part) for name, part in cast.items()}, "spoken": rows}  # fmt: skip
        record(place, told)


_EMPTY = Waves(np.zeros((0, 1), np.float32), RATE_HZ, "mono", 0)


def _idle(lines: Iterable[Line], order: Order) -> list[str]:
    """Say who stands in the cast file and nowhere in the text: most likely a name that is written otherwise."""
    given = read_cast(_file_text(order.cast)) if order.cast else {}
    known = {line.who.upper() for line in lines if line.who} | {NARRATOR}
    return [
        " ".join([f"the cast file's {name} says nothing here.", nearest(name, known)]).strip()
        for name in given
        if name not in known
    ]


def _kept(cues: Sequence[Line], slots: Sequence[float], said: Sequence[Said], starts: Sequence[int]) -> tuple[int, int]:
    """Return how many lines end within their slot, and how many had to wait."""
    ends = {cue.number: (cue.start or 0) + round(slot * FLICKS_PER_SECOND)
            for cue, slot in zip(cues, slots, strict=True)}  # fmt: skip
    pairs = list(zip(said, starts, strict=True))
    inside = sum(start + each.duration <= ends[each.line.number] for each, start in pairs)
    return inside, sum(start > (each.line.start or 0) for each, start in pairs)


def _voices(cast: Mapping[str, Part]) -> dict[str, str]:
    return {name or NARRATOR: part.voice for name, part in cast.items()}


def _chapters(said: Sequence[Said], starts: Sequence[int], length: int) -> list[Chapter]:
    """Return a chapter for each scene; none where there is but one."""
    firsts: dict[int, tuple[str, int]] = {}
    for each, start in zip(said, starts, strict=True):
        name = each.line.text if each.line.kind == "heading" else f"Scene {each.line.scene}"
        firsts.setdefault(each.line.scene, (name, round(start * RATE_HZ / FLICKS_PER_SECOND)))
    if len(firsts) < 2:
        return []
    edges = [*(start for _, start in firsts.values()), length]
    return [Chapter(name, start, end) for (name, start), end in zip(firsts.values(), edges[1:], strict=True)]


def _name_of(each: Utterance) -> str:
    said = json.dumps([_VERSION, *vars(each).values()])
    engine, _, name = each.voice.partition(":")
    if engine == "file" and Path(name).is_file():
        said += f"{Path(name).stat().st_mtime_ns}"
    return f"{_CACHE}/{blake3(said.encode()).hexdigest(length=16)}.npz"


def _packed(spoken: Spoken) -> bytes:
    out = io.BytesIO()
    facts = {**{key: value for key, value in vars(spoken).items() if key not in {"samples", "phones"}},
             "phones": [[p.name, p.start, p.end] for p in spoken.phones]}  # fmt: skip
    np.savez(out, samples=spoken.samples, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8))
    return out.getvalue()


def _unpacked(data: bytes) -> Spoken:
    with np.load(io.BytesIO(data)) as packed:
        facts = json.loads(bytes(packed["facts"]).decode())
        phones = tuple(Phone(*each) for each in facts.pop("phones"))
        return Spoken(samples=packed["samples"], phones=phones, **facts)


def _file_text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"cast: {path} must be a text file, got {error}") from error
