"""CPU time, wall time and memory of whole processes with all their children. Linux only: memory is read from /proc."""

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

INTERVAL = 0.02  # seconds between two looks at the memory
SHARE = 10  # of the time is spent on looking, at most: one part in so many


class Run(NamedTuple):
    """One finished run: seconds of CPU (user and system, children included) and of wall time, and bytes of memory.

    Memory is the highest sum of proportional set sizes (PSS) over the process and its descendants that was seen: a page that
    several of them share counts once. It is 0 for a run that was over before it could be looked at.
    """

    cpu: float
    wall: float
    peak: int


def once(command: Sequence[str], cwd: str | Path | None = None, env: Mapping[str, str] | None = None) -> Run:
    """Run a command with its output thrown away. Raises RuntimeError when it is killed or ends with 2 or more."""
    environment = {**os.environ, **(env or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode; so has this one, then
    nothing = subprocess.DEVNULL
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=cwd, env=environment, stdin=nothing, stdout=nothing, stderr=nothing)
    watch = _Watch(process.pid)
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)  # it has been waited for, and must not be again
    watch.over.set()
    watch.join()
    if process.returncode not in (0, 1):
        raise RuntimeError(f"exit code {process.returncode}: {' '.join(command)} (in {cwd or Path.cwd()})")
    return Run(round(usage.ru_utime + usage.ru_stime, 4), round(wall, 4), watch.peak)


class _Watch(threading.Thread):
    """Looks at the memory of a process and its descendants until it is over."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.peak = 0
        self.over = threading.Event()

    def run(self) -> None:
        pause = INTERVAL
        while not self.over.wait(pause):
            before = time.perf_counter()
            self.peak = max(self.peak, sum(map(_proportional, _descendants(self.pid))))
            # Reading page tables stops the process that they belong to.
            pause = max(INTERVAL, SHARE * (time.perf_counter() - before))


def _descendants(pid: int) -> list[int]:
    """A process and all that it has started, as far as they are still there."""
    found = [pid]
    for one in found:  # which grows meanwhile
        try:
            for task in Path(f"/proc/{one}/task").iterdir():
                found += map(int, (task / "children").read_text("ascii").split())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def _proportional(pid: int) -> int:
    """The proportional set size of a process in bytes, 0 when it is gone."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) * 1024 for line in text.splitlines() if line.startswith("Pss:")), 0)
