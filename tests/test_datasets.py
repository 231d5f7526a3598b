"""load_mnist with tiny files, damaged files, and mirrors that misbehave: all on this machine, without the network."""

import gzip
import hashlib
import pathlib
import re
import socket
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pooch
import pytest
from loopback import skip_if_out_of_reach

from backprop import datasets
from backprop.datasets import DataError, DataFile, MnistUnavailable, load_mnist, mnist_available

TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS = datasets.FILES
COUNTS = {TRAIN_IMAGES: 12, TRAIN_LABELS: 12, TEST_IMAGES: 5, TEST_LABELS: 5}


def tiny_arrays():
    """A tiny MNIST: noise for images, so that the packed files are long enough to be cut."""
    rng = np.random.default_rng(1)
    arrays = {}
    for name, count in COUNTS.items():
        high, shape = (256, (count, 28, 28)) if "images" in name else (10, (count,))
        arrays[name] = rng.integers(0, high, size=shape, dtype=np.uint8)
    return arrays


def pack(array):
    """The bytes of a gzipped IDX file."""
    numbers = (0x0800 + array.ndim, *array.shape)
    header = b"".join(number.to_bytes(4, "big") for number in numbers)
    return gzip.compress(header + array.tobytes(), mtime=0)


ARRAYS = tiny_arrays()
PACKED = {name: pack(array) for name, array in ARRAYS.items()}


