"""How the reading of notes is spread: in this process, or over a pool of processes, behind one interface."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 50
# From about here on a pool of two pays: on real notes it took 0.97 of the time of one process at 300 notes, 0.75 at 600.
MIN_FOR_POOL = 300


class WorkerDied(Exception):
    """A process of the pool ended without an answer."""


def default_jobs() -> int:
    """As many processes as this process may use processors."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def map_chunks(
    work: Callable[[Any, Sequence[Item]], list[Result]],
    job: Any,
    items: Sequence[Item],
    jobs: int,
    *,
    notes: int | None = None,
) -> Iterator[Result]:
    """`work(job, chunk)` over all items, results in the order of the items; `notes` is how many notes they stand for.

    Raises WorkerDied when a process of the pool is killed, by the system or by a note.
    """
    notes = len(items) if notes is None else notes
    size = max(1, CHUNK * len(items) // max(notes, 1))
    chunks = [items[at : at + size] for at in range(0, len(items), size)]
    if jobs <= 1 or notes < MIN_FOR_POOL:
        for chunk in chunks:
            yield from work(job, chunk)
        return
    yield from _pooled(work, job, chunks, jobs)


def _pooled(
    work: Callable[[Any, Sequence[Item]], list[Result]], job: Any, chunks: Iterable[Sequence[Item]], jobs: int
) -> Iterator[Result]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # fork shares the rules that are already loaded and lintkb has no threads; elsewhere only spawn is safe.
    context = get_context("fork" if sys.platform == "linux" else "spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(work, job))
    try:
        # Not pool.map, which cancels what it has not yielded, in the middle of the pool's own ending.
        with _undisturbed():
            futures = [pool.submit(_run, chunk) for chunk in chunks]
        for future in futures:
            yield from future.result()
        pool.shutdown()
    except BrokenProcessPool as error:
        raise WorkerDied("a worker process died while reading notes; run with --jobs 1 to see where") from error
    finally:
        # After Ctrl-C nobody waits for chunks in hand. (ProcessPoolExecutor.terminate_workers does this from 3.14 on.)
        for process in list((getattr(pool, "_processes", None) or {}).values()):
            process.terminate()
        pool.shutdown(cancel_futures=True)  # and waits for its thread, which may not be in the midst of ending at exit


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Ctrl-C waiting while processes are forked: what is raised in the midst of a fork is printed and lost."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


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
