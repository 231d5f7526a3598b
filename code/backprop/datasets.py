"""MNIST, the 70,000 handwritten digits of the course, as NumPy arrays, and a stand-in for days without a network.

Each of the four files is looked for in three places: the folder that the environment variable BACKPROP_DATA names,
the user's cache, and the mirrors on the web. Wherever a file comes from, its content is checked before it becomes an
array. Fashion-MNIST, clothes in the same format, can be asked for by name.
"""

import gzip
import hashlib
import io
import math
import os
import textwrap
import warnings
import zlib
from collections import namedtuple
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # in a notebook, Pooch's progress bar asks for ipywidgets; it works without
    import pooch

DataFile = namedtuple("DataFile", "kind shape sha256")
# What the four published files hold, in the order in which load_mnist unpacks them. The checksum is that of the
# content, however it is packed.
FILES = {
    "train-images-idx3-ubyte.gz": DataFile(
        "images", (60_000, 28, 28), "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
    ),
    "train-labels-idx1-ubyte.gz": DataFile(
        "labels", (60_000,), "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
    ),
    "t10k-images-idx3-ubyte.gz": DataFile(
        "images", (10_000, 28, 28), "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    ),
    "t10k-labels-idx1-ubyte.gz": DataFile(
        "labels", (10_000,), "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
    ),
}
MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)

# Fashion-MNIST has files of the same names and shapes; its authors publish checksums of the packed files.
FASHION_FILES = {
    name: mnist._replace(sha256=sha256)
    for (name, mnist), sha256 in zip(
        FILES.items(),
        (
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
        ),
    )
}
FASHION_MIRRORS = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
)

# The first number in an IDX file: 8 for unsigned bytes, then how many axes the array has.
KIND_OF_MAGIC = {0x0803: "images", 0x0801: "labels"}

# Seconds to wait for a connection, then for data. The first counts anew for each of a host's many addresses.
TIMEOUT = (3, 10)


class DataError(ValueError):
    """A file is there, but it is not the published one: the message names the file and says what is wrong."""


class MnistUnavailable(OSError):
    """MNIST could not be had: the first line of the message says why, further lines tell of the other mirrors."""


def load_mnist(normalize=True, flatten=True, one_hot_label=False, *, stand_in=True, name="mnist"):
    """Load the handwritten digits: 60,000 images to learn from and 10,000 to test with.

    Returns (x_train, t_train), (x_test, t_test), with N images each:
        x: (N, 784), or (N, 28, 28) with flatten=False. Pixels are float32 byte / 255, from 0 (paper) to 1 (ink),
           or with normalize=False the uint8 bytes themselves, 0 to 255.
        t: (N,) int64, the digits 0 to 9, or with one_hot_label=True float32 rows (N, 10) with a single 1.

    With name="fashion-mnist", clothes of ten kinds in the same format (Xiao, Rasul and Vollgraf, 2017): their files are
    looked for in a folder "fashion-mnist" within BACKPROP_DATA and the cache, and there is no stand-in for them.

    The files may be packed or unpacked, and have the names that browsers and archives give them.

    Convention: when MNIST can't be had, a warning says why, and `stand_in_digits` takes its place. Pass
    stand_in=False to get an error instead. Whoever names a folder in BACKPROP_DATA never gets the stand-in.

    Raises:
        DataError (a ValueError): a file in BACKPROP_DATA is damaged or of the wrong kind. It is left as it is.
        MnistUnavailable (an OSError): MNIST is in neither folder and on no mirror.

    Source: LeCun, Bottou, Bengio, Haffner, Proceedings of the IEEE 86 (1998) 2278-2324, doi:10.1109/5.726791.
    """
    wanted = _data_set(name)
    not_kept = []  # why a download could not be written into the cache
    places = _from_named_folder, _from_cache, partial(_from_mirrors, not_kept=not_kept)
    try:
        arrays = [_first_found(wanted, file, places) for file in wanted.files]
    except MnistUnavailable as problem:
        if not stand_in or name != "mnist" or os.environ.get("BACKPROP_DATA"):
            raise
        why = str(problem).splitlines()[0]
        warnings.warn(f"{why}. In its place: the 1,797 smaller digits of scikit-learn.", stacklevel=2)
        arrays = stand_in_digits()
    else:
        if not_kept:
            warnings.warn(
                f"{wanted.title} was downloaded, but can't be kept: {not_kept[0]}. To download it only once, set "
                "BACKPROP_DATA to a folder that holds the four files.",
                stacklevel=2,
            )

    x_train, t_train, x_test, t_test = arrays
    options = (normalize, flatten, one_hot_label)
    return _prepare(x_train, t_train, *options), _prepare(x_test, t_test, *options)


