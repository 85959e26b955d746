"""Ideas: what a writer may go on with, from a model of the user's own texts, each beside its nearest source.

A desk holds one screenplay and the texts that are learnt from: the production's screenplays and texts, and those that
the user lays beside them. Nothing is kept and nothing leaves the machine; only an endpoint that the user has named gets
what it is asked, when it is sent to.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.errors import ModelError, UseError
from kinoeye.learn.language import Row
from kinoeye.learn.transformer import Trained, train
from kinoeye.models.endpoint import Endpoint
from kinoeye.models.espeak import phonemes
from kinoeye.models.tokens import is_chinese
from kinoeye.run import idea_texts
from kinoeye.run.progress import Progress
from kinoeye.run.settings import IdeaSettings
from kinoeye.signals.copying import Copied
from kinoeye.treatments.screenplay import naming, premises
from kinoeye.treatments.screenplay.premises import Story
from kinoeye.treatments.screenplay.writing import Model, Passage, Writer, Written, written_words

KINDS = ("continue", "names", "places", "loglines", "beats")
TABLES = ("assets", "lines", "scenes", "characters", "conversations", "arcs", "topics", "consistency_notes")
_TRIES = 5  # as many ideas are made as are wanted, until enough are new
_SENT = 4000  # characters of the screenplay that an endpoint gets at most
_ASKED = {
    "continue": "Continue the screenplay in Fountain, in its language and style, with the next few lines only.",
    "names": "Suggest one name for a new character of this screenplay that is not easily confused with these names. "
    "Answer with the name alone.",
    "places": "Suggest one more scene heading that fits these of a screenplay. Answer with the heading alone.",
    "loglines": "Write one logline, of one sentence, for a screenplay of which this is known.",
    "beats": "Suggest in one or two sentences what happens next in a screenplay of which this is known.",
}


@dataclass(frozen=True)
class Source:
    """The nearest passage of the user's texts.

    Parameters
    ----------
    path : str
    scene, page : int or None
    line : str
        As `lines` names it; of other texts empty.
    text : str
    """

    path: str
    scene: int | None
    page: int | None
    line: str
    text: str


@dataclass(frozen=True)
class Idea:
    """Something to go on with.

    Parameters
    ----------
    what : of `KINDS`
    text : str
    based_on : tuple of str
        In words.
    source : Source or None
        The nearest passage; None where no text has a word of it.
    run : int, words
        The longest run that stands in the texts just so.
    copied : str
        That run.
    share : 0..1
        Of the idea's runs of three words, how many stand in the texts.
    is_copied : bool
        Whether the longest run is longer than is allowed.
    """

    what: str
    text: str
    based_on: tuple[str, ...]
    source: Source | None
    run: int
    copied: str
    share: float
    is_copied: bool


@dataclass(frozen=True)
class Made:
    """Ideas, and how many were refused because they copied too much."""

    ideas: tuple[Idea, ...]
    refused: int


@dataclass(frozen=True)
class Desk:
    """A screenplay and the texts that are learnt from.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `TABLES`, of all assets.
    script : str
        The screenplay's asset.
    passages : tuple of Passage
    settings : IdeaSettings
    """

    tables: Mapping[str, pa.Table]
    script: str
    passages: tuple[Passage, ...]
    settings: IdeaSettings

    @cached_property
    def writer(self) -> Writer:
        """The texts, parted into words."""
        return Writer(self.passages, self.settings.order)

    @cached_property
    def story(self) -> Story:
        """What is known of the screenplay."""
        rows = {name: _of(self.tables[name], self.script) for name in TABLES[2:]}
        text = " ".join(each.text for each in self.passages if each.source == self._path)
        return Story(**rows, language="zh" if is_chinese(text) else "en")

    def place(self, scene: str = "", line: str = "") -> int:
        """Return the number of the passage behind which is gone on: a line, or the last of a scene or of all.

        Raises
        ------
        UseError
            If there is none.
        """
        own = [number for number, each in enumerate(self.passages) if each.source == self._path and each.line]
        if line:
            found = [number for number in own if self.passages[number].line == line]
            return found[0] if found else _missing("line", line)
        if scene:
            named = [row["scene_order"] for row in self.story.scenes if row["number"] == scene]
            order = named[0] if named else int(scene) if scene.isdigit() else 0
            found = [number for number in own if self.passages[number].scene == order and order]
            return found[-1] if found else _missing("scene", scene)
        if not own:
            raise UseError("ideas: the screenplay must have a line, got none")
        return own[-1]

    def ideas(
        self,
        what: str,
        *,
        count: int = 5,
        seed: int = 1,
        place: int | None = None,
        who: str = "",
        lines: int = 4,
        model: Model | None = None,
    ) -> Made:
        """Return ideas.

        Parameters
        ----------
        what : of `KINDS`
        count : int
        seed : int
            The same seed gives the same ideas.
        place : int or None
            The passage behind which is gone on; the last of the screenplay if None.
        who : str
            Who speaks first; of a continuation.
        lines : int
            Of a continuation.
        model : Model or None
            Of a continuation; n-grams if None.

        Raises
        ------
        UseError
            If there is no such kind, or who speaks is nobody of the texts.
        """  # fmt: skip
        at = self.place() if place is None else place
        random = np.random.default_rng(seed)
        if what == "continue":
            return self._continued(self.writer.n_grams() if model is None else model, at, random, count, who, lines)
        made = {"names": self._names, "places": self._places, "loglines": self._loglines, "beats": self._beats}
        if what not in made:
            raise UseError(f"ideas: must be one of {', '.join(KINDS)}, got {what!r}")
        ideas = made[what](at, random, count)
        # What these have of the texts (names, headings) is what they are made of.
        return self._judged(ideas, count, most=None)

    def asked(self, what: str, place: int | None = None) -> tuple[str, str]:
        """Return what an endpoint would be asked: the instruction, and the text that would be sent."""
        at = self.place() if place is None else place
        if what == "continue":
            begin = at
            while begin and self.passages[begin].kind != "heading":
                begin -= 1
            return _ASKED[what], "\n\n".join(map(_as_fountain, self.passages[begin : at + 1]))[-_SENT:]
        if what == "names":
            return _ASKED[what], "\n".join(row["character"] for row in self.story.characters)[:_SENT]
        if what == "places":
            return _ASKED[what], "\n".join(dict.fromkeys(row["heading"] for row in self.story.scenes))[:_SENT]
        known = self._loglines if what == "loglines" else self._beats
        facts = [fact for idea in known(at, np.random.default_rng(1), 100) for fact in idea.based_on]
        return _ASKED[what], "\n".join(dict.fromkeys(facts))[:_SENT]

    def learn(
        self, file: Path, *, seconds: float, seed: int = 1, on_progress: Callable[[Progress], None] = lambda _: None
    ) -> Trained:
        """Teach a small transformer the texts, or go on where a file says how far that is.

        Raises
        ------
        UseError, ModelError, StoreError, StoppedError
            As `kinoeye.learn.transformer.train` does.
        """
        texts: dict[str, list[Row]] = {}
        for passage, row in zip(self.passages, self.writer.rows, strict=True):
            if row.words:
                texts.setdefault(passage.source, []).append(row)

        def told(step: int, perplexity: float, spent: float) -> None:
            on_progress(Progress("learn", spent, seconds, f"step {step}, perplexity {perplexity:.1f}"))

        return train(list(texts.values()), file, seconds=seconds, seed=seed, on_progress=told)

    def sent(self, what: str, endpoint: Endpoint, *, count: int, seed: int, place: int | None = None) -> Made:
        """Ask an endpoint, and hold its answers against the user's texts.

        Raises
        ------
        ModelError
            If it does not answer as it must.
        """
        instruction, text = self.asked(what, place)
        answers = endpoint.answers(instruction, text, count, seed)
        why = (f"{endpoint.model} at {endpoint.address}",)
        return self._judged([self._idea(what, each, why) for each in answers], count, most=self._most)

    @property
    def _most(self) -> int:
        return self.settings.most_copied

    @cached_property
    def _path(self) -> str:
        rows = self.tables["assets"].to_pylist()
        return next((str(row["path"]) for row in rows if row["asset"] == self.script), self.script)

    def _continued(
        self, model: Model, at: int, random: np.random.Generator, count: int, who: str, lines: int
    ) -> Made:  # fmt: skip
        speakers = {each.who for each in self.passages if each.who}
        if who and who not in speakers:
            raise UseError(f"ideas: who speaks must be somebody of the texts, got {who!r}",
                           remedy=f"There are: {', '.join(sorted(speakers)[:12]) or 'none'}")  # fmt: skip
        limit = self._most if self.settings.refuse_copied else None
        found: dict[str, Idea] = {}
        for _ in range(count * _TRIES):
            if len(found) == count:
                break
            written = self.writer.go_on(model, at, random, lines=lines, who=who, most_copied=limit)
            if written:
                kinds = ", ".join(dict.fromkeys(f"{each.kind} {each.who}".strip() for each in written))
                text = "\n\n".join(map(_as_fountain, written))
                words = [word for each in written for word in each.words]
                found.setdefault(text, self._idea("continue", text, (f"how the texts go on in: {kinds}",), words))
        return self._judged(list(found.values()), count, most=self._most)

    def _names(self, at: int, random: np.random.Generator, count: int) -> list[Idea]:
        del at
        taken = [name for row in self.story.characters for name in (row["character"], *row["aliases"])]
        known = list(dict.fromkeys(each.who for each in self.passages if each.who))
        made = naming.names(taken, known, random, count, _sounds)
        return [
            self._idea(
                "names",
                each.name,
                (
                    f"how {len(known)} names of your texts are formed",
                    f"the nearest name that is there: {each.nearest}, {each.apart} letters apart",
                ),
            )
            for each in made
        ]

    def _places(self, at: int, random: np.random.Generator, count: int) -> list[Idea]:
        del at
        headings = [each.text for each in self.passages if each.kind == "heading"]
        made = naming.places(headings, random, count)
        return [self._idea("places", text, tuple(f"heading: {each}" for each in parts)) for text, parts in made]

    def _loglines(self, at: int, random: np.random.Generator, count: int) -> list[Idea]:
        del at
        made = premises.loglines(self.story, random, count)
        return [self._idea("loglines", each.text, each.based_on) for each in made]

    def _beats(self, at: int, random: np.random.Generator, count: int) -> list[Idea]:
        made = premises.beats(self.story, self.passages[at].scene or 0, random, count)
        return [self._idea("beats", each.text, each.based_on) for each in made]

    def _idea(self, what: str, text: str, based_on: tuple[str, ...], words: Sequence[str] | None = None) -> Idea:
        told: Copied = self.writer.sources.copied(written_words(text) if words is None else words)
        passage = self.passages[told.passage] if told.passage is not None else None
        source = None
        if passage is not None:
            source = Source(passage.source, passage.scene, passage.page, passage.line, passage.text)
        return Idea(what, text, based_on, source, told.run, told.words, told.share, is_copied=False)

    def _judged(self, ideas: Sequence[Idea], count: int, *, most: int | None) -> Made:
        """Mark or refuse ideas that copy more than is allowed."""
        marked = [replace(each, is_copied=most is not None and each.run > most) for each in ideas]
        kept = [each for each in marked if not (each.is_copied and self.settings.refuse_copied)]
        return Made(tuple(kept[:count]), len(marked) - len(kept))


def desk(
    tables: Mapping[str, pa.Table], settings: IdeaSettings, *, paragraphs: pa.Table | None = None,
    corpora: Iterable[Path] = (), script: str = "",
) -> Desk:  # fmt: skip
    """Lay out a screenplay and all texts to learn from.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `TABLES`.
    settings : IdeaSettings
    paragraphs : pa.Table or None
        Of texts that are no screenplays.
    corpora : iterable of Path
        Other texts of the user: screenplays, or prose in any encoding.
    script : str
        Path of the screenplay; the longest if empty.

    Raises
    ------
    UseError
        If there is no screenplay, or none at that path.
    DocumentError
        If a corpus cannot be read.
    """
    chosen = idea_texts.chosen(tables["assets"], tables["lines"], script)
    passages = idea_texts.passages(tables["assets"], tables["lines"], chosen, paragraphs, corpora)
    return Desk(tables, chosen, passages, settings)


def _of(table: pa.Table, asset: str) -> list[dict[str, Any]]:
    return table.filter(pa.compute.equal(table["asset"], asset)).to_pylist()  # type: ignore[no-any-return]


def _as_fountain(line: Passage | Written) -> str:
    return f"{line.who}\n{line.text}" if line.who else line.text


def _sounds(names: Sequence[str]) -> Sequence[str]:
    """Return how Chinese names are pronounced; where that cannot be told, none sounds like another."""
    with suppress(ModelError):
        return ["".join(sign for sign in each if sign.isalpha()) for each in phonemes(list(names), "cmn")]
    return list(names)


def _missing(what: str, name: str) -> int:
    raise UseError(f"ideas: there must be such a {what} in the screenplay, got {name!r}")
