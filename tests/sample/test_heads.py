"""The truth of the heads is where the stages draw them."""

import numpy as np

from kinoeye.sample.brush import rgb
from kinoeye.sample.figures import CAST
from kinoeye.sample.film import FILMS
from kinoeye.sample.heads import heads_of
from kinoeye.sample.plan import Moment

WIDTH, HEIGHT = 960, 540


def test_every_head_is_skin_in_the_middle_of_its_box_or_hidden_by_hair_and_hands() -> None:
    film = FILMS[0]
    heads = heads_of(film)
    assert {head["name"] for head in heads} == set(CAST)
    hits = 0
    for head in heads[::5]:
        number = next(n for n in range(len(film.shots)) if film.starts[n] <= head["frame"] < film.starts[n + 1])
        shot, local = film.shots[number], head["frame"] - film.starts[number]
        picture = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
        assert shot.stage is not None
        shot.stage(shot.move.view(local, shot.length).pen(picture), Moment(local, local / 24, lambda _: 0.0))
        left, right = (int((head["x"] + share * head["w"]) * WIDTH) for share in (0.15, 0.85))
        upper, lower = (int((head["y"] + share * head["h"]) * HEIGHT) for share in (0.2, 0.8))
        box = picture[upper:lower, left:right, :3].astype(int)
        skin = np.abs(box - np.array(rgb(CAST[head["name"]].skin))).max(axis=2) < 40
        hits += bool(skin.mean() > 0.25)
    assert hits >= 0.9 * len(heads[::5])


def test_heads_stand_in_pictures_of_one_shot_and_once_each() -> None:
    film = FILMS[0]
    heads = heads_of(film)
    keys = [(head["frame"], head["name"]) for head in heads]
    assert len(keys) == len(set(keys))
    graduals = [film.gradual(number) for number, shot in enumerate(film.shots) if shot.over]
    assert not any(first <= frame <= last for frame, _ in keys for first, last in graduals)
    for head in heads:
        assert 0 <= head["x"] <= head["x"] + head["w"] <= 1
        assert 0 <= head["y"] <= head["y"] + head["h"] <= 1
