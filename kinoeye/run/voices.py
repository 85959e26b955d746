"""Voices: which voices there are on this machine."""

from kinoeye.models import espeak, flite, rhvoice


def voices() -> list[dict[str, str]]:
    """Return every voice as it is named elsewhere, with language and licence; files are the user's own."""
    return [
        *({"voice": f"flite:{name}", "language": "en", "licence": flite.LICENCE} for name in flite.voices()),
        *(
            {"voice": f"rhvoice:{own.full_name}", "language": own.language, "licence": own.licence}
            for own in rhvoice.voices()
        ),
        *(
            {"voice": f"espeak:{language}", "language": f"{language} ({name})", "licence": espeak.LICENCE}
            for language, name in espeak.voices()
        ),
    ]
