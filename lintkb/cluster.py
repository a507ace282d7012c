"""Workers on other machines: those of a Dask scheduler, which see the same files in the same place.

Dask is imported here alone, and when it is used. A worker shows first that it has the same code and sees the same notes. What
travels is packed here, so that Dask neither looks into it nor has to know what it is.
"""

import atexit
import os
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

from lintkb import __version__
from lintkb.digests import content_digest, digest
from lintkb.results import Damaged

CONNECT = 5.0  # seconds for a scheduler to answer, and for its first worker to be there
ALONE = 15.0  # seconds without any worker until there will be none: one that died is started again sooner
WINDOW = 3  # chunks in hand for each worker: one at work, one to go on with, one whose result is waited for
PATIENCE = 60.0  # seconds for all workers to be given what they need, which may be 100 MB
_LOOK = 1.0  # seconds after which it is looked whether anybody is still at work


class ClusterError(Exception):
    """The workers of a Dask scheduler cannot be used; `str()` says why and what to do."""


class WorkerDied(Exception):
    """A process that was at work ended without an answer."""


class Far(NamedTuple):
    """Where the work goes: to the scheduler at an `address`, or, where that is empty, to `jobs` workers on this machine.

    `root` is the folder whose files all must see, `limit` how many bytes of each count, `some` are the digests of a few.
    """

    address: str
    jobs: int
    root: str
    limit: int
    some: tuple[tuple[str, str], ...]


class Proof(NamedTuple):
    """What a worker must have and see in order to take part."""

    version: str
    python: str
    code: str
    root: str
    limit: int
    some: tuple[tuple[str, str], ...]


@cache
def code() -> str:
    """What stands for lintkb's code and the packages that it uses, wherever they are installed."""
    from importlib import metadata

    folder = Path(__file__).parent
    parts = [part for file in sorted(folder.rglob("*.py")) for part in (_name(file, folder), file.read_bytes())]
    needs = [need for need in metadata.requires("lintkb") or () if "extra ==" not in need]
    for need in sorted(needs):
        name = need.split(";")[0].strip()
        name = name[: next((at for at, one in enumerate(name) if not (one.isalnum() or one in "._-")), None)]
        parts.append(f"{name} {metadata.version(name)}".encode())
    return digest(*parts)


def _name(file: Path, folder: Path) -> bytes:
    return file.relative_to(folder).as_posix().encode()


def _python() -> str:
    return ".".join(map(str, sys.version_info[:2]))


@lru_cache(maxsize=4)
def unfit(proof: Proof) -> str:
    """Why this process cannot take part, to be read behind its name; empty when it can."""
    if __version__ != proof.version:
        return f"has lintkb {__version__}, and here it is {proof.version}"
    if _python() != proof.python:
        return f"runs Python {_python()}, and here it is {proof.python}"
    if code() != proof.code:
        return "has another build of lintkb, or other versions of the packages that it uses, than there are here"
    if not Path(proof.root).is_dir():
        return f"does not see the folder {proof.root}; all machines must have it in the same place"
    for path, known in proof.some:
        try:
            with (Path(proof.root) / path).open("rb") as file:
                same = content_digest(file.read(proof.limit)) == known
        except OSError as error:
            return f"cannot read {proof.root}/{path}: {error.strerror or error}"
        if not same:
            return f"sees another {proof.root}/{path} than there is here; all machines must see the same files"
    return ""


class Held:
    """What every worker is given once: what is to be done, with what, and who may do it."""

    def __init__(self, work: Callable[[Any, Sequence[Any]], list[Any]], job: Any, proof: Proof) -> None:
        self.work = work
        self.job = job
        self.proof = proof


_alone = threading.Lock()  # a worker may have several threads, and an index answers one question at a time


def _do(held: Held, chunk: bytes) -> bytes:
    """What a worker does. Raises ClusterError where it cannot take part."""
    import pickle

    with _alone:
        why = unfit(held.proof)
        if why:
            raise ClusterError(_told(f"{os.uname().nodename}, process {os.getpid()}", why))
        return pickle.dumps(held.work(held.job, pickle.loads(chunk)))  # noqa: S301 - what the client packed


