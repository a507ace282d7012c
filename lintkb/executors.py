"""How the work is spread: in this process, over a pool of processes or over other machines, behind one interface."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from lintkb.cluster import Far, WorkerDied, map_far, undisturbed

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 50
AHEAD = 32  # chunks in hand for each process of a pool: one may take as long as many others
# From about here on a pool of two pays: on real notes it took 0.97 of the time of one process at 300 notes, 0.75 at 600.
MIN_FOR_POOL = 300
# fork shares what is loaded already, and lintkb has no threads; elsewhere only spawn is safe. 600 notes cost 6.3 s of CPU
# in one process, 6.5 s in two that were forked, 8.0 s in two that were spawned; forkserver took as long as spawn.
START = "fork" if sys.platform == "linux" else "spawn"


def default_jobs() -> int:
    """As many processes as this process may use processors."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def shares_memory() -> bool:
    """Whether processes of a pool know all that this one does when they begin."""
    return START == "fork"


def map_chunks(
    work: Callable[[Any, Sequence[Item]], list[Result]],
    job: Any,
    items: Sequence[Item],
    jobs: int,
    *,
    notes: int | None = None,
    far: Far | None = None,
    fill: Callable[[Item], Item] | None = None,
) -> Iterator[Result]:
    """`work(job, chunk)` over all items, results in the order of the items; `notes` is how many notes they stand for.

    `fill` makes of an item, shortly before it is worked on, what `work` is given. What is worth it goes to processes, or
    where `far` says. Raises WorkerDied when a process is killed, by the system or by a note, and ClusterError.
    """
    notes = len(items) if notes is None else notes
    size = max(1, CHUNK * len(items) // max(notes, 1))
    chunks: Iterable[Sequence[Item]] = (items[at : at + size] for at in range(0, len(items), size))
    if fill is not None:
        chunks = (list(map(fill, chunk)) for chunk in chunks)
    if not is_spread(notes, jobs, far):
        for chunk in chunks:
            yield from work(job, chunk)
    elif far is not None:
        yield from map_far(far, work, job, chunks)
    else:
        yield from _pooled(work, job, chunks, jobs)


def is_spread(notes: int, jobs: int, far: Far | None) -> bool:
    """Whether work on so many notes goes to other processes."""
    return notes >= MIN_FOR_POOL and (jobs > 1 or far is not None)


def _pooled(
    work: Callable[[Any, Sequence[Item]], list[Result]], job: Any, chunks: Iterable[Sequence[Item]], jobs: int
) -> Iterator[Result]:
    import gc
    from collections import deque
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from itertools import islice
    from multiprocessing import get_context

    gc.freeze()  # what is here now is not looked at again in forked processes, where looking at it would copy it
    pool = ProcessPoolExecutor(jobs, mp_context=get_context(START), initializer=_begin, initargs=(work, job))
    try:
        # Not pool.map, which cancels what it has not yielded, in the middle of the pool's own ending.
        left, futures = iter(chunks), deque[Future[list[Any]]]()
        while True:
            with undisturbed():
                futures.extend(pool.submit(_run, chunk) for chunk in islice(left, jobs * AHEAD - len(futures)))
            if not futures:
                break
            yield from futures.popleft().result()
        pool.shutdown()
    except BrokenProcessPool as error:
        raise WorkerDied("a worker process died while reading notes; run with --jobs 1 to see where") from error
    finally:
        # After Ctrl-C nobody waits for chunks in hand. (ProcessPoolExecutor.terminate_workers does this from 3.14 on.)
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        gc.unfreeze()
        pool.shutdown(cancel_futures=True)  # and waits for its thread, which may not be in the midst of ending at exit


_worker: tuple[Callable[[Any, Sequence[Any]], list[Any]], Any] | None = None


def _begin(work: Callable[[Any, Sequence[Any]], list[Any]], job: Any) -> None:
    import signal

    global _worker  # noqa: PLW0603
    _worker = (work, job)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to tell of


def _run(chunk: Sequence[Any]) -> list[Any]:
    assert _worker is not None  # noqa: S101
    work, job = _worker
    return work(job, chunk)
