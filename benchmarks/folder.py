"""A folder of notes: cold, warm, one process and all, beside rumdl where it is installed."""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measure import Sample, in_turn


def main() -> int:
    """Print medians as ratios to lintkb's cold run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        lintkb = [sys.executable, "-m", "lintkb", "--output-format", "concise", "--isolated"]
        commands = {
            "cold": [*lintkb, "--no-cache", "."],
            "cold, one process": [*lintkb, "--no-cache", "--jobs", "1", "."],
            "warm": [*lintkb, "--cache-dir", cache, "."],
        }
        rumdl = shutil.which("rumdl", path=str(Path(sys.executable).parent)) or shutil.which("rumdl")
        if rumdl:
            commands["rumdl, cold"] = [rumdl, "check", "--no-cache", "--isolated", "."]
        taken = in_turn(commands, arguments.runs, str(arguments.folder))
    reference: Sample = taken["cold"]
    print(f"{'':<18} {'wall':>7} {'cpu':>7}   (cold = 1)")
    for name, sample in taken.items():
        print(f"{name:<18} {sample.wall / reference.wall:7.2f} {sample.cpu / reference.cpu:7.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
