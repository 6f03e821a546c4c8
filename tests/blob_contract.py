"""What every blob store must do, as one set of tests: a class to inherit, with a ``store`` fixture to supply."""

import hashlib
import random
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import uuid4

import pytest

from shared.contracts import BlobRef
from shared.errors import BlobChanged, BlobExists, BlobNotFound, InputError, ServiceUnavailable

ODD_NAMES = (
    "%2e%2e/percent.txt",
    "a b/c+d=e&f#g?h%20.txt",
    "emoji-🎉/ünïcode – dash.json",
    "quote'\"<>|*.txt",
    "right\u200fto\u202eleft.txt",
    "日本語/顧客.csv",
    "x" * 200 + "/" + "é" * 100,
)
BAD_NAMES = (
    "",
    "/absolute",
    "a//b",
    "a/",
    ".",
    "..",
    "../up",
    "a/../../b",
    "a/./b",
    ".hidden",
    "a/.tmp/b",
    "back\\slash",
    "nul\x00",
    "line\nbreak",
    "delete\x7f",
    "c1\x85",
    "C:/windows",
    "a/c:stream",
    "dot.",
    "space ",
    "lone\ud800",
    "bad\uffff",
    "x" * 1025,
    "y" * 256,
    "é" * 128,
    "/".join("d" * 255),
)
BAD_CONTAINERS = (
    "",
    "ab",
    "Runs",
    "a_b",
    "-ab",
    "ab-",
    "a--b",
    "..",
    "a/b",
    ".tmp",
    "$root",
    "runs\n",
    "x" * 64,
    "rüns",
)


def race(*actions):
    """Do all at the same moment, each in a thread; gives each one's result or exception, in order."""
    start = threading.Barrier(len(actions))

    def run(action):
        start.wait()
        try:
            return action()
        except (BlobExists, BlobChanged) as error:
            return error

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def winners(results):
    return [result for result in results if not isinstance(result, Exception)]


