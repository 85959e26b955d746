"""The list of analyses: what a run does, in the order in which people read of it."""

from kinoeye.analyses.audience.churn_risk import CHURN_RISK, churn_risk
from kinoeye.analyses.audience.content_seconds import CONTENT_SECONDS, content_seconds
from kinoeye.analyses.audience.dropoff_causes import DROPOFF_CAUSES, dropoff_causes
from kinoeye.analyses.audience.dropoff_moments import DROPOFF_MOMENTS, dropoff_moments
from kinoeye.analyses.audience.events import EVENTS, events
from kinoeye.analyses.audience.forecast import FORECAST, forecast
from kinoeye.analyses.audience.funnels import FUNNELS, funnels
from kinoeye.analyses.audience.leavings import LEAVINGS, leavings
from kinoeye.analyses.audience.log_faults import LOG_FAULTS, log_faults
from kinoeye.analyses.audience.recommendations import RECOMMENDATIONS, recommendations
from kinoeye.analyses.audience.recommender_scores import RECOMMENDER_SCORES, recommender_scores
from kinoeye.analyses.audience.retention import RETENTION, retention
from kinoeye.analyses.audience.segments import SEGMENTS, segments
from kinoeye.analyses.audience.sessions import SESSIONS, sessions
from kinoeye.analyses.audience.title_films import TITLE_FILMS, title_films
from kinoeye.analyses.audience.watched import WATCHED, watched
from kinoeye.analyses.catalogue.advisories import ADVISORIES, advisories
from kinoeye.analyses.catalogue.credit_names import CREDIT_NAMES, credit_names
from kinoeye.analyses.catalogue.footage_genres import FOOTAGE_GENRES, footage_genres
from kinoeye.analyses.catalogue.record_columns import RECORD_COLUMNS, record_columns
from kinoeye.analyses.catalogue.shot_moods import SHOT_MOODS, shot_moods
from kinoeye.analyses.catalogue.title_genres import TITLE_GENRES, title_genres
from kinoeye.analyses.catalogue.title_statistics import TITLE_STATISTICS, title_statistics
from kinoeye.analyses.catalogue.titles import TITLES, titles
from kinoeye.analyses.catalogue.works import WORKS, works
from kinoeye.analyses.editing.coverage import COVERAGE, coverage
from kinoeye.analyses.editing.sound_marks import SOUND_MARKS, sound_marks
from kinoeye.analyses.editing.syncs import SYNCS, syncs
from kinoeye.analyses.editing.takes import TAKES, takes
from kinoeye.analyses.footage.camera import CAMERA, camera
from kinoeye.analyses.footage.colours import COLOURS, colours
from kinoeye.analyses.footage.framing import FRAMING, framing
from kinoeye.analyses.footage.likenesses import LIKENESSES, likenesses
from kinoeye.analyses.footage.quality import QUALITY, quality
from kinoeye.analyses.footage.shots import SHOTS, shots
from kinoeye.analyses.footage.texts import TEXTS, texts
from kinoeye.analyses.footage.twins import TWINS, twins
from kinoeye.analyses.people.actions import ACTIONS, actions
from kinoeye.analyses.people.appearances import APPEARANCES, appearances
from kinoeye.analyses.people.companions import COMPANIONS, companions
from kinoeye.analyses.people.expressions import EXPRESSIONS, expressions
from kinoeye.analyses.people.face_tracks import FACE_TRACKS, face_tracks
from kinoeye.analyses.people.face_vectors import FACE_VECTORS, face_vectors
from kinoeye.analyses.people.faces import FACES, faces
from kinoeye.analyses.people.moods import MOODS, moods
from kinoeye.analyses.people.persons import PERSONS, persons
from kinoeye.analyses.people.poses import POSES, poses
from kinoeye.analyses.screenplay.arcs import ARCS, arcs
from kinoeye.analyses.screenplay.characters import CHARACTERS, characters
from kinoeye.analyses.screenplay.consistency_notes import CONSISTENCY_NOTES, consistency_notes
from kinoeye.analyses.screenplay.conversations import CONVERSATIONS, conversations
from kinoeye.analyses.screenplay.dialogue_shares import DIALOGUE_SHARES, dialogue_shares
from kinoeye.analyses.screenplay.drafts import DRAFTS, drafts
from kinoeye.analyses.screenplay.elements import ELEMENTS, elements
from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.paragraphs import PARAGRAPHS, paragraphs
from kinoeye.analyses.screenplay.running_times import RUNNING_TIMES, running_times
from kinoeye.analyses.screenplay.scenes import SCENES, scenes
from kinoeye.analyses.screenplay.script_parts import SCRIPT_PARTS, script_parts
from kinoeye.analyses.screenplay.title_pages import TITLE_PAGES, title_pages
from kinoeye.analyses.screenplay.topics import TOPICS, topics
from kinoeye.analyses.screenplay.voice_distances import VOICE_DISTANCES, voice_distances
from kinoeye.analyses.screenplay.wordings import WORDINGS, wordings
from kinoeye.analyses.sound.beats import BEATS, beats
from kinoeye.analyses.sound.levels import LEVELS, levels
from kinoeye.analyses.sound.lips import LIPS, lips
from kinoeye.analyses.sound.loudness import LOUDNESS, loudness
from kinoeye.analyses.sound.music import MUSIC, music
from kinoeye.analyses.sound.overlaps import OVERLAPS, overlaps
from kinoeye.analyses.sound.phones import PHONES_TABLE, phones
from kinoeye.analyses.sound.programmes import PROGRAMMES, programmes
from kinoeye.analyses.sound.rooms import ROOMS, rooms
from kinoeye.analyses.sound.sound_faults import SOUND_FAULTS, sound_faults
from kinoeye.analyses.sound.sounds import SOUNDS, sounds
from kinoeye.analyses.sound.speaker_names import SPEAKER_NAMES, speaker_names
from kinoeye.analyses.sound.speaker_vectors import SPEAKER_VECTORS, speaker_vectors
from kinoeye.analyses.sound.speakers import SPEAKERS, speakers
from kinoeye.analyses.sound.speech import SPEECH, speech
from kinoeye.analyses.sound.utterances import UTTERANCES, utterances
from kinoeye.analyses.sound.voices import VOICES, voices
from kinoeye.analyses.sound.words import WORDS, words
from kinoeye.analysis import Analysis, marked
from kinoeye.media.assets import ASSETS
from kinoeye.run.faults import FAULTS
from kinoeye.tables import Table

