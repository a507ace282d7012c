"""CPU time of start-up, as multiples of `python -c pass` in the same run."""

import sys
import tempfile
from pathlib import Path

from measure import in_turn

RUNS = 15
LIMITS = {"--version": 3.0, "one note": 15.0}


def main() -> int:
    """Print the figures; the exit code is 1 when a limit is passed."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "note.md").write_text("---\ntitle: Soil\n---\n\nSoil is alive [00:01:02]. See [[note]].\n" * 1)
        python = [sys.executable]
        taken = in_turn(
            {
                "python -c pass": [*python, "-c", "pass"],
                "--version": [*python, "-m", "lintkb", "--version"],
                "one note": [*python, "-m", "lintkb", "--no-cache", "note.md"],
            },
            RUNS,
            folder,
        )
    unit = taken["python -c pass"].cpu
    slow = False
    for name, sample in taken.items():
        limit = LIMITS.get(name)
        slow |= limit is not None and sample.cpu > limit * unit
        print(f"{name:<16} {sample.cpu / unit:5.1f} x{f'   (limit {limit:g})' if limit else ''}")
    return int(slow)


if __name__ == "__main__":
    raise SystemExit(main())
