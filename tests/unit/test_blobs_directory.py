"""The blob store in a folder: the contract of every store, and what only a folder can show."""

import contextlib
import errno
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.contracts import BlobRef
from shared.errors import BlobChanged, BlobExists, BlobNotFound, InputError, ServiceUnavailable, StorageFull
from tests.blob_contract import BlobContract

ROOT = Path(__file__).parents[2]


@pytest.fixture
def root(tmp_path):
    return tmp_path / "store"


@pytest.fixture
def store(root):
    return DirectoryBlobStore(root)


def drafts(root):
    return [path for path in (root / ".tmp").iterdir() if path.name != "lock"]


def in_process(root, script):
    """Run ``script`` in another process; it finds the same store as ``store``."""
    opening = f"""
import os
from pathlib import Path
from shared.adapters.blobs_directory import DirectoryBlobStore
from shared.errors import BlobChanged
store = DirectoryBlobStore(Path({str(root)!r}))
"""
    return subprocess.Popen([sys.executable, "-c", opening + script], cwd=ROOT)


class TestContract(BlobContract):
    """A folder keeps to what every blob store must do."""

    @pytest.fixture
    def store(self, root):
        return DirectoryBlobStore(root)

    @pytest.fixture(autouse=True)
    def _leaves_no_drafts(self, root):
        yield
        assert drafts(root) == []


# --- what a person sees


def test_a_blob_is_the_file_of_its_name(store, root):
    """Root, container and name make the path, and the file holds the bytes."""
    store.create("runs", "r1/segments.json", b"{}")
    assert (root / "runs" / "r1" / "segments.json").read_bytes() == b"{}"


def test_a_file_put_there_by_hand_is_a_blob(store, root):
    """Folders are uploads, too."""
    (root / "customers").mkdir()
    (root / "customers" / "list.csv").write_bytes(b"id\n1\n")
    ref = store.stat("customers", "list.csv")
    assert store.read_range(ref, 3, 9) == b"1\n"
    assert [found.name for found in store.list("customers")] == ["list.csv"]


def test_files_are_readable_as_any_file_one_makes(store, root):
    """Blobs get the permissions of ordinary new files, not those of temporary ones."""
    (root / "ordinary").touch()
    store.create("runs", "a", b"")
    assert (root / "runs" / "a").stat().st_mode == (root / "ordinary").stat().st_mode


def test_hidden_files_and_files_no_blob_can_be_are_not_listed(store, root):
    """Editors' leftovers, pipes, links and odd names do not turn up as blobs."""
    folder = root / "content"
    folder.mkdir()
    for name in (".DS_Store", "back\\slash", "line\nbreak", "trailing.", "seen.md"):
        (folder / name).write_bytes(b"x")
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_bytes(b"x")
    (folder / "empty").mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/latin-\xe9")).write_bytes(b"x")
    os.mkfifo(folder / "pipe")
    (folder / "link.md").symlink_to(folder / "seen.md")
    (folder / "loop").symlink_to(folder)
    assert [ref.name for ref in store.list("content")] == ["seen.md"]
    assert list(store.folders("content")) == []
    with pytest.raises(BlobNotFound):
        store.read("content", "pipe")


# --- ETags


def test_an_etag_is_the_digest_of_the_content(store):
    """The same bytes have the same ETag, whatever the name and however they were written."""
    digest = hashlib.sha256(b"same").hexdigest()
    store.append("runs", "c", b"sa", at=0)
    store.append("runs", "c", b"me", at=2)
    refs = [
        store.create("runs", "a", b"same"),
        store.create_from("runs", "b", iter([b"sa", b"me"])),
        store.stat("runs", "c"),
    ]
    assert [ref.etag for ref in refs] == [digest] * 3


def test_a_change_by_another_process_is_seen(store, root):
    """What one store remembers of a file does not outlive the file's content."""
    other = DirectoryBlobStore(root)
    ref = store.create("runs", "a", b"one")
    for number in range(50):
        assert other.stat("runs", "a").etag == ref.etag
        ref = store.replace(ref, f"{number:03d}".encode())
        assert other.stat("runs", "a") == ref
        with pytest.raises(BlobChanged):
            other.read_range(ref.model_copy(update={"etag": "0" * 64}), 0, 1)
    (root / "runs" / "a").write_bytes(b"by hand")
    with pytest.raises(BlobChanged):
        store.read_range(ref, 0, 1)


def test_a_known_file_is_not_read_again(store, root):
    """The ETag of an unchanged file is remembered, which shows where its bytes change and its signature does not."""
    path = root / "runs" / "a"
    ref = store.create("runs", "a", b"one")
    status = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert store.stat("runs", "a") == ref
    assert DirectoryBlobStore(root).stat("runs", "a").etag == hashlib.sha256(b"two").hexdigest()


