"""The releases that are kept: one build at a time among them, which there are, which may go.

A release is removed by renaming it first, so that nobody meets half of one.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from graph import snapshot
from graph.errors import ReleaseError
from graph.runs import files
from graph.snapshot import Release

_LEFT = (".building-*", ".current-*", ".gone-*")
"""What a killed build may leave behind."""


@contextmanager
def locked(build: Path) -> Iterator[Path]:
    """A folder to work in, for one build at a time; what a killed one left is cleared away.

    Raises ReleaseError when another is at work.
    """
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReleaseError(f"another build is at work in {build}; wait for it") from error
        for left in (path for pattern in _LEFT for path in build.glob(pattern)):
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()
        work = build / f".building-{os.getpid()}"
        work.mkdir()
        try:
            yield work
        finally:
            shutil.rmtree(work)


@contextmanager
def beside(build: Path) -> Iterator[Path]:
    """A folder to work in beside the releases, which several may have at a time.

    What a killed one left is cleared away: it is locked by nobody.
    """
    build.mkdir(parents=True, exist_ok=True)
    with (build / ".lock-checks").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in build.glob(".checking-*"):
            with _handle(left) as handle, suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left)
        work = Path(tempfile.mkdtemp(prefix=".checking-", dir=build))
        handle = os.open(work, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        yield work
    finally:
        shutil.rmtree(work)
        os.close(handle)


@contextmanager
def _handle(folder: Path) -> Iterator[int]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield handle
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Held:
    """A release that is kept.

    `bytes` is what its files hold, `own` what would be free if it went: files that it shares with
    other releases or with the parts of articles are not among it.
    """

    release: Release
    current: bool
    bytes: int
    own: int


def held(build: Path) -> tuple[Held, ...]:
    """Every release under `build`, the newest first.

    Raises ReleaseError when none is current.
    """
    current = snapshot.release(build / "current")
    return tuple(_held(each, current) for each in snapshot.kept(current))


def _held(release: Release, current: Release) -> Held:
    found = [path.stat() for path in release.folder.rglob("*") if path.is_file()]
    own = sum(each.st_size for each in found if each.st_nlink == 1)
    total = sum(each.st_size for each in found)
    return Held(release, release.folder == current.folder, total, own)


def named(build: Path, version: str) -> Release:
    """The release of this version, or `current`.

    Raises ReleaseError when it is not kept, with those that are.
    """
    current = snapshot.release(build / "current")
    known = {each.folder.name: each for each in snapshot.kept(current)} | {"current": current}
    if version not in known:
        raise ReleaseError(f"no release {version!r} under {build}; there are: {', '.join(known)}")
    return known[version]


def prune(build: Path, keep: int) -> tuple[str, ...]:
    """Remove all releases but the current one and the `keep` newest others; returns which.

    Raises ReleaseError while a build is at work.
    """
    with locked(build):
        return discard(build, keep)


def discard(build: Path, keep: int) -> tuple[str, ...]:
    """What `prune` does, for who holds the lock."""
    current = snapshot.release(build / "current")
    others = [each for each in snapshot.kept(current) if each.folder != current.folder]
    for each in others[keep:]:
        gone = build / f".gone-{each.folder.name}"
        each.folder.rename(gone)
        shutil.rmtree(gone)
    files.sync(build)
    return tuple(each.folder.name for each in others[keep:])
