"""CPU and wall time of whole processes, taken in turn so that a drifting machine drifts for all of them."""

import os
import resource
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Sample(NamedTuple):
    """One finished process: CPU seconds (user and system, children included) and wall seconds."""

    cpu: float
    wall: float


def once(command: Sequence[str], cwd: str | None = None, env: Mapping[str, str] | None = None) -> Sample:
    """Run a command with its output thrown away. Raises RuntimeError when it is killed or ends with 2 or more."""
    environment = {**os.environ, **(env or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package has its bytecode; so has this one, then
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-500:]}")
    return Sample(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall)


def in_turn(commands: Mapping[str, Sequence[str]], runs: int, cwd: str | None = None) -> dict[str, Sample]:
    """The median of several runs of each command, one after the other, after one uncounted run."""
    samples: dict[str, list[Sample]] = {name: [] for name in commands}
    for command in commands.values():
        once(command, cwd)
    for _ in range(runs):
        for name, command in commands.items():
            samples[name].append(once(command, cwd))
    return {
        name: Sample(statistics.median(s.cpu for s in taken), statistics.median(s.wall for s in taken))
        for name, taken in samples.items()
    }