# --- staying inside


def test_links_are_not_followed(store, root, tmp_path):
    """Neither a linked file, a linked folder nor a linked container leads out of the root."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (root / "runs").mkdir()
    (root / "runs" / "file").symlink_to(outside / "secret")
    (root / "runs" / "folder").symlink_to(outside)
    (root / "linked").symlink_to(outside)
    (root / "runs" / "dangling").symlink_to(outside / "new")
    for container, name in (("runs", "file"), ("runs", "folder/secret"), ("linked", "secret"), ("runs", "dangling")):
        ref = BlobRef(container=container, name=name, etag=hashlib.sha256(b"secret").hexdigest())
        for operation in (
            lambda c=container, n=name: store.read(c, n),
            lambda r=ref: store.read_range(r, 0, 1),
            lambda r=ref: store.replace(r, b"x"),
            lambda c=container, n=name: store.create(c, n, b"x"),
            lambda c=container, n=name: store.append(c, n, b"x", at=6),
            lambda c=container, n=name: store.delete(c, n),
        ):
            with pytest.raises(InputError):
                operation()
    assert list(store.list("runs")) == []
    with pytest.raises(InputError):
        store.list("linked")
    with pytest.raises(InputError):
        store.list("runs", "folder/")
    assert [path.name for path in outside.iterdir()] == ["secret"]
    assert (outside / "secret").read_bytes() == b"secret"


def test_the_root_itself_may_be_a_link(tmp_path):
    """Where the store lies is its owner's choice."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    DirectoryBlobStore(tmp_path / "link").create("runs", "a", b"x")
    assert (tmp_path / "real" / "runs" / "a").read_bytes() == b"x"


def test_a_name_is_a_blob_or_a_folder(store):
    """Where a file system cannot hold both, the second is an input error that says so."""
    store.create("runs", "a", b"x")
    store.create("runs", "f/b", b"x")
    for name in ("a/below", "f"):
        with pytest.raises(InputError, match=r"blob already|folder of blobs"):
            store.create("runs", name, b"x")
        with pytest.raises(InputError, match=r"blob already|folder of blobs"):
            store.append("runs", name, b"x", at=0)


# --- crashes and failures


def test_a_crash_while_writing_leaves_no_blob(store, root):
    """A process that dies half-way leaves a hidden draft, which goes once it is over an hour old."""
    script = """
def chunks():
    yield b"x" * 3_000_000
    os._exit(9)
store.create_from("runs", "r/big", chunks())
"""
    assert in_process(root, script).wait(60) == 9
    (draft,) = drafts(root)
    assert list(store.list("runs")) == []
    with pytest.raises(BlobNotFound):
        store.stat("runs", "r/big")
    DirectoryBlobStore(root)
    assert drafts(root) == [draft]
    hour_ago = draft.stat().st_mtime - 3601
    os.utime(draft, (hour_ago, hour_ago))
    DirectoryBlobStore(root)
    assert drafts(root) == []
    assert store.create("runs", "r/big", b"again").size == 5


def test_a_crash_releases_the_lock_and_keeps_the_old_version(store, root):
    """A process that dies inside an append leaves the blob as it was, and others go on."""
    store.append("audit", "chain", b"one\n", at=0)
    script = """
Path.replace = lambda *_: os._exit(9)
store.append("audit", "chain", b"two\\n", at=4)
"""
    assert in_process(root, script).wait(60) == 9
    assert store.read("audit", "chain") == b"one\n"
    assert store.append("audit", "chain", b"two\n", at=4) == 8
    for draft in drafts(root):
        draft.unlink()


