"""The command line: one file a verb, loaded when it is asked for, so that ``kinoeye --help`` answers at once."""

import importlib
import sys
from collections.abc import Sequence
from typing import Any

import typer

from kinoeye.cli import console
from kinoeye.cli.lazy import lazily
from kinoeye.errors import KinoeyeError

# Verb, the module in kinoeye.cli that holds it, and what it does; in the order in which one needs them.
VERBS: tuple[tuple[str, str, str], ...] = (
    ("demo", "demo", "Make the sample production, run all of it, and show what was found."),
    ("run", "run", "Find, decode and analyse whatever lies in a folder."),
    ("status", "status", "Say what is known, stale or failed."),
    ("sql", "sql", "Ask the tables in SQL."),
    ("search", "search", "Find words, and pictures that look alike."),
    ("words", "words", "Say which words are used like a word, by the production's own texts."),
    ("breakdown", "script_report", "Break a screenplay down: what each scene needs, how long, who says how much."),
    ("export", "export", "Write timelines, markers, lists and reports for other tools."),
    ("sync", "sync", "Bring pictures and separate sound, or several cameras, together by what they heard."),
    ("script", "script", "Write a screenplay in another form, compare drafts, find what does not agree, get ideas."),
    ("cut", "cut", "Put a rough cut together, as the screenplay says."),
    ("reconform", "reconform", "Move subtitles, effects and notes from one cut to the next, and say what changed."),
    ("effect", "effect", "Make pictures and sound anew: cover faces, clean, level, match, duck."),
    ("voice", "voice", "Speak a line, a scene, a screenplay or subtitles."),
    ("dub", "dub", "Speak subtitles into their time slots, over a film."),
    ("music", "music", "Make music and ambience by rule for a film."),
    ("schedule", "schedule", "Plan the shoot: stripboard, one-line schedule, day out of days."),
    ("catalogue", "catalogue", "Clean a catalogue of titles: columns, gaps, doubles, genres."),
    ("learn", "learn", "Train a tagger of your own from labels, the algorithm chosen with its cost."),
    ("audience", "audience", "Say what viewers did and why they left, without giving any of them away."),
    ("recommend", "recommend", "Say what to show viewers next, and why."),
    ("decide", "decide", "Correct what was found; a correction survives every run."),
    ("people", "people", "Say who appears, name them, put right who is who."),
    ("speakers", "speakers", "Say who speaks, as which character, and put it right."),
    ("consent", "consent", "Keep what people allow to be done with their face and voice."),
    ("forget", "forget", "Take a person or a viewer out of all that is known, with proof."),
    ("cost", "cost", "Say what each analysis spent."),
    ("models", "models", "List the models, and fetch those that are missing."),
    ("clean", "clean", "Take away what no plan needs any more."),
    ("bench", "bench", "Measure Kinoeye beside its peers."),
)


app = typer.Typer(
    cls=lazily(VERBS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback(
    epilog="Example: kinoeye run my-film, then kinoeye sql my-film 'SELECT * FROM shots JOIN assets USING (asset)'"
)
def kinoeye(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    """One index from the screenplay's line, over the frame, to the viewer's second."""
    if version:
        metadata = importlib.import_module("importlib.metadata")
        typer.echo(metadata.version("kinoeye"))
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; errors go to stderr as one line, the exit status tells which kind."""
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        return app(args=given, standalone_mode=False, prog_name="kinoeye", obj=given)
    except KinoeyeError as error:
        console.say_error(str(error))
        sys.exit(error.exit_code)
    except typer.Exit as error:
        sys.exit(error.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        console.say_error("stopped. Run again to go on; what was finished stays")
        sys.exit(130)
    except typer.TyperException as error:
        console.say_error(error.format_message())
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
