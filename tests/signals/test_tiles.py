"""Tiles: each stretch once, in order where it kept its order, with its neighbours where material repeats."""

import itertools
import random

from kinoeye.signals.tiles import Tile, chain, chosen, in_order


def test_a_scene_that_moved_is_found_whole():
    scenes = [(n * 100, n * 100 + 100) for n in range(6)]
    order = [0, 3, 4, 1, 2, 5]
    tiles = [Tile(*scenes[one], place * 100, place * 100 + 100, one=one, other=place)
             for place, one in enumerate(order)]  # fmt: skip
    found = chosen(tiles)
    assert {(each.old, each.new) for each in found} == {(one * 100, place * 100) for place, one in enumerate(order)}
    assert len(in_order(found)) == 4


def test_material_that_is_used_twice_stays_with_its_neighbours():
    # Old: A R B R' C; in the new cut the first R is gone: A B R' C.
    tiles = [
        Tile(0, 50, 0, 50, one=0, other=0), Tile(60, 100, 50, 90, one=2, other=1),
        Tile(110, 150, 100, 140, one=4, other=3),
        Tile(50, 60, 90, 100, one=1, other=2), Tile(100, 110, 90, 100, one=3, other=2),
    ]  # fmt: skip
    assert (100, 90) in {(each.old, each.new) for each in chosen(tiles)}
    assert (50, 90) not in {(each.old, each.new) for each in chosen(tiles)}


def test_nothing_is_used_twice_and_order_of_input_does_not_matter():
    draw = random.Random(7)
    tiles = []
    for number in range(120):
        old, new, length = draw.randrange(1000), draw.randrange(1000), draw.randrange(1, 90)
        tiles.append(Tile(old, old + length, new, new + length, draw.choice([0.5, 1.0, 1.5]), number, number))
    found = chosen(tiles)
    for one, other in (("old", "old_end"), ("new", "new_end")):
        spans = sorted((getattr(each, one), getattr(each, other)) for each in found)
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    shuffled = draw.sample(tiles, len(tiles))
    assert sum(each.worth for each in chosen(shuffled)) == sum(each.worth for each in found)


def test_a_chain_is_the_heaviest():
    heavy, light = Tile(0, 10, 50, 60), Tile(10, 14, 0, 4)
    assert chain([light, heavy]) == [heavy]
    assert chosen([]) == []


def test_a_part_of_a_retimed_tile_keeps_its_ratio():
    tile = Tile(0, 100, 0, 200)
    part = tile.within(25, 50)
    assert (part.new, part.new_end) == (50, 100)
    assert tile.within_new(50, 100).old == 25
    turned = Tile(0, 100, 0, 200, is_reversed=True).within(0, 25)
    assert (turned.new, turned.new_end) == (150, 200)
