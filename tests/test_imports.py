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
