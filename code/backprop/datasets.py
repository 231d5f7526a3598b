"""MNIST, the 70,000 handwritten digits of the course, as NumPy arrays, and a stand-in for days without a network.

Each of the four files is looked for in three places: the folder that the environment variable BACKPROP_DATA names,
the user's cache, and the mirrors on the web. Wherever a file comes from, it is checked before it becomes an array.
"""

import gzip
import hashlib
import math
import os
import textwrap
import warnings
import zlib
from collections import namedtuple
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # in a notebook, Pooch's progress bar asks for ipywidgets; it works without
    import pooch

DataFile = namedtuple("DataFile", "kind shape sha256")
# What the four published files hold, in the order in which load_mnist unpacks them.
FILES = {
    "train-images-idx3-ubyte.gz": DataFile(
        "images", (60_000, 28, 28), "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
    ),
    "train-labels-idx1-ubyte.gz": DataFile(
        "labels", (60_000,), "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
    ),
    "t10k-images-idx3-ubyte.gz": DataFile(
        "images", (10_000, 28, 28), "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
    ),
    "t10k-labels-idx1-ubyte.gz": DataFile(
        "labels", (10_000,), "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
    ),
}

# The first number in an IDX file: 8 for unsigned bytes, then how many axes the array has.
KIND_OF_MAGIC = {0x0803: "images", 0x0801: "labels"}

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://raw.githubusercontent.com/fgnt/mnist/master/",
)

# Seconds to wait for a connection, then for data. The first counts anew for each of a host's many addresses.
TIMEOUT = (3, 10)


class DataError(ValueError):
    """A file is there, but it is not the published one: the message names the file and says what is wrong."""


class MnistUnavailable(OSError):
    """MNIST could not be had: the first line of the message says why, further lines tell of the other mirrors."""


def load_mnist(normalize=True, flatten=True, one_hot_label=False, *, stand_in=True):
    """Load the handwritten digits: 60,000 images to learn from and 10,000 to test with.

    Returns (x_train, t_train), (x_test, t_test), with N images each:
        x: (N, 784), or (N, 28, 28) with flatten=False. Pixels are float32 byte / 255, from 0 (paper) to 1 (ink),
           or with normalize=False the uint8 bytes themselves, 0 to 255.
        t: (N,) int64, the digits 0 to 9, or with one_hot_label=True float32 rows (N, 10) with a single 1.

    Convention: when MNIST can't be had, a warning says why, and `stand_in_digits` takes its place. Pass
    stand_in=False to get an error instead. Whoever names a folder in BACKPROP_DATA never gets the stand-in.

    Raises:
        DataError (a ValueError): a file in BACKPROP_DATA is damaged or of the wrong kind. It is left as it is.
        MnistUnavailable (an OSError): MNIST is in neither folder and on no mirror.

    Source: LeCun, Bottou, Bengio, Haffner, Proceedings of the IEEE 86 (1998) 2278-2324, doi:10.1109/5.726791.
    """
    try:
        arrays = [_first_found(name, (_from_named_folder, _from_cache, _from_mirrors)) for name in FILES]
    except MnistUnavailable as problem:
        if not stand_in or os.environ.get("BACKPROP_DATA"):
            raise
        why = str(problem).splitlines()[0]
        warnings.warn(f"{why}. In its place: the 1,797 smaller digits of scikit-learn.", stacklevel=2)
        arrays = stand_in_digits()

    x_train, t_train, x_test, t_test = arrays
    form = (normalize, flatten, one_hot_label)
    return _prepare(x_train, t_train, *form), _prepare(x_test, t_test, *form)


def mnist_available():
    """Tell whether all four files are at hand and good, in BACKPROP_DATA or the cache; never download, never raise."""
    try:
        for name in FILES:
            _first_found(name, (_from_named_folder, _read_cache))
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


