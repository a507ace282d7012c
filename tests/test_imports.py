"""Start-up: what is imported, and when."""

import subprocess
import sys

import pytest


def modules(code, cwd):
    script = f"import sys; sys.path.insert(0, {sys.path[0]!r}); before = set(sys.modules)\n{code}\nprint(*sorted(set(sys.modules) - before))"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, capture_output=True, text=True, check=True, timeout=60
    )
    return set(ran.stdout.splitlines()[-1].split())


def test_importing_lintkb_imports_nothing_else(base):
    assert modules("import lintkb", base.root) == {"lintkb"}


def test_only_the_formats_asked_for_are_imported(base):
    base.write({"a.md": "[[x]]"})
    loaded = modules("from lintkb.cli import main; main(['--jobs', '1', '--report', 'junit=x'])", base.root)
    reporters = {name for name in loaded if name.startswith("lintkb.reporters.")}
    assert reporters == {f"lintkb.reporters.{name}" for name in ("junit", "safe", "text")}


def test_version_is_a_fast_path(base):
    loaded = modules("from lintkb.cli import main; main(['--version'])", base.root)
    assert not loaded & {"argparse", "pydantic", "ruamel", "regex", "pyromark", "tomllib", "lintkb.engine"}
    assert loaded == {"__future__", "lintkb", "lintkb.cli"}


@pytest.mark.parametrize("name", ["rapidfuzz", "pathspec", "multiprocessing", "ctypes", "subprocess"])
def test_a_clean_run_does_without(base, name):
    base.write({"a.md": "---\na: 1\n---\n"})
    loaded = modules("from lintkb.cli import main; main(['-q', '--jobs', '1'])", base.root)
    assert name not in loaded


def test_an_unchanged_configuration_is_not_validated_again(base):
    """What is imported for one note, when an earlier run has kept what the configuration came to."""
    base.write({
        "lintkb.toml": 'ignore = ["TS"]\n[[frontmatter]]\nfields.title = { required = true }\n',
        "a.md": "---\ntitle: Soil\n---\n\nSoil is alive [00:01:02]. See [[a]].\n",
    })  # fmt: skip
    run = "from lintkb.cli import main; main(['-q', '--jobs', '1'])"
    assert {"pydantic", "tomllib"} <= modules(run, base.root)
    base.write({"a.md": "---\ntitle: Soil\n---\n\nSoil is alive [00:01:03]. See [[a]].\n"})
    loaded = modules(run, base.root)
    heavy = {"pydantic", "ruamel", "tomllib", "regex", "dataclasses", "inspect", "hashlib", "platformdirs", "html"}
    assert loaded & heavy == set()
    assert len(loaded) <= 170  # 161 when this was written; `python -c pass` loads what is not counted here


def test_a_run_that_finds_nothing_changed_imports_neither_checks_nor_parsers(base):
    base.write({
        "lintkb.toml": 'ignore = ["TS"]\nsources = ["talks/{video}.vtt"]\n[[frontmatter]]\nfields.title = { required = true }\n',
        "a.md": "---\ntitle: Soil\n---\n\nSoil is alive [00:01:02]. See [[b]].\n",
    })  # fmt: skip
    run = "from lintkb.cli import main; assert main(['--jobs', '1']) == 1"
    assert "lintkb.checks.wikilinks" in modules(run, base.root)
    loaded = modules(run, base.root)
    assert {name for name in loaded if name.startswith("lintkb.")} <= {
        f"lintkb.{name}"
        for name in (
            "cache", "census", "cli", "cli.check", "cli.common", "cli.options", "cli.reports", "clock", "cluster", "diagnostics", "digests",
            "discovery", "engine", "executors", "globs", "hints", "lazy_re", "memory", "paths", "plugins", "prepared",
            "records", "recordings", "report", "reporters", "reporters.safe", "reporters.text", "results", "rule_notes",
            "sections", "settings", "spool", "text",
        )
    }  # fmt: skip
    heavy = {"pyromark", "regex", "pydantic", "hashlib", "pathspec", "rapidfuzz", "multiprocessing", "tempfile"}
    assert loaded & heavy == set()


def test_patterns_that_no_note_needs_are_not_compiled(base):
    base.write({"a.md": "---\ntitle: Soil\n---\n\nSoil is alive [00:01:02]. See [[a]].\n"})
    run = "from lintkb.cli import main; main(['-q', '--jobs', '1'])"
    modules(run, base.root)
    base.write({"a.md": "---\ntitle: Soil\n---\n\nSoil is alive [00:01:03]. See [[a]].\n"})
    count = "import re; made = []; make = re._compiler.compile; re._compiler.compile = lambda *a: made.append(a) or make(*a)\n"
    modules(count + run + "\nassert len(made) < 60, len(made)", base.root)


@pytest.mark.parametrize("kind", ["cache", "config"])
@pytest.mark.parametrize("given", [None, "", " ", "/somewhere/else", "relative"])
def test_the_users_folders_are_those_of_platformdirs(monkeypatch, kind, given):
    import platformdirs

    from lintkb.paths import user_folder

    name = f"XDG_{kind.upper()}_HOME"
    monkeypatch.delenv(name, raising=False)
    if given is not None:
        monkeypatch.setenv(name, given)
    asked = {"cache": platformdirs.user_cache_path, "config": platformdirs.user_config_path}[kind]
    assert user_folder(kind) == asked("lintkb", appauthor=False)