def fill(folder):
    """Write the four tiny files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in PACKED.items():
        (folder / name).write_bytes(content)
    return folder


def listing(folder):
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


NO_ONE_THERE = "Connection refused|Network is unreachable"  # the latter where there is no network at all


class Handler(BaseHTTPRequestHandler):
    """Serves the tiny files; the first part of the path says how well."""

    def do_GET(self):
        _, behavior, name = self.path.split("/")
        self.server.requested.append((behavior, name))
        body = PACKED[name]
        if behavior == "forbidden":
            self.send_error(403)
            return
        self.send_response(200)
        if behavior == "wrong":
            body = b"<html>Log in to the wireless network of this hotel</html>"
        if behavior != "silently-cut":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if behavior in ("cut", "silently-cut"):
            body = body[: len(body) // 2]
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        skip_if_out_of_reach(server)
        server.requested = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def web(server, monkeypatch):
    """Choose the mirrors by their behavior; `web.requested` lists what they were asked for."""
    server.requested.clear()

    def use(*behaviors):
        mirrors = tuple(f"http://127.0.0.1:{server.server_port}/{behavior}/" for behavior in behaviors)
        monkeypatch.setattr(datasets, "MIRRORS", mirrors)

    return SimpleNamespace(use=use, requested=server.requested)


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """The checksums of the tiny files, an empty cache, no BACKPROP_DATA, and two mirrors that nobody runs."""
    tiny = {
        name: DataFile(old.kind, ARRAYS[name].shape, hashlib.sha256(gzip.decompress(PACKED[name])).hexdigest())
        for name, old in datasets.FILES.items()
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setattr(datasets, "FILES", tiny)
    monkeypatch.setattr(datasets, "MIRRORS", (f"http://127.0.0.1:{port}/", f"http://localhost:{port}/"))
    monkeypatch.setattr(datasets, "cache_folder", lambda: tmp_path / "cache")
    monkeypatch.delenv("BACKPROP_DATA", raising=False)
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")
    return tmp_path / "cache"


@pytest.fixture
def named(cache, monkeypatch, tmp_path):
    """A folder named by BACKPROP_DATA, with the four tiny files."""
    folder = fill(tmp_path / "named")
    monkeypatch.setenv("BACKPROP_DATA", str(folder))
    return folder


def assert_tiny(loaded):
    (x_train, t_train), (x_test, t_test) = loaded
    np.testing.assert_array_equal(x_train, ARRAYS[TRAIN_IMAGES].reshape(12, 784).astype(np.float32) / 255)
    np.testing.assert_array_equal(x_test, ARRAYS[TEST_IMAGES].reshape(5, 784).astype(np.float32) / 255)
    np.testing.assert_array_equal(t_train, ARRAYS[TRAIN_LABELS])
    np.testing.assert_array_equal(t_test, ARRAYS[TEST_LABELS])


def error_of(function, *args, **kwargs):
    """The message of the one error that is shown; a chain of errors would be shown in full."""
    with pytest.raises((DataError, MnistUnavailable)) as caught:
        function(*args, **kwargs)
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    return error


# The forms in which the arrays come


def test_forms(named):
    loaded = load_mnist()
    assert_tiny(loaded)
    (x_train, t_train), _ = loaded
    assert x_train.dtype == np.float32 and t_train.dtype == np.int64
    assert x_train.min() == 0.0 and x_train.max() == 1.0

    (x_train, t_train), (x_test, t_test) = load_mnist(False, False, True)
    np.testing.assert_array_equal(x_train, ARRAYS[TRAIN_IMAGES], strict=True)
    assert x_test.shape == (5, 28, 28) and t_test.shape == (5, 10)
    np.testing.assert_array_equal(t_train, np.eye(10, dtype=np.float32)[ARRAYS[TRAIN_LABELS]], strict=True)
    for array in (x_train, t_train):
        array[0] = 0  # they can be written to


# However a file is packed and called, its content is what counts

UNPACKED = TRAIN_IMAGES.removesuffix(".gz")
ELSEWISE = {  # name, and how it is packed
    "packed anew": (TRAIN_IMAGES, lambda raw: gzip.compress(raw, 1, mtime=1)),
    "unpacked, name kept": (TRAIN_IMAGES, bytes),
    "unpacked": (UNPACKED, bytes),
    "packed, name of the unpacked": (UNPACKED, gzip.compress),
    "with a dot": (UNPACKED.replace("-idx", ".idx"), bytes),
    "with a dot, packed": (UNPACKED.replace("-idx", ".idx") + ".gz", gzip.compress),
    "in a folder of its own": (f"{UNPACKED}/{UNPACKED}", bytes),
}


@pytest.mark.parametrize("name, pack", ELSEWISE.values(), ids=ELSEWISE)
def test_packed_and_called_otherwise(named, name, pack):
    (named / TRAIN_IMAGES).unlink()
    (named / name).parent.mkdir(exist_ok=True)
    (named / name).write_bytes(pack(gzip.decompress(PACKED[TRAIN_IMAGES])))
    assert_tiny(load_mnist())
    assert mnist_available()


def test_a_good_file_beside_a_damaged_one_is_used(named):
    (named / UNPACKED).write_bytes(gzip.decompress(PACKED[TRAIN_IMAGES]))
    (named / TRAIN_IMAGES).write_bytes(b"")
    assert_tiny(load_mnist())


# Damaged files in BACKPROP_DATA: one error, which names the file; the file stays


def cut_in_half(content):
    return content[: len(content) // 2]


def flip_a_byte(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


def garble_the_start(content):
    """The first byte after the gzip header announces a kind of block that does not exist."""
    return content[:10] + b"\x07" + content[11:]


def another_pixel(content):
    raw = gzip.decompress(content)
    return gzip.compress(raw[:-1] + bytes([raw[-1] ^ 1]))


DAMAGES = {
    "cut in half": (cut_in_half, "cut short"),
    "flipped byte": (flip_a_byte, "not a readable gzip file|cut short"),
    "garbled start": (garble_the_start, "not a readable gzip file: .*invalid block type"),
    "another pixel": (another_pixel, "differs from the published file: SHA-256 [0-9a-f]{64}, expected"),
    "labels as images": (lambda content: PACKED[TRAIN_LABELS], "holds labels where images were expected"),
    "test images": (lambda content: PACKED[TEST_IMAGES], r"as shape \(5, 28, 28\), expected shape \(12, 28, 28\)"),
    "unpacked and cut": (lambda content: gzip.decompress(content)[:-1], "holds 9,407 bytes as shape"),
    "a web page": (lambda content: b"<!doctype html>", "not a readable gzip file"),
    "another gzip file": (lambda content: gzip.compress(b"hello"), "magic number .* where images were expected"),
    "gzip of nothing": (lambda content: gzip.compress(b""), "is empty"),
    "nothing": (lambda content: b"", "is empty"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_in_named_folder(named, cache, damage):
    harm, complaint = DAMAGES[damage]
    path = named / TRAIN_IMAGES
    path.write_bytes(harm(PACKED[TRAIN_IMAGES]))
    harmed = path.read_bytes()
    fill(cache)  # a good copy elsewhere is no reason to be silent about this one

    error = error_of(load_mnist)
    assert isinstance(error, ValueError)
    assert str(error).startswith(str(path)) and "\n" not in str(error)
    assert re.search(complaint, str(error)) and "fresh copy" in str(error)
    assert path.read_bytes() == harmed
    assert not mnist_available()


def test_file_that_cannot_be_read(named):
    (named / TRAIN_IMAGES).unlink()
    (named / TRAIN_IMAGES).mkdir()
    assert f"{named / TRAIN_IMAGES} cannot be read" in str(error_of(load_mnist))
    assert not mnist_available()


# Files missing in BACKPROP_DATA: the search goes on, but never ends at the stand-in


@pytest.mark.parametrize("kind", ["empty", "nonexistent", "a file"])
def test_named_folder_without_files(cache, monkeypatch, tmp_path, kind):
    folder = tmp_path / "empty"
    if kind == "empty":
        folder.mkdir()
    if kind == "a file":
        folder.write_text("not a folder")
    monkeypatch.setenv("BACKPROP_DATA", str(folder))

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = error_of(load_mnist)
    assert isinstance(error, OSError)
    message = str(error)
    assert str(folder / TRAIN_IMAGES) in message and str(cache / TRAIN_IMAGES) in message
    assert "127.0.0.1" in message and re.search(NO_ONE_THERE, message) and "BACKPROP_DATA" in message
    assert not mnist_available()

    fill(cache)
    assert_tiny(load_mnist())
    assert mnist_available()


def test_one_missing_file_is_downloaded_to_the_cache(named, cache, web):
    web.use("good")
    (named / TEST_LABELS).unlink()
    assert not mnist_available()
    assert_tiny(load_mnist())
    assert web.requested == [("good", TEST_LABELS)]
    assert listing(cache) == [TEST_LABELS]
    assert TEST_LABELS not in listing(named)
    assert mnist_available()


def test_home_and_relative_folders(named, monkeypatch):
    monkeypatch.setenv("HOME", str(named.parent))
    monkeypatch.setenv("BACKPROP_DATA", "~/named")
    assert_tiny(load_mnist())
    monkeypatch.chdir(named.parent)
    monkeypatch.setenv("BACKPROP_DATA", "named")
    assert_tiny(load_mnist())
    (named / TRAIN_IMAGES).write_bytes(b"x")
    assert str(error_of(load_mnist)).startswith(str(named / TRAIN_IMAGES))


# The cache and the mirrors


def test_download_fills_the_cache_once(cache, web, capfd):
    web.use("good")
    assert_tiny(load_mnist())
    printed = capfd.readouterr()
    assert printed.out == "" and "100%" in printed.err
    assert listing(cache) == sorted(PACKED)

    web.requested.clear()
    assert_tiny(load_mnist())
    assert web.requested == []
    assert mnist_available()


def test_next_mirror_takes_over(cache, web):
    web.use("forbidden", "cut", "good")
    assert_tiny(load_mnist())
    assert [behavior for behavior, _ in web.requested] == ["forbidden", "cut", "good"] * 4
    assert listing(cache) == sorted(PACKED)


@pytest.mark.parametrize(
    "behavior, complaint",
    [
        ("forbidden", "403"),
        ("cut", "IncompleteRead"),
        ("silently-cut", "is cut short"),
        ("wrong", "is not a readable gzip file"),
    ],
)
def test_failed_download_leaves_nothing(cache, web, behavior, complaint):
    web.use(behavior, behavior)
    error = error_of(load_mnist, stand_in=False)
    assert complaint in str(error) and "127.0.0.1" in str(error)
    assert web.requested == [(behavior, TRAIN_IMAGES)] * 2  # the other three files are not tried
    assert listing(cache) == []

    web.use("good")
    assert_tiny(load_mnist())


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_file_in_the_cache_is_replaced(cache, web, damage):
    web.use("good")
    fill(cache)
    (cache / TRAIN_IMAGES).write_bytes(DAMAGES[damage][0](PACKED[TRAIN_IMAGES]))
    assert not mnist_available()
    assert web.requested == [] and TRAIN_IMAGES in listing(cache), "mnist_available only looks"
    assert_tiny(load_mnist())
    assert web.requested == [("good", TRAIN_IMAGES)]
    assert (cache / TRAIN_IMAGES).read_bytes() == PACKED[TRAIN_IMAGES]


def test_a_cache_that_cannot_be_written_is_named_and_what_was_downloaded_is_used(cache, web):
    web.use("good")
    cache.write_text("a file where the folder should be")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert_tiny(load_mnist())
    (warning,) = caught
    words = f"MNIST was downloaded, but can't be kept: {cache} can't be written .*set BACKPROP_DATA to a folder"
    assert re.search(words, str(warning.message)) and warning.filename == __file__


@pytest.mark.parametrize("breaks", ["pathlib.Path.write_bytes", "os.replace"])
def test_a_full_disk_leaves_nothing_half_written(cache, web, monkeypatch, breaks):
    web.use("good")
    write = pathlib.Path.write_bytes

    def fails(path, *content):
        write(path, b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(breaks, fails)
    with pytest.warns(UserWarning, match="No space left on device"):
        assert_tiny(load_mnist())
    assert listing(cache) == []


# Fashion-MNIST: the same format, its own folders


@pytest.fixture
def fashion(cache, web, monkeypatch):
    """Tiny files of clothes, checked by the packed files as they are published."""
    published = {name: file._replace(sha256=hashlib.sha256(PACKED[name]).hexdigest())
                 for name, file in datasets.FILES.items()}  # fmt: skip
    monkeypatch.setattr(datasets, "FASHION_FILES", published)
    monkeypatch.setattr(datasets, "FASHION_MIRRORS", ())
    return cache / "fashion-mnist"


def test_fashion_mnist_by_name(fashion, cache, web, monkeypatch):
    fill(cache)  # MNIST itself doesn't count
    assert str(error_of(load_mnist, name="fashion-mnist")).startswith("Fashion-MNIST could not be loaded"), (
        "no stand-in"
    )
    assert not mnist_available("fashion-mnist")
    web.use("good")
    monkeypatch.setattr(datasets, "FASHION_MIRRORS", datasets.MIRRORS)
    assert_tiny(load_mnist(name="fashion-mnist"))
    assert listing(fashion) == sorted(PACKED) and mnist_available("fashion-mnist")
    with pytest.raises(ValueError, match="expected name to be 'mnist' or 'fashion-mnist', got 'kmnist'"):
        load_mnist(name="kmnist")


def test_fashion_mnist_in_a_named_folder(fashion, named):
    fill(named / "fashion-mnist")
    assert_tiny(load_mnist(name="fashion-mnist"))
    (named / "fashion-mnist" / TRAIN_IMAGES).write_bytes(another_pixel(PACKED[TRAIN_IMAGES]))
    message = str(error_of(load_mnist, name="fashion-mnist"))
    assert message.startswith(f"{named / 'fashion-mnist' / TRAIN_IMAGES} differs from the published file")


# The stand-in


@pytest.fixture
def stand_in(cache):
    with pytest.warns(UserWarning):
        return load_mnist()


def test_stand_in_has_the_form_of_mnist(stand_in):
    (x_train, t_train), (x_test, t_test) = stand_in
    assert x_train.shape == (1500, 784) and x_test.shape == (297, 784)
    assert t_train.shape == (1500,) and t_test.shape == (297,)
    assert x_train.dtype == np.float32 and t_train.dtype == np.int64
    assert x_train.min() == 0.0 and x_train.max() == 1.0


@pytest.mark.filterwarnings("ignore:MNIST")
def test_stand_in_holds_every_digit_of_scikit_learn_once(cache):
    from sklearn.datasets import load_digits

    (x_train, t_train), (x_test, t_test) = load_mnist(normalize=False, flatten=False)
    images = np.concatenate([x_train, x_test])
    labels = np.concatenate([t_train, t_test])
    blocks = images[:, 2:26, 2:26].reshape(-1, 8, 3, 8, 3)
    small = blocks[:, :, 0, :, 0]
    assert (blocks == small[:, :, None, :, None]).all()
    assert np.count_nonzero(images) == np.count_nonzero(blocks), "the border should be paper"

    def pairs(images, labels):
        return sorted((image.tobytes(), int(label)) for image, label in zip(images, labels))

    digits = load_digits()
    assert pairs(np.round(small * (16 / 255)), labels) == pairs(digits.images, digits.target)


def test_stand_in_is_always_the_same(stand_in):
    with pytest.warns(UserWarning):
        again = load_mnist()
    for (x, t), (x_again, t_again) in zip(stand_in, again):
        np.testing.assert_array_equal(x, x_again)
        np.testing.assert_array_equal(t, t_again)
    assert stand_in[1][1][:5].tolist() == [0, 4, 4, 8, 4]
    assert all(np.bincount(t, minlength=10).min() > 20 for _, t in stand_in), "every digit is in both parts"


def test_one_warning_of_one_line(cache, capfd):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_mnist()
    assert len(caught) == 1
    message = str(caught[0].message)
    assert "\n" not in message
    assert message.startswith("MNIST could not be loaded") and re.search(NO_ONE_THERE, message)
    assert "scikit-learn" in message
    assert caught[0].filename == __file__
    assert capfd.readouterr() == ("", "")


def test_warning_tells_of_damage_in_the_cache(cache):
    fill(cache)
    (cache / TEST_LABELS).write_bytes(b"")
    with pytest.warns(UserWarning, match=f"{re.escape(str(cache / TEST_LABELS))} is empty, so it was removed"):
        (x_train, _), _ = load_mnist()
    assert len(x_train) == 1500, "never half MNIST, half stand-in"
    assert TEST_LABELS not in listing(cache)


def test_no_stand_in_wanted(cache):
    error = error_of(load_mnist, stand_in=False)
    assert isinstance(error, OSError)
    message = str(error)
    assert message.startswith("MNIST could not be loaded") and message.count("\n") <= 4
    assert "127.0.0.1" in message and "localhost" in message, "each mirror has its reason"
    assert "Max retries" not in message, "the reason is the innermost one"
    assert "set BACKPROP_DATA to a folder" in message


def test_error_does_not_speak_of_the_callers_trouble(cache):
    """Called while another error is being handled, the reason is still the network's."""
    try:
        raise KeyError("something of the caller's")
    except KeyError:
        with pytest.warns(UserWarning, match=NO_ONE_THERE):
            load_mnist()


