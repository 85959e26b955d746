"""``kinoeye forget``."""

import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.errors import UseError
from kinoeye.run.forget import Proof
from kinoeye.run.forget_viewer import ViewerProof

app = verb()

_SHOWN = 10

LIMIT = (
    "New footage of the same person cannot be told to be of the same person: that would need the face kept. "
    "The voice in the sound is not touched. Backups and copies of the index elsewhere are not reached from here."
)


VIEWER_LIMIT = (
    "Your own logs still name the viewer: they are yours, and were not changed. Files that were written from the index "
    "and what others were given are not reached from here."
)


@app.command(
    epilog="Example: kinoeye forget my-film Anna --dry-run, then kinoeye forget my-film Anna --yes. A viewer of logs: "
    "kinoeye forget my-film --viewer anna@example.org"
)
def forget(
    folder: Folder,
    person: Annotated[str, typer.Argument(help="The person's name or id, as kinoeye people lists them.")] = "",
    viewer: Annotated[
        str, typer.Option("--viewer", metavar="ID", help="A viewer instead, as the logs say, or #NUMBER.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; it cannot be undone.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    jobs: Annotated[int | None, typer.Option("--jobs", "-j", help="Worker processes for making anew.")] = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Take a person out of all that is known: faces, vectors, stills, names, consents, exports. With proof.

    Or, with --viewer, someone whose viewings stand in logs: rows go, and all sums and models are made anew without.
    The faces are veiled first, so that no later run sees them; then everything is taken away, made anew without them,
    and every byte is looked at. Your own files are never changed. If it is stopped, say the same again. Exit status 0
    if nothing was found, 1 if anything was.
    """
    production = kinoeye.open(folder, store=store)
    if bool(person) == bool(viewer):
        raise UseError(f"forget: a person or --viewer must be given, got {'both' if person else 'neither'}")
    task: Any = production.viewers.forget if viewer else production.forget
    say: Callable[[Any, str], None] = _say_viewer if viewer else _say
    whom = viewer or person
    if dry_run or not yes:
        plan = task(whom, is_dry=True)
        if dry_run:
            console.say_json(asdict(plan)) if json else say(plan, "would be taken away")
            return
        if json or not sys.stdin.isatty():
            raise UseError("forget: it cannot be undone, so --yes must be given", remedy="Look first with --dry-run")
        say(plan, "will be taken away")
        typer.confirm("Go on?", abort=True)
    with console.progress_bar(json) as told:
        proof = task(whom, jobs=jobs, on_progress=told)
    console.say_json(asdict(proof)) if json else say(proof, "taken away")
    if not proof.is_done:
        raise typer.Exit(1)


def _say_viewer(proof: ViewerProof, done: str) -> None:
    counts = ", ".join(f"{number} rows of {table}" for table, number in sorted(proof.counts.items()))
    console.say(f"{done}: {counts or 'nothing that was left'}; {proof.decisions} decisions")
    for log in proof.logs:
        console.say(f"your own file names the viewer: {log}")
    if proof.looked_at:
        console.say(f"looked at {proof.looked_at} files, {proof.looked_at_bytes:,} bytes, made {proof.made_again} anew")
        for trace in proof.found:
            console.say(f"found: {trace.kind} in {trace.file}")
        console.say("nothing was found" if proof.is_done else "say it again when what holds these files is closed")
        console.say(VIEWER_LIMIT)


def _say(proof: Proof, done: str) -> None:
    counts = ", ".join(f"{number} {kind}" for kind, number in sorted(proof.counts.items()) if number)
    console.say(f"{done}: {counts}")
    _list(f"made by Kinoeye of these films, {done}:", proof.removed_files)
    console.say(f"{proof.veils} veils: places and times that no run sees any more; they say nothing of a face")
    if proof.mutes:
        console.say(f"{proof.mutes} mutes: stretches of sound that no run hears any more; they say nothing of a voice")
    if proof.looked_at:
        console.say(f"made anew: {proof.made_again} results"
                    + (f", with {proof.faults} faults (kinoeye status)" if proof.faults else ""))  # fmt: skip
        megabytes = proof.looked_at_bytes / 1e6
        console.say(f"looked at {proof.looked_at} files, {megabytes:.1f} MB, every byte, for {proof.looked_for} forms "
                    f"of id, name, vectors, pictures and sound: {len(proof.found)} found")  # fmt: skip
        _list("found, and should not be; close other programs and say the same again:",
              [f"{each.file} ({each.kind})" for each in proof.found])  # fmt: skip
        if proof.seen_again:
            console.say(f"{proof.seen_again} faces are still found behind the veils, of nobody in particular")
    _list("the name also stands here, because your own material says it:", proof.own_words)
    _list("your own files, not changed, still show the person:", proof.paths)
    _list(
        "not touched, look for yourself; in out/ and not provably made by Kinoeye, or written elsewhere:",
        proof.other_files,
    )
    if proof.nobodys:
        console.say(f"{proof.nobodys} appearances in these films are nobody's: too small or too far turned away to be "
                    "known, so any of them may be the person")  # fmt: skip
    console.say(LIMIT)


def _list(title: str, lines: list[str] | tuple[str, ...]) -> None:
    if lines:
        console.say(title)
        for line in lines[:_SHOWN]:
            console.say(f"  {line}")
        if len(lines) > _SHOWN:
            console.say(f"  and {len(lines) - _SHOWN} more (--json)")