def _told(worker: str, why: str) -> str:
    return f"the Dask worker {worker} {why}"


def map_far(
    far: Far, work: Callable[[Any, Sequence[Any]], list[Any]], job: Any, chunks: Iterable[Sequence[Any]]
) -> Iterator[Any]:
    """`work(job, chunk)` over all chunks, results in their order. Raises ClusterError and WorkerDied."""
    _require_dask()
    with _plainly():
        cluster = _cluster(far)
        proof = Proof(__version__, _python(), code(), far.root, far.limit, far.some)
        cluster.examine(proof)
        held = cluster.spread(Held(work, job, proof))
    waiting: deque[Any] = deque()
    left = iter(chunks)
    try:
        while True:
            with _plainly():
                room = WINDOW * max(1, len(cluster.workers()))
                for chunk in left:
                    waiting.append(cluster.submit(held, chunk))
                    if len(waiting) >= room:
                        break
                if not waiting:
                    return
                done = cluster.result(waiting[0])
            waiting.popleft()
            yield from done
    finally:
        cluster.forget(waiting)


@contextmanager
def _plainly() -> Iterator[None]:
    """Say in plain words what goes wrong with Dask, and let it say nothing itself."""
    from distributed import client, scheduler
    from distributed.comm import CommClosedError

    lost = (
        CommClosedError,
        scheduler.KilledWorker,
        client.CancelledError,
        client.FutureCancelledError,
        client.FuturesCancelledError,
        ConnectionError,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except (ClusterError, WorkerDied, Damaged):
            raise
        except lost as error:
            raise _died() from error
        except Exception as error:
            words = " ".join(str(error).split())[:200]
            cause = error.__cause__
            why = f" ({type(cause).__name__}: {' '.join(str(cause).split())[:200]})" if cause is not None else ""
            raise ClusterError(f"the Dask workers cannot do this: {type(error).__name__}: {words}{why}") from error


@contextmanager
def undisturbed() -> Iterator[None]:
    """Keep Ctrl-C waiting while processes are started: what is raised in the midst of a fork is printed and lost."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _died() -> WorkerDied:
    return WorkerDied(
        "the Dask workers that were at work are gone, or their scheduler is;"
        " run with --executor serial to see whether a note ends them"
    )


class Cluster:
    """A connection to a scheduler. With an empty `address` it is one of our own, with `jobs` workers on this machine."""

    def __init__(self, address: str, jobs: int) -> None:
        """Raises ClusterError when nothing answers."""
        from multiprocessing import resource_tracker

        from distributed import Client, LocalCluster

        self._local: Any = None
        self.address = address
        self._number = 0
        self._examined: set[Proof] = set()
        self._seen = time.monotonic()  # when there were workers
        try:
            if not address:
                resource_tracker.ensure_running()  # which lets Ctrl-C through again when it is started
                # Ctrl-C is for this process to tell of: what is started meanwhile, and by that later on, never hears of it.
                with undisturbed():
                    self._local = LocalCluster(
                        n_workers=jobs, threads_per_worker=1, dashboard_address=None, memory_limit=0, protocol="tcp"
                    )
            self.client = Client(self._local or address, timeout=CONNECT, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            if self._local is not None:
                self._local.close()
            raise ClusterError(
                f"no Dask scheduler answers at {address}; start one with `dask scheduler`, and give the address it prints"
                if address
                else f"no Dask workers could be started here: {error}"
            ) from error

    @property
    def open(self) -> bool:
        """Whether the scheduler is there still."""
        return bool(self.client.status == "running")

    def workers(self) -> Mapping[str, Any]:
        """The workers that there are now, by address. Raises WorkerDied when the scheduler has gone."""
        if not self.open:
            raise _died()
        found: Mapping[str, Any] = self.client.nthreads()
        return found

    def examine(self, proof: Proof) -> None:
        """Ask every worker whether it can take part. Raises ClusterError when one cannot, or there is none."""
        from importlib import metadata

        if not self.workers():
            try:
                self.client.wait_for_workers(1, timeout=CONNECT)
            except TimeoutError as error:
                raise ClusterError(
                    f"no worker is connected to the Dask scheduler at {self.address}; start some with"
                    f" `dask worker {self.address} --nthreads 1`"
                ) from error
        if proof in self._examined:
            return
        for ask in ((metadata.version, "lintkb"), (unfit, proof)):
            for worker, answer in sorted(self.client.run(*ask, on_error="return").items()):
                if isinstance(answer, OSError | TimeoutError):
                    continue  # it has gone; what comes in its place shows itself
                if isinstance(answer, metadata.PackageNotFoundError):
                    raise ClusterError(_told(worker, "has no lintkb; install the same version there as here"))
                if isinstance(answer, BaseException):
                    raise ClusterError(_told(worker, f"cannot say whether it can take part: {answer}"))
                if ask[0] is unfit and answer:
                    raise ClusterError(_told(worker, answer))
        self._examined.add(proof)

    def spread(self, held: Held) -> Any:
        """Give every worker what all work needs."""
        try:
            return self._scattered(held, broadcast=True)
        except (OSError, KeyError, TimeoutError):  # a worker has gone in the midst of it
            return self._scattered(held, broadcast=False)  # which the others have from the one that is given it

    def _scattered(self, held: Held, *, broadcast: bool) -> Any:
        """Raises TimeoutError where no answer comes: Dask waits for ever for some workers that have gone."""
        ask = partial(self.client.scatter, [held], broadcast=broadcast, hash=False, asynchronous=True)
        return self.client.sync(ask, callback_timeout=PATIENCE)[0]

    def submit(self, held: Any, chunk: Sequence[Any]) -> Any:
        """Have a chunk worked on."""
        import pickle

        self._number += 1
        key = f"lintkb-{os.urandom(8).hex()}-{self._number}"
        return self.client.submit(_do, held, pickle.dumps(chunk), key=key, pure=False)

    def result(self, future: Any) -> list[Any]:
        """What came of a chunk. Raises what a worker raised, and WorkerDied."""
        import pickle

        while True:
            try:
                packed = future.result(timeout=_LOOK)
            except TimeoutError:
                if future.status == "error" and isinstance(future.exception(), TimeoutError):
                    raise  # the worker's own
                if self.workers():
                    self._seen = time.monotonic()
                elif time.monotonic() - self._seen > ALONE:
                    raise _died() from None
                continue
            self._seen = time.monotonic()
            found: list[Any] = pickle.loads(packed)  # noqa: S301 - what a worker packed that was examined
            return found

    def forget(self, futures: Iterable[Any]) -> None:
        """Have what is not wanted any more left undone."""
        if futures and self.open:
            with suppress(Exception):
                self.client.cancel(list(futures), force=True)

    def close(self) -> None:
        """End the connection, and the workers that were started for it."""
        with suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.client.close(timeout=CONNECT)
            if self._local is not None:
                self._local.close(timeout=CONNECT)


_open: dict[tuple[str, int], Cluster] = {}


def _cluster(far: Far) -> Cluster:
    """The connection to a scheduler: made once, and ended with the process."""
    key = (far.address, 0 if far.address else far.jobs)
    if key not in _open or not _open[key].open:
        if not _open:
            atexit.register(close_all)
        _open[key] = Cluster(*key)
    return _open[key]


def close_all() -> None:
    """End all connections, and the workers that were started for them."""
    while _open:
        _open.popitem()[1].close()


def _require_dask() -> None:
    """Import Dask, and have it keep silent. Raises ClusterError where it is not installed."""
    try:
        import dask
        import distributed  # noqa: F401
    except ImportError as error:
        raise ClusterError("--executor dask needs Dask: pip install 'lintkb[dask]'") from error
    import logging

    known = [name for name in logging.root.manager.loggerDict if name.startswith(("distributed.", "tornado."))]
    for name in ["distributed", "tornado", "asyncio", *known]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    # The same for workers that are started here, which read this from their environment.
    dask.config.set({"distributed.nanny.pre-spawn-environ.DASK_DISTRIBUTED__LOGGING": str({"distributed": "critical"})})
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TB"})
