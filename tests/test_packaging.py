"""The wheel, the source distribution and the editable install each carry the rules."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def run(*command, cwd, **environment):
    ran = subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd, capture_output=True, text=True, check=False, timeout=300, env={**os.environ, **environment},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder with both distributions."""
    folder = tmp_path_factory.mktemp("dist")
    run("-m", "build", "--no-isolation", "--outdir", folder, ROOT, cwd=folder)
    return folder


def rules_of(place, cwd):
    """The rules that a copy of the package lists, after a look at where it was imported from."""
    where = run("-c", "import lintkb; print(lintkb.__file__)", cwd=cwd, PYTHONPATH=str(place))
    assert Path(where.strip()).is_relative_to(place)
    return run("-m", "lintkb", "rule", cwd=cwd, PYTHONPATH=str(place))


def expected(cwd):
    return run("-m", "lintkb", "rule", cwd=cwd)


def test_the_wheel(built, tmp_path):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(tmp_path / "installed")
    notes = sorted(path.relative_to(ROOT / "rules").as_posix() for path in (ROOT / "rules").rglob("*.md"))
    assert [name for name in names if name.startswith("lintkb/_rules/") and name.endswith(".md")] == [
        f"lintkb/_rules/{note}" for note in notes
    ]
    assert "lintkb/py.typed" in names
    assert not [name for name in names if name.startswith(("tests", "seeds", "rules"))]
    assert rules_of(tmp_path / "installed", tmp_path) == expected(tmp_path)


def test_the_worked_examples_of_the_documents_run_from_wheels(built, tmp_path):
    from test_plugins import worked_examples

    for path, text in worked_examples().items():
        (tmp_path / "kb" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kb" / path).write_text(text, "utf-8")
    kb, site = tmp_path / "kb", tmp_path / "site"
    run("-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, kb / "garden-checks", cwd=tmp_path)
    wheels = [*built.glob("*.whl"), *tmp_path.glob("*.whl")]
    run("-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", site, *wheels, cwd=tmp_path)
    assert rules_of(site, tmp_path) == expected(tmp_path)
    (kb / "a.md").write_text("---\ntitle: Soil\n---\nGive it 3 cups of water and then leave it alone.\n")
    command = ("-m", "lintkb", "rule", "--plugin", "garden", "--test", "house-rules")
    assert run(*command, cwd=kb, PYTHONPATH=str(site)) == "4 of 4 examples hold.\n"
    command = ("-m", "lintkb", "-e", "--plugin", "garden", "--output-format", "concise", "a.md")
    assert run(*command, cwd=kb, PYTHONPATH=str(site)) == (
        "a.md:2:8: HR102 10 words; 8 are enough\na.md:4:9: HR101 `3 cups`: our readers measure in litres\n"
    )


def test_the_source_distribution(built, tmp_path):
    (source,) = built.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    for name in (
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "pyproject.toml",
        "tests",
        "seeds",
        "rules",
        ".pre-commit-hooks.yaml",
    ):
        assert (folder / name).exists(), name
    assert rules_of(folder, tmp_path) == expected(tmp_path)


def test_a_package_without_its_rules_says_so(tmp_path):
    import shutil

    shutil.copytree(ROOT / "lintkb", tmp_path / "lintkb", ignore=shutil.ignore_patterns("__pycache__", "_rules"))
    ran = subprocess.run(
        [sys.executable, "-m", "lintkb"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert (
        ran.stderr
        == f"lintkb: error: {tmp_path}/lintkb: the rule notes are missing from this installation; install lintkb again\n"
    )
