"""Networks beside a linear SVM on genres from plots, and what it costs to run a stranger's model behind walls.

    python bench/networks.py [--data ../shared/data] [--films 4000] [--seeds 3] [--only learn,pictures,walls]

Genre words are masked in the plots (they name the answer), titles are not used, films of doubled plots stand once. A
third is held out; thresholds are chosen on a tenth of the rest, for all alike. Each seed deals anew. The head learns on
directions of the SVM's own features (truncated SVD), in place of an embedding that would have to be fetched. Pictures
are scikit-learn's digits, 8 x 8, of which a third is held out: as they lie, and moved by up to two pixels on a ground
of 16 x 16, where no pixel has a meaning of its own. Prints Markdown.
"""

import argparse
import gzip
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from sklearn.datasets import load_digits
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from kinoeye.learn import networks
from kinoeye.learn.networks_fit import Training
from kinoeye.models.foreign import ForeignModel

LEAST_SHARE = 0.025  # of the films have a genre
KIND = "multi-label"
CALLS = 200


def films(folder: Path, most: int) -> tuple[list[str], np.ndarray, list[str]]:
    """Plots without words that name a genre, and which genres each has."""
    listed: list[dict[str, Any]] = []
    for file in sorted((folder / "metadata" / "wikipedia_movies").glob("movies-*.json.gz")):
        listed += json.loads(gzip.decompress(file.read_bytes()))
    plots = {film["extract"]: film["genres"] for film in listed if film.get("extract") and film.get("genres")}
    names = sorted({genre for genres in plots.values() for genre in genres})
    words = {word for name in names for word in re.findall(r"\w+", name.lower()) if len(word) > 2}
    named = re.compile(
        r"\b(" + "|".join(f"{re.escape(word)}(s|es|al|ic)?" for word in sorted(words)) + r")\b", re.IGNORECASE
    )
    order = np.random.default_rng(0).permutation(len(plots))[:most]
    pairs = list(plots.items())
    rows = [pairs[place] for place in order]
    counts = {name: sum(name in genres for _, genres in rows) for name in names}
    kept = [name for name in names if counts[name] >= LEAST_SHARE * len(rows)]
    targets = np.array([[name in genres for name in kept] for _, genres in rows], np.int8)
    return [named.sub(" ", text) for text, _ in rows], targets, kept