def _first_found(name, places):
    """Return the array of one file, from the first place that has it.

    A place is a function of the name, which raises an OSError where it has no such file; if none has, so does this.
    """
    reasons = []
    for place in places:
        try:
            return place(name)
        except OSError as error:
            reasons.append(str(error))
    raise MnistUnavailable(
        f"MNIST could not be had: {'; '.join(reasons)}\n"
        "Try again with a network, or set BACKPROP_DATA to a folder that holds the four files."
    )


def _from_named_folder(name):
    folder = os.environ.get("BACKPROP_DATA")
    if not folder:
        raise MnistUnavailable("BACKPROP_DATA is not set")
    path = Path(os.path.abspath(os.path.expanduser(folder)), name)
    try:
        return _read(path)
    except DataError as damage:
        raise DataError(f"{damage}; replace it by a fresh copy, or unset BACKPROP_DATA to download it") from None


def _read_cache(name):
    return _read(cache_folder() / name)


def _from_cache(name):
    """Read a file from the cache, which is ours to keep clean: a damaged one is removed."""
    try:
        return _read_cache(name)
    except DataError as damage:
        (cache_folder() / name).unlink()
        raise MnistUnavailable(f"{damage}, so it was removed") from None


def _from_mirrors(name):
    """Download a file into the cache, from the first mirror that has it, and read it there.

    Pooch writes to a temporary file, moved into place if its SHA-256 agrees and removed whatever else may happen.
    """
    downloader = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUT)
    failures = []
    for mirror in MIRRORS:
        try:
            with _quiet(pooch.get_logger()):
                pooch.retrieve(mirror + name, "sha256:" + FILES[name].sha256, name, cache_folder(), None, downloader)
            return _read_cache(name)
        except (OSError, ValueError) as error:
            failures.append(f"{urlsplit(mirror).netloc}: {_innermost(error)}")
    raise MnistUnavailable("\n  ".join(failures))


def _innermost(error):
    """Return, in one short line, the reason that an error of the `requests` library wraps in several others."""
    inner = error
    while inner is not None:
        error = inner
        inner = error.__cause__ or next((a for a in error.args if isinstance(a, Exception)), None)
    return textwrap.shorten(str(error), 90, placeholder=" ...")


@contextmanager
def _quiet(logger):
    """Silence a logger for as long as this lasts. (Not by its level: Pooch's logger may go on as with the old one.)"""
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before


def _read(path):
    """Return the array in one of the FILES; raises MnistUnavailable without the file, DataError if it is damaged."""
    try:
        packed = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MnistUnavailable(f"{path} is missing") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    return _decode(packed, path)


def _decode(packed, path):
    """Return the uint8 array in a gzipped IDX file: magic number, length of each axis (4 bytes each), then the data.

    Raises DataError unless it is the published file; the complaint that explains most comes first.
    """
    wanted = FILES[path.name]
    try:
        raw = gzip.decompress(packed)
    except EOFError:
        raise DataError(f"{path} is cut short: its {len(packed):,} bytes end inside the gzip stream") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is not a readable gzip file: {error}") from None
    if not raw:
        raise DataError(f"{path} is empty")

    magic = int.from_bytes(raw[:4], "big")
    kind = KIND_OF_MAGIC.get(magic, f"something with the magic number {magic}")
    if kind != wanted.kind:
        raise DataError(f"{path} holds {kind} where {wanted.kind} were wanted")

    sha256 = hashlib.sha256(packed).hexdigest()
    if sha256 != wanted.sha256:
        raise DataError(f"{path} differs from the published file: SHA-256 {sha256}, expected {wanted.sha256}")

    start = 4 * (1 + len(wanted.shape))
    shape = tuple(int.from_bytes(raw[at : at + 4], "big") for at in range(4, start, 4))
    data = np.frombuffer(raw, np.uint8)[start:]
    if shape != wanted.shape or len(data) != math.prod(shape):
        raise DataError(f"{path} holds {len(data):,} bytes as shape {shape}, expected shape {wanted.shape}")
    return data.reshape(shape).copy()  # a copy, because an array that looks at bytes is read-only
