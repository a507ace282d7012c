"""`lintkb clean`: remove what the cache keeps."""

import argparse
import sys
from pathlib import Path

from lintkb.cache import clean, default_folder
from lintkb.reporters.safe import safe


def run(arguments: argparse.Namespace) -> int:
    """Remove the caches of all knowledge bases."""
    folder = Path(arguments.cache_dir) if arguments.cache_dir else default_folder()
    count = clean(folder)
    sys.stdout.write(
        f"Removed the cache of {count} knowledge base{'s' if count != 1 else ''} in {safe(str(folder))}.\n"
    )
    return 0