class BlobContract:
    """Inherit it and give a fixture ``store``. Containers are new in each test."""

    @pytest.fixture
    def container(self):
        return f"c-{uuid4().hex}"

    # --- create, read, stat

    def test_what_is_created_is_read_back(self, store, container):
        """The same bytes come back, and the reference tells container, name, size and an ETag."""
        data = bytes(range(256)) * 3
        ref = store.create(container, "runs/a/manifest.json", data)
        assert store.read(container, "runs/a/manifest.json") == data
        assert (ref.container, ref.name, ref.size) == (container, "runs/a/manifest.json", len(data))
        assert ref.etag
        assert store.stat(container, "runs/a/manifest.json") == ref

    def test_an_empty_blob_is_a_blob(self, store, container):
        """No bytes are content, too."""
        assert store.create(container, "empty", b"").size == 0
        assert store.create_from(container, "empty-stream", iter(())).size == 0
        assert store.read(container, "empty") == store.read(container, "empty-stream") == b""
        assert store.read_range(store.stat(container, "empty"), 0, 10) == b""

    def test_creating_twice_is_refused_even_with_the_same_bytes(self, store, container):
        """Only the first create of a name succeeds, and its content stays."""
        store.create(container, "a", b"first")
        for data in (b"first", b"second"):
            with pytest.raises(BlobExists):
                store.create(container, "a", data)
            with pytest.raises(BlobExists):
                store.create_from(container, "a", iter([data]))
        assert store.read(container, "a") == b"first"

    def test_what_is_missing_is_told_as_missing(self, store, container):
        """Reading or asking for an absent blob says so, with its container there or not."""
        for _ in range(2):
            with pytest.raises(BlobNotFound):
                store.read(container, "absent")
            with pytest.raises(BlobNotFound):
                store.stat(container, "absent")
            for etag in (None, "0"):
                with pytest.raises(BlobNotFound):
                    store.read_range(BlobRef(container=container, name="absent", etag=etag), 0, 1)
            store.delete(container, "absent")
            store.append(container, "other", b"makes the container", at=0)
            store.delete(container, "other")

    def test_a_folder_is_not_a_blob(self, store, container):
        """The part of a name before a slash names no blob."""
        store.create(container, "folder/blob", b"x")
        with pytest.raises(BlobNotFound):
            store.read(container, "folder")
        with pytest.raises(BlobNotFound):
            store.stat(container, "folder/blob/below")
        store.delete(container, "folder")
        assert store.read(container, "folder/blob") == b"x"

    @pytest.mark.parametrize("name", ODD_NAMES)
    def test_odd_names_are_kept_as_given(self, store, container, name):
        """Spaces, escapes, other scripts and long names are neither decoded, changed nor refused."""
        store.create(container, name, b"x")
        assert store.read(container, name) == b"x"
        assert [ref.name for ref in store.list(container)] == [name]
        assert [ref.name for ref in store.list(container, name[: len(name) // 2])] == [name]

    @pytest.mark.parametrize("name", BAD_NAMES, ids=lambda name: ascii(name)[:20])
    def test_bad_names_are_refused_by_every_operation(self, store, container, name):
        """A name that could leave its container, hide, or not exist elsewhere is an input error."""
        ref = BlobRef(container=container, name=name, etag="0")
        operations = (
            lambda: store.stat(container, name),
            lambda: store.read(container, name),
            lambda: store.read_range(ref, 0, 1),
            lambda: store.create(container, name, b""),
            lambda: store.create_from(container, name, iter(())),
            lambda: store.replace(ref, b""),
            lambda: store.append(container, name, b"x", at=0),
            lambda: store.delete(container, name),
        )
        for operation in operations:
            with pytest.raises(InputError):
                operation()

    @pytest.mark.parametrize("container", BAD_CONTAINERS, ids=lambda name: ascii(name)[:20])
    def test_bad_containers_are_refused(self, store, container):
        """A container has a simple name."""
        with pytest.raises(InputError):
            store.create(container, "a", b"")
        with pytest.raises(InputError):
            list(store.list(container))
        with pytest.raises(InputError):
            list(store.folders(container))

    # --- ranges

    def test_ranges(self, store, container):
        """A range is cut at the end of the blob; beyond it there is nothing."""
        data = random.Random(7).randbytes(1000)
        ref = store.create(container, "a.csv", data)
        for known in (ref, ref.model_copy(update={"etag": None})):
            for offset, length in ((0, 1000), (0, 1), (10, 20), (999, 1), (990, 100), (0, 10**12), (3, 0)):
                assert store.read_range(known, offset, length) == data[offset : offset + length]
            for offset in (1000, 1001, 10**12):
                assert store.read_range(known, offset, 10) == b""
        for offset, length in ((-1, 1), (0, -1)):
            with pytest.raises(InputError):
                store.read_range(ref, offset, length)

    def test_a_range_of_another_version_is_refused(self, store, container):
        """Whoever reads by reference never gets bytes of a version it does not mean."""
        old = store.create(container, "a", b"one")
        new = store.replace(old, b"two")
        for offset, length in ((0, 3), (1, 0), (3, 1), (99, 1)):
            with pytest.raises(BlobChanged):
                store.read_range(old, offset, length)
        assert store.read_range(new, 1, 9) == b"wo"

    # --- streams

    def test_a_stream_of_ten_mebibytes(self, store, container):
        """Chunks of any size make one blob."""
        source = random.Random(1)
        sizes = [1, 0, 4 * 1024 * 1024 - 1, 5_000_000, 17]
        sizes.append(10 * 1024 * 1024 - sum(sizes))
        digest = hashlib.sha256()

        def chunks():
            for size in sizes:
                chunk = source.randbytes(size)
                digest.update(chunk)
                yield chunk

        ref = store.create_from(container, "big.csv", chunks())
        assert ref.size == 10 * 1024 * 1024
        assert hashlib.sha256(store.read(container, "big.csv")).digest() == digest.digest()
        assert store.stat(container, "big.csv") == ref

    def test_many_bytes_at_once(self, store, container):
        """A create of more than one request's worth is still one create."""
        data = random.Random(2).randbytes(9_000_000)
        ref = store.create(container, "big", data)
        assert store.stat(container, "big") == ref
        assert store.read_range(ref, 4_194_300, 10) == data[4_194_300:4_194_310]
        with pytest.raises(BlobExists):
            store.create(container, "big", data)

    def test_a_stream_that_breaks_leaves_nothing(self, store, container):
        """The source's own error comes through, and no blob appears."""

        def chunks():
            yield b"x" * 5_000_000
            raise InputError("the upload broke off")

        with pytest.raises(InputError, match="broke off"):
            store.create_from(container, "a", chunks())
        assert list(store.list(container)) == []
        assert store.create_from(container, "a", iter([b"whole"])).size == 5

    # --- replace and delete

    def test_replace_needs_the_current_version(self, store, container):
        """The current version can be replaced; an older one, a deleted one or an unnamed one cannot."""
        first = store.create(container, "a", b"one")
        second = store.replace(first, b"second")
        assert (second.size, second.etag != first.etag) == (6, True)
        assert store.stat(container, "a") == second
        with pytest.raises(BlobChanged):
            store.replace(first, b"late")
        with pytest.raises(InputError):
            store.replace(second.model_copy(update={"etag": None}), b"blind")
        assert store.read(container, "a") == b"second"
        store.delete(container, "a")
        with pytest.raises(BlobChanged):
            store.replace(second, b"back")
        with pytest.raises(BlobChanged):
            store.replace(BlobRef(container=f"{container}-none", name="a", etag=second.etag), b"back")
        assert list(store.list(container)) == []

    def test_replace_from_is_replace_in_chunks(self, store, container):
        """The current version gives way to all chunks at once; an older one or a failing source changes nothing."""
        first = store.create(container, "a", b"one")
        second = store.replace_from(first, iter([b"x" * (5 * 1024 * 1024), b"", b"end"]))
        assert (second.size, store.read(container, "a")[-4:]) == (5 * 1024 * 1024 + 3, b"xend")
        with pytest.raises(BlobChanged):
            store.replace_from(first, iter([b"late"]))
        with pytest.raises(InputError):
            store.replace_from(second.model_copy(update={"etag": None}), iter([b"blind"]))

        def failing():
            yield b"half"
            raise OSError

        with pytest.raises((OSError, ServiceUnavailable)):
            store.replace_from(second, failing())
        assert store.stat(container, "a") == second

    def test_a_deleted_name_is_free_again(self, store, container):
        """Delete removes; deleting again is no error; the name can be created anew."""
        store.create(container, "f/a", b"one")
        store.delete(container, "f/a")
        store.delete(container, "f/a")
        with pytest.raises(BlobNotFound):
            store.stat(container, "f/a")
        assert list(store.folders(container)) == []
        store.create(container, "f/a", b"two")
        assert store.read(container, "f/a") == b"two"

    # --- append

    def test_append_grows_from_the_given_length(self, store, container):
        """Each append needs the present length and gives the new one."""
        assert store.append(container, "audit.jsonl", b"one\n", at=0) == 4
        assert store.append(container, "audit.jsonl", b"two!\n", at=4) == 9
        assert store.read(container, "audit.jsonl") == b"one\ntwo!\n"
        assert store.stat(container, "audit.jsonl").size == 9

    def test_append_at_another_length_is_refused(self, store, container):
        """Too early, too late or on nothing: the blob stays as it is."""
        for at in (1, 4):
            with pytest.raises(BlobChanged):
                store.append(container, "a", b"x", at=at)
        store.append(container, "a", b"1234", at=0)
        for at in (0, 3, 5):
            with pytest.raises(BlobChanged):
                store.append(container, "a", b"x", at=at)
        with pytest.raises(InputError):
            store.append(container, "a", b"x", at=-1)
        assert store.read(container, "a") == b"1234"

    def test_append_to_created_and_replaced_blobs(self, store, container):
        """However a blob was written, it can be appended to and replaced."""
        store.create(container, "empty", b"")
        assert store.append(container, "empty", b"x", at=0) == 1
        store.create(container, "a", b"12")
        assert store.append(container, "a", b"34", at=2) == 4
        with pytest.raises(BlobChanged):
            store.append(container, "a", b"x", at=2)
        store.append(container, "b", b"1234", at=0)
        store.replace(store.stat(container, "b"), b"ab")
        assert store.append(container, "b", b"c", at=2) == 3
        assert store.read(container, "b") == b"abc"

    def test_append_changes_the_etag(self, store, container):
        """A reference from before an append is a reference to another version."""
        store.append(container, "a", b"1", at=0)
        before = store.stat(container, "a")
        store.append(container, "a", b"2", at=1)
        with pytest.raises(BlobChanged):
            store.read_range(before, 0, 1)

    def test_appending_nothing_checks_the_length_only(self, store, container):
        """No bytes make no blob."""
        assert store.append(container, "a", b"", at=0) == 0
        assert list(store.list(container)) == []
        store.create(container, "a", b"12")
        assert store.append(container, "a", b"", at=2) == 2
        with pytest.raises(BlobChanged):
            store.append(container, "a", b"", at=1)

    # --- listing

    def test_fifty_blobs_are_listed_in_order(self, store, container):
        """References come in byte order of the whole name, each as ``stat`` gives it."""
        odd = ["a/b", "a-b/c", "a.txt", "A", "é", "～", "🎉", "run/x/1", "run.x", "run-1/b"]
        names = [*odd, *(f"part-{number:02d}" for number in range(40))]
        order = names[:]
        random.Random(3).shuffle(order)
        refs = {name: store.create(container, name, name.encode()) for name in order}
        assert len(refs) == 50
        listed = list(store.list(container))
        assert [ref.name for ref in listed] == sorted(names, key=str.encode)
        assert all(ref == refs[ref.name] for ref in listed)

    def test_a_prefix_is_of_the_name_not_of_a_folder(self, store, container):
        """A prefix may end inside a segment, and a folder's neighbours with a longer name are not in it."""
        for name in ("runs/r1/a", "runs/r1/b/c", "runs/r10/a", "runs/r2", "other"):
            store.create(container, name, b"")

        def names(prefix):
            return [ref.name for ref in store.list(container, prefix)]

        assert names("runs/r1/") == ["runs/r1/a", "runs/r1/b/c"]
        assert names("runs/r1") == ["runs/r1/a", "runs/r1/b/c", "runs/r10/a"]
        assert names("runs/r1/a") == ["runs/r1/a"]
        assert names("runs/r2/") == names("none") == names("runs/r1/a/b") == names("runs/none/x") == []
        assert names("r") == ["runs/r1/a", "runs/r1/b/c", "runs/r10/a", "runs/r2"]

    @pytest.mark.parametrize("prefix", ["../", "a/../b", "/", "/etc", "a//b", "a\\b", "a\x00", ".tmp/"])
    def test_bad_prefixes_are_refused(self, store, container, prefix):
        """A prefix that no name can have is an input error, not an empty list."""
        with pytest.raises(InputError):
            store.list(container, prefix)

    def test_folders(self, store, container):
        """First segments with blobs beneath them, in byte order, each once."""
        for name in ("b/1", "b/2/3", "a/1", "a-b/1", "top", "é/1"):
            store.create(container, name, b"")
        assert list(store.folders(container)) == ["a", "a-b", "b", "é"]

    def test_a_container_that_is_not_there_is_empty(self, store, container):
        """Listing it is no error."""
        assert list(store.list(container)) == list(store.folders(container)) == []

    def test_check_passes_and_changes_nothing(self, store, container):
        """A store that works says so and is as before."""
        store.create(container, "a", b"")
        store.check()
        assert [ref.name for ref in store.list(container)] == ["a"]

    # --- races

    @pytest.mark.parametrize("data", [(b"1", b"2"), (b"same", b"same")])
    def test_of_concurrent_creates_one_wins(self, store, container, data):
        """Whatever the bytes, exactly one create of a name succeeds; the others are told."""
        for number in range(10):
            name = f"manifest-{number}"
            results = race(*(partial(store.create, container, name, payload) for payload in data * 2))
            assert len(winners(results)) == 1
            assert sum(isinstance(result, BlobExists) for result in results) == 3
            assert store.stat(container, name) == winners(results)[0]

    def test_of_concurrent_streams_one_wins_whole(self, store, container):
        """Two streams to one name never mix."""
        for number in range(3):
            name = f"big-{number}"
            sources = [[bytes([letter]) * 1_500_000] * 4 for letter in b"ab"]
            results = race(*(partial(store.create_from, container, name, iter(source)) for source in sources))
            assert len(winners(results)) == 1
            assert sum(isinstance(result, BlobExists) for result in results) == 1
            won = next(index for index, result in enumerate(results) if not isinstance(result, Exception))
            assert store.read(container, name) == b"".join(sources[won])

    def test_of_concurrent_replaces_one_wins(self, store, container):
        """A version is replaced once."""
        ref = store.create(container, "state", b"0")
        for number in range(10):
            payloads = [f"{number} {letter}".encode() for letter in "abc"]
            results = race(*(partial(store.replace, ref, payload) for payload in payloads))
            assert len(winners(results)) == 1
            assert sum(isinstance(result, BlobChanged) for result in results) == 2
            ref = winners(results)[0]
            assert store.stat(container, "state") == ref

    def test_of_concurrent_appends_at_one_length_one_wins(self, store, container):
        """A chain never forks, from its first entry on."""
        expected = b""
        for number in range(10):
            payloads = [f"{number}{letter}\n".encode() for letter in "abc"]
            appends = [partial(store.append, container, "chain", payload, at=len(expected)) for payload in payloads]
            results = race(*appends)
            assert winners(results) == [len(expected) + 3]
            assert sum(isinstance(result, BlobChanged) for result in results) == 2
            expected += next(p for p, result in zip(payloads, results, strict=True) if result == len(expected) + 3)
            assert store.read(container, "chain") == expected