ANALYSES: tuple[Analysis, ...] = tuple(
    marked(each)
    for each in (
        *(shots, camera, quality, colours, texts, likenesses, twins),
        *(faces, face_tracks, poses, actions, framing),
        *(expressions, moods),
        *(face_vectors, appearances, persons, companions),
        *(levels, speech, sounds, music, beats, speakers, overlaps, loudness),
        *(programmes, sound_faults, rooms),
        *(script_parts, title_pages, lines, drafts, scenes, characters, elements),
        *(dialogue_shares, conversations, voice_distances, arcs, topics, consistency_notes),
        *(paragraphs, wordings, words, phones),
        *(speaker_vectors, voices, lips, speaker_names, utterances),
        *(sound_marks, syncs),
        *(takes, coverage, running_times),
        *(advisories, shot_moods, footage_genres),
        *(record_columns, titles, works, credit_names, title_genres, title_statistics),
        *(events, log_faults, title_films, sessions, watched, retention),
        *(funnels, segments, churn_risk, forecast),
        *(recommendations, recommender_scores),
        *(content_seconds, leavings, dropoff_causes, dropoff_moments),
    )
)

TABLES: tuple[Table, ...] = (
    ASSETS,
    *(SHOTS, CAMERA, QUALITY, COLOURS, TEXTS, LIKENESSES, TWINS),
    *(FACES, FACE_TRACKS, POSES, ACTIONS, FRAMING),
    *(EXPRESSIONS, MOODS),
    *(FACE_VECTORS, APPEARANCES, PERSONS, COMPANIONS),
    *(LEVELS, SPEECH, SOUNDS, MUSIC, BEATS, SPEAKERS, OVERLAPS, LOUDNESS),
    *(PROGRAMMES, SOUND_FAULTS, ROOMS),
    *(SCRIPT_PARTS, TITLE_PAGES, LINES, DRAFTS, SCENES, CHARACTERS, ELEMENTS),
    *(DIALOGUE_SHARES, CONVERSATIONS, VOICE_DISTANCES, ARCS, TOPICS, CONSISTENCY_NOTES),
    *(PARAGRAPHS, WORDINGS, WORDS, PHONES_TABLE),
    *(SPEAKER_VECTORS, VOICES, LIPS, SPEAKER_NAMES, UTTERANCES),
    *(SOUND_MARKS, SYNCS),
    *(TAKES, COVERAGE, RUNNING_TIMES),
    *(ADVISORIES, SHOT_MOODS, FOOTAGE_GENRES),
    *(RECORD_COLUMNS, TITLES, WORKS, CREDIT_NAMES, TITLE_GENRES, TITLE_STATISTICS),
    *(EVENTS, LOG_FAULTS, TITLE_FILMS, SESSIONS, WATCHED, RETENTION),
    *(FUNNELS, SEGMENTS, CHURN_RISK, FORECAST),
    *(RECOMMENDATIONS, RECOMMENDER_SCORES),
    *(CONTENT_SECONDS, LEAVINGS, DROPOFF_CAUSES, DROPOFF_MOMENTS),
    FAULTS,
)
