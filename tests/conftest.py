"""Shared fixtures: a knowledge base in a temporary folder, and the command line run on it."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from lintkb.cli import main

NOTE = "---\ntitle: {}\n---\n"


class Ran(NamedTuple):
    """What a run of the command line gave."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def json(self) -> list[dict[str, Any]]:
        return json.loads(self.out)

    @property
    def brief(self) -> list[str]:
        """`path:line:column CODE` of every finding of a JSON report."""
        return [
            f"{item['path']}:{item['start']['line']}:{item['start']['column']} {item['code']}" for item in self.json
        ]


class Base:
    """A knowledge base on disk, and `lintkb` run in its folder."""

    def __init__(self, root: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self.capture = capture

    def write(self, files: dict[str, str | bytes]) -> "Base":
        for path, content in files.items():
            target = self.root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return self

    def read(self, path: str) -> bytes:
        return (self.root / path).read_bytes()

    def run(self, *arguments: str) -> Ran:
        self.capture.readouterr()
        code = main(list(arguments))
        captured = self.capture.readouterr()
        return Ran(code, captured.out, captured.err)

    def json(self, *arguments: str) -> Ran:
        return self.run("--output-format", "json", *arguments)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No cache, colour or hook settings of the person who runs the tests."""
    monkeypatch.setenv("XDG_CACHE_HOME", os.fspath(tmp_path_factory.mktemp("cache")))
    for name in (
        "NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS", "PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF",
        "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE",
    ):  # fmt: skip
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Base:
    root = tmp_path / "kb"
    root.mkdir()
    monkeypatch.chdir(root)
    return Base(root, capsys)


@pytest.fixture
def corpus() -> Path:
    """A folder of real notes, named by LINTKB_CORPUS; tests that want it are skipped where there is none."""
    folder = os.environ.get("LINTKB_CORPUS")
    if not folder:
        pytest.skip("LINTKB_CORPUS is not set: no real notes to run on")
    return Path(folder)


@pytest.fixture
def git() -> str:
    path = shutil.which("git")
    if path is None:
        pytest.skip("git is not installed")
    return path


@pytest.fixture
def repo(base, git):
    """A repository with a committed knowledge base: a links to b, c is an orphan, old breaks already."""

    def run(*arguments):
        done = subprocess.run(
            [git, "-c", "user.name=x", "-c", "user.email=x@x.test", *arguments],
            cwd=base.root,
            check=True,
            capture_output=True,
        )
        return done.stdout.decode().strip()

    base.git = run
    run("init", "-q", "-b", "main")
    base.write(
        {
            "lintkb.toml": "", "a.md": NOTE.format("A") + "[[b]] [[img.png]]\n", "b.md": NOTE.format("B"),
            "c.md": NOTE.format("C"), "old.md": NOTE.format("Old") + "[[nowhere]]\n", "img.png": "x",
        }
    )  # fmt: skip
    run("add", "-A")
    run("commit", "-qm", "one")
    return base
