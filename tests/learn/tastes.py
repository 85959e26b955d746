"""Viewers with planted tastes: each has a group of titles that is watched far more than others."""

import numpy as np

from kinoeye.learn.histories import Histories, histories
from kinoeye.learn.recommender_parts import Sides


def tastes(*, viewers: int = 90, titles: int = 60, groups: int = 3, seed: int = 1) -> tuple[Histories, Sides]:
    random = np.random.default_rng(seed)
    of_title, of_viewer = np.arange(titles) % groups, np.arange(viewers) % groups
    chance = np.where(of_viewer[:, None] == of_title[None, :], 0.5, 0.05)
    viewer, title = np.nonzero(random.random((viewers, titles)) < chance)
    liked = of_viewer[viewer] == of_title[title]
    time = 2000 + random.random(len(viewer))
    kinds = np.eye(groups, dtype=np.float32)[of_title]
    given = histories(viewer, title, liked, time, viewers=viewers, titles=titles)
    return given, Sides(kinds, np.full(titles, 1990.0), np.zeros((titles, 0), np.float32))