def test_a_full_disk_is_told_and_leaves_nothing(store, root):
    """A write the system refuses names the operation and the blob, and the draft is gone."""
    ref = store.create("runs", "state", b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(ServiceUnavailable, match=r"^cannot create runs/big: File too large$"):
            store.create_from("runs", "big", iter([b"x" * 90_000] * 3))
        with pytest.raises(ServiceUnavailable, match=r"^cannot replace runs/state: "):
            store.replace(ref, b"x" * 200_000)
        with pytest.raises(ServiceUnavailable, match=r"^cannot append to runs/state: "):
            store.append("runs", "state", b"x" * 200_000, at=3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert drafts(root) == []
    assert [found.name for found in store.list("runs")] == ["state"]
    assert store.read("runs", "state") == b"old"


def test_a_folder_that_is_gone_is_an_outage(store, root):
    """Without its root the store is unavailable; it does not make itself a new one."""
    store.create("runs", "a", b"x")
    root.rename(root.with_name("elsewhere"))
    for operation in (
        store.check,
        lambda: store.create("runs", "b", b"x"),
        lambda: store.append("runs", "b", b"x", at=0),
        lambda: store.replace(BlobRef(container="runs", name="a", etag="0"), b"x"),
    ):
        with pytest.raises(ServiceUnavailable):
            operation()
    assert not root.exists()


def test_a_root_that_is_a_file_is_an_outage(tmp_path):
    """A store that cannot be opened says so in one line."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ServiceUnavailable, match="cannot open the blob store's folder"):
        DirectoryBlobStore(tmp_path / "file")


@contextlib.contextmanager
def without_privileges():
    """Root may read everything, so it steps down while the permission is tried."""
    privileged = os.geteuid() == 0
    if privileged:
        os.seteuid(65534)
    try:
        yield
    finally:
        if privileged:
            os.seteuid(0)


def test_no_permission_is_told():
    """What may not be read is an outage, not an absent blob."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        store = DirectoryBlobStore(Path(folder))
        store.create("runs", "a", b"x")
        (Path(folder) / "runs" / "a").chmod(0)
        with without_privileges(), pytest.raises(ServiceUnavailable, match="Permission denied"):
            store.read("runs", "a")


def test_check_leaves_nothing_behind(store, root):
    """A check writes and removes."""
    store.check()
    assert drafts(root) == []


# --- several processes, many blobs


def test_processes_append_to_one_chain(store, root):
    """Every entry of every process is in the chain once, none is torn or lost."""
    script = """
for number in range(15):
    while True:
        known = store.stat("audit", "chain").size
        try:
            store.append("audit", "chain", f"{sys.argv[1]}-{number}\\n".encode(), at=known)
            break
        except BlobChanged:
            pass
"""
    store.append("audit", "chain", b"start\n", at=0)
    writers = [in_process(root, script.replace("sys.argv[1]", repr(letter))) for letter in "abc"]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0]
    lines = store.read("audit", "chain").decode().splitlines()
    assert sorted(lines) == sorted(["start", *(f"{letter}-{number}" for letter in "abc" for number in range(15))])
    assert [line for line in lines if line[0] == "b"] == [f"b-{number}" for number in range(15)]


def test_ten_thousand_blobs_are_listed_from_the_first_on(store, root):
    """A listing starts before it has seen all, stays in order and is complete."""
    for folder in range(100):
        path = root / "runs" / f"r{folder:02d}"
        path.mkdir(parents=True)
        for number in range(100):
            (path / f"{number:02d}").touch()
    listing = store.list("runs")
    assert next(listing).name == "r00/00"
    (root / "runs" / "r99" / "zz").touch()
    names = ["r00/00", *(ref.name for ref in listing)]
    assert len(names) == 10_001
    assert names == sorted(names)
    assert names[-1] == "r99/zz"


def test_a_blob_deleted_while_listing_is_left_out(store):
    """What is gone by the time its turn comes is not an error."""
    for name in "abc":
        store.create("runs", name, b"")
    listing = store.list("runs")
    assert next(listing).name == "a"
    store.delete("runs", "b")
    assert [ref.name for ref in listing] == ["c"]


def test_a_later_create_does_not_disturb_the_first(store, root):
    """A file made by hand is as safe from a create as a blob is."""
    (root / "runs").mkdir()
    (root / "runs" / "a").write_bytes(b"by hand")
    with pytest.raises(BlobExists):
        store.create("runs", "a", b"x")
    assert (root / "runs" / "a").read_bytes() == b"by hand"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_told_as_such_and_leaves_nothing_behind(store, root, monkeypatch, number):
    """Every way of writing says that the disk is full and which blob it was for; what was there is there."""
    kept = store.create("runs", "kept.json", b"old")

    def full(_descriptor):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    for write in (
        lambda: store.create("runs", "new.json", b"new"),
        lambda: store.replace(kept, b"new"),
        lambda: store.append("runs", "kept.json", b"new", at=3),
    ):
        with pytest.raises(StorageFull, match=r"the disk is full: cannot \w+( to)? runs/\w+\.json"):
            write()
    assert [ref.name for ref in store.list("runs")] == ["kept.json"]
    assert store.read("runs", "kept.json") == b"old"
    assert drafts(root) == []


def test_a_hidden_file_is_kept_once_for_its_owner_alone(store, root):
    """Whoever comes second gets what the first one wrote; nobody else on the machine may read it."""
    assert store.keep_hidden(".key", b"first") == b"first"
    assert DirectoryBlobStore(root).keep_hidden(".key", b"second") == b"first"
    assert (root / ".key").stat().st_mode & 0o777 == 0o600
    assert drafts(root) == []