def mnist_available(name="mnist"):
    """Tell whether all four files are at hand and good, in BACKPROP_DATA or the cache; never download, never raise."""
    wanted = _data_set(name)
    try:
        for file in wanted.files:
            _first_found(wanted, file, (_from_named_folder, _read_cache))
    except (DataError, MnistUnavailable):
        return False
    return True


def stand_in_digits():
    """Bring the 1,797 digits of scikit-learn to the shapes and value range of MNIST.

    Formula: byte = round(255 v / 16) for v from 0 to 16; then each of the 8 x 8 pixels becomes 3 x 3 pixels,
    inside a border 2 pixels wide: 8 * 3 + 2 * 2 = 28.

    Returns uint8 arrays x_train (1500, 28, 28), t_train (1500,), x_test (297, 28, 28), t_test (297,): always the same.

    Source: `sklearn.datasets.load_digits`; E. Alpaydin, C. Kaynak, doi:10.24432/C50P49.
    """
    from sklearn.datasets import load_digits  # takes a second to import: only who needs it waits

    digits = load_digits()
    images = np.round(digits.images * 255 / 16).astype(np.uint8)
    images = images.repeat(3, axis=1).repeat(3, axis=2)
    images = np.pad(images, ((0, 0), (2, 2), (2, 2)))

    order = np.random.default_rng(0).permutation(len(images))
    x_train, x_test = np.split(images[order], [1500])
    t_train, t_test = np.split(digits.target[order], [1500])
    return x_train, t_train, x_test, t_test


def cache_folder():
    """Return the folder that downloads are kept in: the user's cache, ~/.cache/backprop on Linux."""
    return pooch.os_cache("backprop")


def _prepare(images, labels, normalize, flatten, one_hot_label):
    x = np.divide(images, 255, dtype=np.float32) if normalize else images
    t = np.eye(10, dtype=np.float32)[labels] if one_hot_label else labels.astype(np.int64)
    return (x.reshape(len(x), -1) if flatten else x), t


DataSet = namedtuple("DataSet", "title files mirrors folder")


def _data_set(name):
    if name == "mnist":
        return DataSet("MNIST", FILES, MIRRORS, "")
    if name == "fashion-mnist":
        return DataSet("Fashion-MNIST", FASHION_FILES, FASHION_MIRRORS, "fashion-mnist")
    raise ValueError(f"load_mnist expected name to be 'mnist' or 'fashion-mnist', got {name!r}")


def _first_found(wanted, file, places):
    """Return the array of one file, from the first place that has it.

    A place is a function of both, which raises an OSError where it has no such file; if none has, so does this.
    """
    reasons = []
    for place in places:
        try:
            return place(wanted, file)
        except OSError as error:
            reasons.append(str(error))
    raise MnistUnavailable(
        f"{wanted.title} could not be loaded: {'; '.join(reasons)}\n"
        "Try again with a network, or set BACKPROP_DATA to a folder that holds the four files."
    )


def _from_named_folder(wanted, file):
    folder = os.environ.get("BACKPROP_DATA")
    if not folder:
        raise MnistUnavailable("BACKPROP_DATA is not set")
    try:
        return _read(Path(os.path.abspath(os.path.expanduser(folder)), wanted.folder), file, wanted.files[file])
    except DataError as damage:
        raise DataError(f"{damage}; replace it with a fresh copy, or unset BACKPROP_DATA to download it") from None


def _read_cache(wanted, file):
    return _read(cache_folder() / wanted.folder, file, wanted.files[file])