def thresholds(scores: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Of each genre, the score that gives the best F1."""
    best = []
    for place in range(scores.shape[1]):
        tried = np.quantile(scores[:, place], np.linspace(0.4, 0.995, 60))
        best.append(max(tried, key=lambda t: f1_score(right[:, place], scores[:, place] > t, zero_division=0)))
    return np.array(best)


def measured(
    learn: Callable[[Sequence[int]], Callable[[Sequence[int]], np.ndarray]], right: np.ndarray, seed: int
) -> dict:
    """Train and score once."""
    order = np.random.default_rng(seed).permutation(len(right))
    held, tuning, rest = np.split(order, [len(order) // 3, len(order) // 3 + len(order) // 15])
    begin = time.process_time()
    score = learn(rest)
    spent = time.process_time() - begin
    limits = thresholds(score(tuning), right[tuning])
    found = score(held) > limits
    micro, macro = (f1_score(right[held], found, average=kind) for kind in ("micro", "macro"))
    return {"micro": micro, "macro": macro, "seconds": spent}


def learners(texts: list[str], right: np.ndarray, names: list[str], seed: int) -> dict[str, Any]:
    """The ways that are compared; each keeps what it has made."""
    array, kept = np.array(texts, object), {}

    def svm(rows: Sequence[int]) -> Any:
        weigher = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
        model = OneVsRestClassifier(LinearSVC(C=0.5, class_weight="balanced", random_state=seed))
        model.fit(weigher.fit_transform(array[rows]), right[rows])
        return lambda more: model.decision_function(weigher.transform(array[more]))

    def convolution(rows: Sequence[int]) -> Any:
        network = networks.fit_texts(list(array[rows]), right[rows], kind=KIND, classes=names, length=80, filters=96,
                                     training=Training(seed=seed, epochs=10, rate=2e-3, patience=1))  # fmt: skip
        kept["network on texts"] = network, list(array[:1])
        return lambda more: network.scores(list(array[more]))

    def head(rows: Sequence[int]) -> Any:
        weigher = TfidfVectorizer(min_df=2, sublinear_tf=True, max_features=30_000)
        turned = TruncatedSVD(256, n_iter=3, random_state=seed)
        vectors = turned.fit_transform(weigher.fit_transform(array[rows])).astype(np.float32)
        network = networks.fit_head(vectors, right[rows], kind=KIND, classes=names,
                                    training=Training(seed=seed, epochs=20, rate=1e-3))  # fmt: skip
        kept["head on 256 directions"] = network, vectors[:1]
        return lambda more: network.scores(turned.transform(weigher.transform(array[more])).astype(np.float32))

    return {"ways": {"linear SVM, 1-2-grams": svm, "network on texts": convolution, "head on 256 directions": head},
            "kept": kept}  # fmt: skip


def learn(data: Path, most: int, seeds: int) -> None:
    texts, right, names = films(data, most)
    print(f"{len(texts)} films, {len(names)} genres, {right.sum(axis=1).mean():.2f} a film, "
          f"{np.mean([len(text.split()) for text in texts]):.0f} words\n")  # fmt: skip
    rows: dict[str, list[dict]] = {}
    kept: dict[str, Any] = {}
    networks.fit_head(np.eye(16, dtype=np.float32), np.arange(16) % 2, kind="binary", classes=["a", "b"],
                      training=Training(epochs=1))  # fmt: skip  # the imports are nobody's training time
    for seed in range(1, seeds + 1):
        made = learners(texts, right, names, seed)
        for name, way in made["ways"].items():
            rows.setdefault(name, []).append(measured(way, right, seed))
            print(f"{name}, seed {seed}: {rows[name][-1]}", file=sys.stderr, flush=True)
        kept = made["kept"]
    print(
        "| | micro-F1 | macro-F1 | CPU seconds to train | MB as ONNX | ms a film, one by one | differs from Keras by |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, found in rows.items():
        cells = [
            spread([row[key] for row in found], form)
            for key, form in (("micro", ".3f"), ("macro", ".3f"), ("seconds", ".0f"))
        ]
        more = ["", "", ""]
        if name in kept:
            network, one = kept[name]
            more = [f"{len(network.content) / 1e6:.1f}", f"{each(lambda n=network, o=one: n.scores(o)):.2f}",
                    f"{network.card['agreement']:.0e}"]  # fmt: skip
        print(f"| {name} | {' | '.join([*cells, *more])} |")


def pictures(seeds: int) -> None:
    """A network of convolutions beside what takes each pixel for a number of its own."""
    held = load_digits()
    rows: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for seed in range(1, seeds + 1):
        random = np.random.default_rng(seed)
        order = random.permutation(len(held.target))
        test, train = order[: len(order) // 3], order[len(order) // 3 :]
        still = np.clip(held.images * 16, 0, 255).astype(np.uint8)
        moved = np.zeros((len(still), 16, 16), np.uint8)
        for place, (down, right) in enumerate(random.integers(2, 7, (len(still), 2))):
            moved[place, down : down + 8, right : right + 8] = still[place]
        for kind, given in (("as they lie", still), ("moved", moved)):
            wide = given if given.shape[1] == 16 else given.repeat(2, axis=1).repeat(2, axis=2)
            for name, way in picture_ways(given.reshape(len(given), -1).astype(float), wide, held.target, seed).items():
                begin = time.process_time()
                answer = way(train)
                learnt = time.process_time()
                f1 = f1_score(held.target[test], answer(test), average="macro")
                spent = time.process_time() - learnt
                rows.setdefault((kind, name), []).append((f1, learnt - begin, spent * 1000 / len(test)))
                print(f"{kind}, {name}, seed {seed}: {rows[kind, name][-1]}", file=sys.stderr, flush=True)
    print("| digits | | macro-F1 | CPU seconds to train | CPU ms a picture |\n| --- | --- | --- | --- | --- |")
    for (kind, name), found in rows.items():
        cells = [spread([row[place] for row in found], form) for place, form in enumerate((".3f", ".2f", ".3f"))]
        print(f"| {kind} | {name} | {' | '.join(cells)} |")


def picture_ways(flat: np.ndarray, wide: np.ndarray, right: np.ndarray, seed: int) -> dict[str, Any]:
    """The ways that are compared on pictures: each learns from rows, and answers for others."""

    def of(model: Any) -> Any:
        def learn(rows: np.ndarray) -> Any:
            model.fit(flat[rows], right[rows])
            return lambda more: model.predict(flat[more])

        return learn

    def convolution(rows: np.ndarray) -> Any:
        coloured = np.repeat(wide[..., None], 3, axis=3)
        network = networks.fit_pictures(
            coloured[rows], right[rows], kind="multi-class", classes=[str(each) for each in range(10)],
            training=Training(seed=seed, epochs=40, rate=3e-3, batch=32, patience=4),
        )  # fmt: skip
        return lambda more: network.scores(coloured[more]).argmax(axis=1)

    return {
        "linear SVM": of(make_pipeline(StandardScaler(), LinearSVC(C=0.03, random_state=seed))),
        "curved SVM": of(make_pipeline(StandardScaler(), SVC(C=10.0))),
        "random forest": of(RandomForestClassifier(200, random_state=seed)),
        "boosted trees": of(HistGradientBoostingClassifier(random_state=seed)),
        "network of convolutions": convolution,
    }


def spread(values: list[float], form: str) -> str:
    return f"{statistics.median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def each(doing: Callable[[], object], times: int = 60) -> float:
    """Wall milliseconds of one call, the median: what waits on another process spends no CPU here."""
    spent = []
    for _ in range(times):
        begin = time.perf_counter()
        doing()
        spent.append((time.perf_counter() - begin) * 1000)
    return statistics.median(spent)


def net(file: Path) -> Path:
    random = np.random.default_rng(0)
    kernels = [numpy_helper.from_array(random.normal(0, 0.1, shape).astype(np.float32), name)
               for name, shape in (("a", (32, 3, 3, 3)), ("b", (64, 32, 3, 3)))]  # fmt: skip
    nodes = [helper.make_node("Conv", ["picture", "a"], ["x"], strides=[2, 2]), helper.make_node("Relu", ["x"], ["y"]),
             helper.make_node("Conv", ["y", "b"], ["z"], strides=[2, 2]),
             helper.make_node("GlobalAveragePool", ["z"], ["scores"])]  # fmt: skip
    begin = helper.make_tensor_value_info("picture", TensorProto.FLOAT, ["n", 3, 224, 224])
    end = helper.make_tensor_value_info("scores", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "net", [begin], [end], kernels)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    file.write_bytes(model.SerializeToString())
    return file


def walls() -> None:
    """Start, and each call, of the same net in this process and behind walls."""
    with tempfile.TemporaryDirectory() as folder:
        file = net(Path(folder) / "net.onnx")
        picture = np.random.default_rng(1).normal(0, 1, (1, 3, 224, 224)).astype(np.float32)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        begin = time.perf_counter()
        session = onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
        bare_start = time.perf_counter() - begin
        bare = each(lambda: session.run(None, {"picture": picture}))
        starts = []
        for _ in range(5):
            begin = cpu()
            with ForeignModel(file) as model:
                pass
            starts.append(cpu() - begin)
        begin = cpu()
        with ForeignModel(file) as model:
            behind = each(lambda: model.predict({"picture": picture}), CALLS)
            walled = model.about.walls_on, model.about.walls_off
        spent = (cpu() - begin - statistics.median(starts)) * 1000 / CALLS
        begin = cpu()
        for _ in range(CALLS):
            session.run(None, {"picture": picture})
        alone = (cpu() - begin) * 1000 / CALLS
    code = "import numpy, onnxruntime"
    begin = cpu()
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    print(f"\nwalls on: {', '.join(walled[0])}; off: {', '.join(walled[1]) or 'none'}\n")
    print("| the same net of two convolutions, 224 x 224 | in this process | behind walls |\n| --- | --- | --- |")
    print(f"| start, CPU seconds | {bare_start:.3f} | {spread(starts, '.2f')}, of which Python, NumPy and onnxruntime "
          f"{cpu() - begin:.2f} |")  # fmt: skip
    print(f"| each call with 0.6 MB, CPU ms | {alone:.2f} | {spent:.2f} |")
    print(f"| the same, ms on the wall (of a busy machine) | {bare:.2f} | {behind:.2f} |")


def cpu() -> float:
    """CPU seconds of this process and of the children that have ended."""
    import resource

    return sum(resource.getrusage(who).ru_utime + resource.getrusage(who).ru_stime
               for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--films", type=int, default=4000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", default="learn,walls")
    given = parser.parse_args()
    if "walls" in given.only:
        walls()
    if "pictures" in given.only:
        pictures(given.seeds)
    if "learn" in given.only:
        learn(given.data, given.films, given.seeds)
