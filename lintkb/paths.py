"""How paths are printed: as the user would type them. And where a user's own files are."""

import os
import sys
from pathlib import Path


def shown_file(path: Path) -> str:
    """How to print the path of a file: relative to the working folder when it lies below it."""
    here = os.path.realpath(".").rstrip(os.sep) + os.sep
    return str(path).removeprefix(here)


def shown_root(root: Path, *, absolute: bool) -> str:
    """How to print a root: relative to the working folder, or in full when the user gave it so and it lies elsewhere."""
    here = os.path.realpath(".")
    if str(root) == here:
        return "."
    if str(root).startswith(here.rstrip(os.sep) + os.sep):
        return Path(os.path.relpath(root, here)).as_posix()
    return root.as_posix() if absolute else Path(os.path.relpath(root, here)).as_posix()


def shown_path(root: str, path: str) -> str:
    """How to print the path of a note below a root that is printed as `root`."""
    return path if root == "." else f"{root.rstrip('/')}/{path}"


def is_hidden(path: str) -> bool:
    """Whether a path, or a folder on the way, begins with a dot: no knowledge base looks there."""
    return path.startswith(".") or "/." in path


def user_folder(kind: str) -> Path:
    """The user's folder for lintkb's `cache` or `config`, as platformdirs has it, which takes 7 ms to import."""
    if sys.platform == "linux" and "ANDROID_DATA" not in os.environ:
        given = os.environ.get(f"XDG_{kind.upper()}_HOME", "").strip()
        if not given or os.path.isabs(given):  # noqa: PTH117 - all runs do this
            return Path(given or os.path.expanduser(f"~/.{kind}"), "lintkb")  # noqa: PTH111
    import platformdirs

    return (platformdirs.user_cache_path if kind == "cache" else platformdirs.user_config_path)(
        "lintkb", appauthor=False
    )