def _from_cache(wanted, file):
    """Read a file from the cache, which is ours to keep clean: a damaged one is removed."""
    try:
        return _read_cache(wanted, file)
    except DataError as damage:
        (cache_folder() / wanted.folder / file).unlink()
        raise MnistUnavailable(f"{damage}, so it was removed") from None


def _from_mirrors(wanted, file, not_kept):
    """Download a file from the first mirror that has it, and keep it in the cache; without a cache, use it as it is."""
    downloader = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUT)
    failures = []
    for mirror in wanted.mirrors:
        try:
            packed = io.BytesIO()
            downloader(mirror + file, packed, None)
            array = _decode(packed.getvalue(), file, wanted.files[file])
        except (OSError, ValueError) as error:
            failures.append(f"{urlsplit(mirror).netloc}: {_innermost(error)}")
            continue
        try:
            _keep(cache_folder() / wanted.folder / file, packed.getvalue())
        except OSError as error:
            not_kept.append(f"{cache_folder()} can't be written ({error.strerror})")
        return array
    raise MnistUnavailable("\n  ".join(failures))


def _keep(path, packed):
    """Write a file in one piece: under another name first, so that nobody ever finds half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        unfinished.write_bytes(packed)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _innermost(error):
    """Return, in one short line, the reason that an error of the `requests` library wraps in several others."""
    inner = error
    while inner is not None:
        error = inner
        inner = error.__cause__ or next((a for a in error.args if isinstance(a, Exception)), None)
    return textwrap.shorten(str(error), 90, placeholder=" ...")


def _read(folder, file, wanted):
    """Return the array in a file, under the first of its names that holds the published content.

    Raises MnistUnavailable without the file, DataError if it is damaged.
    """
    damages = []
    for path in _names(folder, file):
        try:
            return _decode(path.read_bytes(), path, wanted)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except DataError as damage:
            damages.append(damage)
        except OSError as error:
            damages.append(DataError(f"{path} cannot be read: {error.strerror}"))
    if damages:
        raise damages[0] from None
    raise MnistUnavailable(f"{folder / file} is missing")


def _names(folder, file):
    """As published; unpacked by a browser; unpacked from other archives, into a folder of its own at times."""
    unpacked = file.removesuffix(".gz")
    dotted = unpacked.replace("-idx", ".idx")
    names = file, unpacked, dotted, f"{dotted}.gz", f"{unpacked}/{unpacked}", f"{dotted}/{dotted}"
    return [folder / name for name in names if not (folder / name).is_dir() or name == file]


def _decode(content, path, wanted):
    """Return the uint8 array in an IDX file: magic number, length of each axis (4 bytes each), then the data.

    Raises DataError unless it is the published file; the complaint that explains most comes first.
    """
    raw = _unpacked(content, path)
    if not raw:
        raise DataError(f"{path} is empty")

    magic = int.from_bytes(raw[:4], "big")
    kind = KIND_OF_MAGIC.get(magic, f"something with the magic number {magic}")
    if kind != wanted.kind:
        raise DataError(f"{path} holds {kind} where {wanted.kind} were expected")

    start = 4 * (1 + len(wanted.shape))
    shape = tuple(int.from_bytes(raw[at : at + 4], "big") for at in range(4, start, 4))
    data = np.frombuffer(raw, np.uint8)[start:]
    if shape != wanted.shape or len(data) != math.prod(shape):
        raise DataError(f"{path} holds {len(data):,} bytes as shape {shape}, expected shape {wanted.shape}")

    sha256 = hashlib.sha256(raw).hexdigest()
    if wanted.sha256 != sha256 and wanted.sha256 != hashlib.sha256(content).hexdigest():
        raise DataError(f"{path} differs from the published file: SHA-256 {sha256}, expected {wanted.sha256}")
    return data.reshape(shape).copy()  # a copy, because an array that looks at bytes is read-only


def _unpacked(content, path):
    if int.from_bytes(content[:4], "big") in KIND_OF_MAGIC:
        return content
    try:
        return gzip.decompress(content)
    except EOFError:
        raise DataError(f"{path} is cut short: its {len(content):,} bytes end inside the gzip stream") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a readable gzip file: {error}") from None
