"""What is remembered between runs changes nothing that is said. `benchmarks/mutations.py` judges; it can do so for hours."""

import contextlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

import lintkb.cli

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "benchmarks" / "mutations.py"

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="runs are forked")


@pytest.fixture(scope="module")
def mutations():
    spec = importlib.util.spec_from_file_location("benchmark_mutations", SCRIPT)
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in module.environment().items():
            patch.setenv(name, value)
        module.warm_up()
    return module


@pytest.mark.parametrize("seed", range(3))
def test_series_of_random_changes(mutations, tmp_path, seed):
    result = mutations.series(tmp_path, seed, 16)
    assert not result.fault, mutations.told(result)
    assert result.codes[1] >= 4  # it is not all errors of the configuration


@pytest.mark.parametrize("part", range(3))
def test_every_kind_of_change(mutations, tmp_path, part):
    every = list(mutations.MUTATIONS)
    kinds = every[len(every) * part // 3 : len(every) * (part + 1) // 3]
    result = mutations.series(tmp_path, 100 + part, kinds=kinds)
    assert not result.fault, mutations.told(result)
    assert len(result.steps) == len(kinds)
    assert list((tmp_path / "cache").rglob("*"))  # something was remembered


def forgetful(main, remembered):
    """lintkb with a cache of whole reports, which looks at no more than `remembered` tells of each file."""

    def run(arguments):
        if "--cache-dir" not in arguments or "--fix" in arguments or "--report" in " ".join(arguments):
            return main(arguments)
        folder = Path(arguments[arguments.index("--cache-dir") + 1])
        files = sorted(
            path for path in folder.parent.rglob("*") if not {"cache", "out", "copy", "saved"}.intersection(path.parts)
        )
        state = [(os.fspath(path), os.path.realpath(path), path.is_file() and remembered(path)) for path in files]
        place = (
            folder
            / sha256(repr((arguments, Path.cwd(), dict(os.environ), state)).encode("utf-8", "replace")).hexdigest()
        )
        if not place.is_file():
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(arguments)
            if folder.is_dir():
                place.write_text(repr((code, out.getvalue(), err.getvalue())))
        else:
            code, *texts = eval(place.read_text())
            out, err = map(io.StringIO, texts)
        sys.stdout.write(out.getvalue())
        sys.stderr.write(err.getvalue())
        return code

    return run


@pytest.mark.parametrize(
    ("remembered", "kind"),
    [
        (lambda path: path.stat().st_size, "same size"),
        (lambda path: (path.stat().st_size, path.stat().st_mtime_ns), "same tick"),
        (lambda path: (path.stat().st_size, path.stat().st_mtime_ns), "same size and time"),
        (lambda path: re.sub(rb"(?m)^#.*", b"", path.read_bytes()), "edit a linked heading"),
        (lambda path: path.suffix != ".toml" and path.read_bytes(), "configure"),
        (lambda path: path.suffix == ".md" and path.read_bytes(), "edit a transcript"),
    ],
)
def test_a_cache_that_looks_at_too_little_is_found_out(mutations, tmp_path, monkeypatch, remembered, kind):
    monkeypatch.setattr(lintkb.cli, "main", forgetful(lintkb.cli.main, remembered))
    for seed in range(12):
        (tmp_path / str(seed)).mkdir()
        if fault := mutations.series(tmp_path / str(seed), seed, kinds=[kind] * 6).fault:
            assert "with its cache lintkb says something else" in fault
            return
    pytest.fail(f"in 72 steps of {kind!r} nothing was found")


def test_a_cache_that_looks_at_everything_is_not(mutations, tmp_path, monkeypatch):
    monkeypatch.setattr(lintkb.cli, "main", forgetful(lintkb.cli.main, Path.read_bytes))
    kinds = ["same size", "same tick", "same size and time", "edit a linked heading", "configure", "edit a transcript"]
    result = mutations.series(tmp_path, 9, kinds=kinds * 2)
    assert not result.fault, mutations.told(result)


def test_processes_say_what_one_process_says(mutations, tmp_path):
    garden = mutations.Garden(tmp_path, 5)
    for words in (["--output-format", "json"], ["-v"], ["graph"], ["sources"]):
        ask = mutations.Ask(tuple(words))
        alone = mutations.run(ask, garden.home, "one", ("--no-cache", "-j1"))
        assert alone.code in (0, 1)
        mutations.compare("-j2", mutations.run(ask, garden.home, "two", ("--no-cache", "-j2")), alone)
        fresh = str(tmp_path / f"fresh-{words[0]}")
        for jobs in ("-j2", "-j1", "-j2"):
            mutations.compare(jobs, mutations.run(ask, garden.home, "two", ("--cache-dir", fresh, jobs)), alone)


def test_cache_folders_that_cannot_be_written(mutations, tmp_path):
    garden = mutations.Garden(tmp_path, 6)
    ask = mutations.Ask(("--output-format", "json", "--isolated"))
    cold = mutations.run(ask, garden.home, "cold", mutations.WITHOUT)
    garden.glance()
    (tmp_path / "file").write_bytes(b"")
    shut = tmp_path / "shut"
    shut.mkdir(mode=0o500)
    shutil.copytree(garden.cache, tmp_path / "kept")
    for path in [*(tmp_path / "kept").rglob("*"), tmp_path / "kept"]:
        path.chmod(0o500 if path.is_dir() else 0o400)
    for folder in ("file", "file/below", "shut", "kept"):
        extra = ("--cache-dir", str(tmp_path / folder))
        mutations.compare(folder, mutations.run(ask, garden.home, "warm", extra), cold)
        garden.put("beds/index.md", f"# All\n\n[[nobody {folder}]]\n")
        cold = mutations.run(ask, garden.home, "cold", mutations.WITHOUT)
        mutations.compare(folder, mutations.run(ask, garden.home, "warm", extra), cold)
        assert b"nobody" in cold.made["stdout"]


def test_what_another_version_left_is_not_taken_for_this_ones(mutations, tmp_path):
    """lintkb changes where it is installed, and its number does not: as in a checkout, or a build of the same day."""
    garden = mutations.Garden(tmp_path, 7)
    installed = tmp_path / "installed"
    shutil.copytree(ROOT / "lintkb", installed / "lintkb", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "rules", installed / "lintkb" / "_rules", dirs_exist_ok=True)

    def run(*extra):
        command = [sys.executable, "-P", "-B", "-m", "lintkb", "--output-format", "json", *extra]
        environment = {**os.environ, "PYTHONPATH": str(installed)}
        done = subprocess.run(command, cwd=garden.root, env=environment, capture_output=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.stdout, done.stderr, done.returncode

    cache = ("--cache-dir", str(tmp_path / "cache"))
    before = run("--no-cache")
    assert run(*cache) == run(*cache) == before
    source = installed / "lintkb" / "diagnostics.py"
    source.write_text(
        f"{source.read_text()}\n_new = Finding.__new__\n"
        "Finding.__new__ = lambda cls, span, message, *rest, **named: _new(cls, span, message + ' indeed', *rest, **named)\n"
    )
    after = run("--no-cache")
    assert after[0].count(b" indeed") > 3
    assert run(*cache) == run(*cache) == after
    for rule in (installed / "lintkb" / "_rules").rglob("*.md"):
        rule.write_text(re.sub(r"severity: (error|warning)", "severity: info", rule.read_text()))
    assert run(*cache) == run(*cache) == run("--no-cache") != after


def test_a_transcript_that_git_ignores_is_missed_when_it_comes_and_when_it_goes(base):
    base.write(
        {
            "lintkb.toml": 'sources = "transcripts/{videoId}.*"\n', ".gitignore": "transcripts/\n", "transcripts/x.txt": "",
            "a.md": "---\ntitle: A\nvideoId: talk\n---\nRye holds the soil [00:00:10].\n",
        }
    )  # fmt: skip
    for content in (None, b"", b"\xff\xfe\xfd", None):
        if content is not None:
            base.write({"transcripts/talk.vtt": content})
        else:
            (base.root / "transcripts/talk.vtt").unlink(missing_ok=True)
        ran = base.json()
        assert ran == base.json("--no-cache")
        assert ("SR001" in ran.out) is (content is not None)


def test_notes_that_changed_before_a_run_on_another_one_are_judged_beside_their_recording(base):
    base.write(
        {"lintkb.toml": 'sources = "talks/{videoId}.vtt"\n', "talks/x.vtt": "WEBVTT\n\n00:01.000 --> 00:05.000\nRye.\n"}
    )
    base.write({f"other{number}.md": f"---\ntitle: {number}\n---\n" for number in range(5)})
    note = "---\ntitle: A\nvideoId: x\n---\nRye holds {} soil [00:50:10].\n"
    base.write({"a.md": note.format("the")})
    assert "TS003" in base.json().out
    for number, change in enumerate(({}, {"other2.md": "---\ntitle: two\n---\n"})):
        for asked in ("other1.md", "a.md"):
            base.write({"a.md": note.format(f"{asked}'s {number}")})
            assert base.json(asked) == base.json(asked, "--no-cache")
            base.write(change)
            assert base.json() == base.json("--no-cache")
            assert base.json() == base.json("--no-cache")
    base.write({"talks/x.vtt": "WEBVTT\n\n59:01.000 --> 59:05.000\nRye.\n", "a.md": note.format("late")})
    base.json("other1.md")
    assert base.json() == base.json("--no-cache")