# What is really there


def test_published_table():
    """The table agrees with itself: 70,000 images, each with a label, and four different checksums."""
    train_images, train_labels, test_images, test_labels = datasets.FILES.values()
    assert train_images.shape == (*train_labels.shape, 28, 28) and train_labels.shape == (60_000,)
    assert test_images.shape == (*test_labels.shape, 28, 28) and test_labels.shape == (10_000,)
    files = [*datasets.FILES.values(), *datasets.FASHION_FILES.values()]
    assert len({file.sha256 for file in files}) == 8 and all(len(file.sha256) == 64 for file in files)
    mirrors = datasets.MIRRORS + datasets.FASHION_MIRRORS
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in mirrors)


def test_cache_folder_follows_xdg(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    if pooch.os_cache("anything").parent != tmp_path:
        pytest.skip("XDG_CACHE_HOME is not in use on this system")
    assert datasets.cache_folder() == tmp_path / "backprop"


def test_real_mnist():
    if not mnist_available():
        pytest.skip("MNIST is neither in BACKPROP_DATA nor in the cache")
    (x_train, t_train), (x_test, t_test) = load_mnist(stand_in=False)
    assert x_train.shape == (60_000, 784) and x_test.shape == (10_000, 784)
    assert x_train.min() == 0.0 and x_train.max() == 1.0
    assert t_train[:5].tolist() == [5, 0, 4, 1, 9] and t_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert np.bincount(t_test).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert abs(x_train.mean(dtype=np.float64) - 0.1307) < 1e-4
