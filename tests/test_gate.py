"""`.ci/gate` on real repositories: what a change to seeds/ is stopped for, and what it cannot talk its way out of."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NOTE = """\
---
title: Mulch against weeds
videoId: acreyear_03
duration: "00:31:00"
---
From: [[market-garden]] <br/>

Straw keeps the light from the weeds <a class="yt-timestamp" data-t="00:04:10">[00:04:10]</a>, and the soil below it
stays moist; see [[soil_before_seeds | soil]].
"""


class Project:
    """A clone of the project with one commit on `main`, and a branch `change` that is checked out."""

    def __init__(self, root: Path, git: str) -> None:
        self.root, self.git_path = root, git
        for name in ("lintkb", "rules", "seeds", ".ci"):
            shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", root)
        self.git("init", "-q", "-b", "main")
        self.commit("base")
        self.git("checkout", "-qb", "change")

    def git(self, *arguments: str) -> None:
        command = [self.git_path, "-c", "user.name=x", "-c", "user.email=x@x.test", *arguments]
        subprocess.run(command, cwd=self.root, check=True, capture_output=True)

    def write(self, files: dict[str, str]) -> None:
        for path, content in files.items():
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            (self.root / path).write_text(content, "utf-8")

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-qm", message)

    def gate(self, base: str = "main", head: str = "change", **environment: str) -> tuple[int, list[str], str, str]:
        """Exit code, `path:line CODE` of the findings in the SARIF report, the summary, and the output."""
        reports = self.root.parent / "reports"
        shutil.rmtree(reports, ignore_errors=True)
        # As in CI: the script is the base's.
        script = self.root.parent / "gate"
        script.write_bytes(subprocess.check_output([self.git_path, "show", f"{base}:.ci/gate"], cwd=self.root))
        ran = subprocess.run(
            ["bash", os.fspath(script), base, head, os.fspath(reports)],
            cwd=self.root, env={**os.environ, "LINTKB_PYTHON": sys.executable, **environment}, text=True,
            capture_output=True, check=False,
        )  # fmt: skip
        output = ran.stdout + ran.stderr
        assert "Traceback" not in output
        if not (reports / "lintkb.sarif").is_file():
            return ran.returncode, [], "", output
        (run,) = json.loads((reports / "lintkb.sarif").read_text("utf-8"))["runs"]
        places = [(item["locations"][0]["physicalLocation"], item["ruleId"]) for item in run["results"]]
        found = [f"{at['artifactLocation']['uri']}:{at['region']['startLine']} {rule}" for at, rule in places]
        return ran.returncode, sorted(found), (reports / "summary.md").read_text("utf-8"), output


@pytest.fixture
def project(tmp_path, git):
    return Project(tmp_path / "project", git)


def test_good_notes_pass(project):
    project.write({
        "seeds/market-garden/mulch.md": NOTE,
        "seeds/market-garden/frost_dates.md": project.root.joinpath("seeds/market-garden/frost_dates.md").read_text() + "\nSee [[mulch]].\n",
    })  # fmt: skip
    project.commit("notes")
    code, found, summary, output = project.gate()
    assert (code, found) == (0, [])
    assert summary.startswith("**lintkb: all clean.**")
    assert "also edits" not in output
    assert subprocess.check_output(["git", "worktree", "list"], cwd=project.root, text=True).count("\n") == 1


FLAWED = NOTE.replace("title: Mulch against weeds", "titel: Mulch against weeds").replace(
    'data-t="00:04:10"', 'data-t="02:14:00"'
).replace("[[soil_before_seeds | soil]]", "[[worms | worms]]") + "\ntop of page\n"  # fmt: skip
DEFECTS = [
    "seeds/market-garden/mulch.md:11 RS001",
    "seeds/market-garden/mulch.md:2 FM002",
    "seeds/market-garden/mulch.md:8 TS002",
    "seeds/market-garden/mulch.md:8 TS003",
    "seeds/market-garden/mulch.md:9 WL001",
    "seeds/market-garden/words.md:2 CL001",
]
WORDS = "---\ntitle: Words\n---\n" + "The beds are wide and the paths between them are narrow. " * 20 + "\n"


def test_one_defect_of_each_family_is_found_and_nothing_else(project):
    project.write({"seeds/market-garden/mulch.md": FLAWED, "seeds/market-garden/words.md": WORDS})
    project.commit("flawed")
    code, found, summary, _ = project.gate()
    assert (code, found) == (1, DEFECTS)
    assert re.match(r"## lintkb: \d errors and \d warnings? in 2 of 7 notes\n", summary)
    assert summary.count("` seeds/market-garden/mulch.md `") == 5


@pytest.mark.parametrize(
    "hiding",
    [
        {"seeds/lintkb.toml": "ignore = ['ALL']\n"},
        {"seeds/lintkb.toml": "exclude = ['**']\n"},
        {"seeds/lintkb.toml": "this is no TOML\n"},
        {"seeds/market-garden/lintkb.toml": "ignore = ['ALL']\n"},
        {"pyproject.toml": "[tool.lintkb]\nignore = ['ALL']\n"},
        {"rules/wikilinks/broken-wikilink.md": "gone\n"},
        {".ci/gate": "#!/bin/sh\nexit 0\n"},
        {"lintkb/cli/__init__.py": "def main(argv=None):\n    return 0\n"},
        {"lintkb.py": "raise SystemExit(0)\n", "argparse.py": "raise SystemExit(0)\n", "sitecustomize.py": "raise SystemExit(0)\n"},
        {"seeds/.gitignore": "*\n", ".gitignore": "seeds/\n"},
        {".gitattributes": "*.md export-ignore\n*.md filter=none\n"},
    ],
    ids="+".join,
)  # fmt: skip
def test_a_change_cannot_talk_its_way_out(project, hiding):
    project.write({"seeds/market-garden/mulch.md": FLAWED, "seeds/market-garden/words.md": WORDS})
    project.git("add", "-A")
    project.write(hiding)
    project.git("add", "-Af")
    project.commit("flawed, and hidden")
    code, found, _, _ = project.gate()
    assert (code, found) == (1, DEFECTS)


def test_a_change_that_edits_what_it_is_judged_by_is_told_so(project):
    project.write({"seeds/market-garden/mulch.md": NOTE, "seeds/lintkb.toml": "", ".ci/gate": "exit 0\n"})
    project.commit("policy")
    code, _, _, output = project.gate()
    assert code == 0
    assert "It is judged by what is there before it:\n  .ci/gate\n  seeds/lintkb.toml\n" in output


def test_suppressions_do_not_hide_what_is_mandatory(project):
    project.write({
        "seeds/market-garden/mulch.md": FLAWED.replace("From:", "<!-- lintkb-disable ALL, WL001 -->\nFrom:"),
        "seeds/market-garden/words.md": WORDS.replace("title: Words", "title: Words # lintkb-disable CL001"),
    })  # fmt: skip
    project.commit("flawed, and suppressed")
    code, found, _, _ = project.gate()
    hidden = [defect for defect in DEFECTS if defect.split()[-1] not in {line.split()[-1] for line in found}]
    assert (code, hidden) == (1, [])


def test_what_the_changes_suppressions_hide_is_counted_and_shown(project):
    project.git("checkout", "-q", "main")
    config = (project.root / "seeds/lintkb.toml").read_text("utf-8")
    project.write({
        "seeds/lintkb.toml": re.sub(r"(?m)^mandatory.*$", 'mandatory = ["TS"]', config),
        "seeds/market-garden/old.md": NOTE.replace("]].", "]]; [[before]]. <!-- lintkb-disable-line WL001 old -->"),
    })  # fmt: skip
    project.commit("a looser base")
    project.git("checkout", "-q", "change")
    project.git("reset", "-q", "--hard", "main")
    project.write({"seeds/market-garden/mulch.md": FLAWED.replace("[[worms | worms]].", "[[worms | worms]]. <!-- lintkb-disable-line WL001, TS003 later -->").replace("titel", "title")})  # fmt: skip
    project.commit("suppressed")
    code, found, summary, output = project.gate()
    assert (code, found) == (1, [line for line in DEFECTS if line.split()[-1] in ("RS001", "TS002", "TS003")] + [
        "seeds/market-garden/mulch.md:9 SU001"
    ])  # fmt: skip
    assert "mulch.md:9:20: WL001 no note answers to `worms` (suppressed)\n" in output
    assert "1 suppressed finding." in output
    assert "### Hidden by suppressions" in summary
    assert summary.count("` no note answers to 'worms' `") == 1
    assert "`before`" not in output
    assert "'before'" not in summary


def test_a_deleted_note_fails_where_it_is_linked_from(project):
    project.git("rm", "-q", "seeds/market-garden/frost_dates.md")
    project.commit("delete")
    code, found, _, _ = project.gate()
    links = [
        f"{path.relative_to(project.root)}:{number} WL001"
        for path in sorted((project.root / "seeds").rglob("*.md"))
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
        if "[[frost_dates" in line
    ]
    assert links
    assert (code, found) == (1, sorted(links))


def test_what_the_base_has_had_since_is_not_the_changes_doing(project):
    project.write({"seeds/market-garden/mulch.md": NOTE})
    project.commit("a good note")
    project.git("checkout", "-q", "main")
    project.write({"seeds/market-garden/words.md": WORDS})
    project.commit("a bad note, let in by a maintainer")
    assert project.gate()[:2] == (0, [])


def test_an_unknown_commit_or_a_change_without_notes_is_no_pass(project):
    code, found, _, output = project.gate(head="nope")
    assert (code, found, "gate: no such commit: nope" in output) == (2, [], True)
    project.git("rm", "-qr", "seeds/market-garden")
    project.commit("nothing left")
    code, found, _, output = project.gate()
    assert (code, found, "no note found in seeds" in output) == (2, [], True)


def test_on_github_it_annotates_and_adds_to_the_summary(project, tmp_path):
    project.write({"seeds/market-garden/mulch.md": NOTE.replace("soil_before_seeds", "worms")})
    project.commit("flawed")
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    code, _, written, output = project.gate(GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=os.fspath(summary))
    assert code == 1
    assert "::error file=seeds/market-garden/mulch.md,line=9,col=20,endLine=9,endColumn=25,title=WL001" in output
    assert summary.read_text("utf-8") == "before\n" + written


def test_the_script_of_the_working_tree_hands_over_to_the_base_s(project):
    head, tail = (ROOT / ".ci/gate").read_text().split('git -C "$top" -c core.hooksPath')
    changed = f'{head}echo let in\nexit 0\ngit -C "$top" -c core.hooksPath{tail}'
    project.write({"seeds/market-garden/mulch.md": FLAWED, ".ci/gate": changed})
    project.commit("flawed")
    ran = subprocess.run(
        ["bash", ".ci/gate", "main", "HEAD"], cwd=project.root, capture_output=True, text=True, check=False,
        env={**os.environ, "LINTKB_PYTHON": sys.executable},
    )  # fmt: skip
    assert ran.returncode == 1
    assert "let in" not in ran.stdout
    assert "  .ci/gate\n" in ran.stdout


def test_the_tool_is_the_base_s(project):
    project.git("checkout", "-q", "main")
    command_line = (project.root / "lintkb/cli/__init__.py").read_text("utf-8")
    project.write({"lintkb/cli/__init__.py": command_line + '\nprint("the tool of the base")\n'})
    project.commit("a mark")
    project.git("checkout", "-q", "change")
    project.git("reset", "-q", "--hard", "main")
    project.write({"lintkb/cli/__init__.py": command_line + '\nprint("the tool of the change")\n'})
    project.commit("another")
    output = project.gate()[3]
    assert "the tool of the base" in output
    assert "the tool of the change" not in output


EVIL = "import os\nos.write(1, b'the change runs')\nos._exit(0)\n"


def test_an_editable_install_puts_nothing_of_the_change_on_the_path(project):
    import sysconfig
    import venv

    venv.create(project.root / ".venv", with_pip=False, symlinks=True)
    (site,) = (project.root / ".venv/lib").glob("python3*/site-packages")
    for path in Path(sysconfig.get_paths()["purelib"]).iterdir():
        if path.suffix != ".pth" and not path.name.startswith(("_editable", "lintkb")):
            (site / path.name).symlink_to(path)
    (site / "lintkb.pth").write_text(f"{project.root}\n")
    project.write(
        {".gitignore": ".venv\n", "seeds/market-garden/mulch.md": FLAWED, "seeds/market-garden/words.md": WORDS}
    )
    project.write({"sitecustomize.py": EVIL, "usercustomize.py": EVIL, "_ruamel_yaml.py": EVIL})
    project.commit("flawed, and evil")
    code, found, _, output = project.gate(LINTKB_PYTHON="")
    assert "the change runs" not in output
    assert (code, found) == (1, DEFECTS)


def test_an_environment_that_the_change_brings_is_not_used(project, tmp_path):
    project.write(
        {
            ".venv/bin/python": "#!/bin/sh\necho the change runs\n",
            "venv.py": EVIL,
            "seeds/market-garden/mulch.md": FLAWED,
        }
    )
    (project.root / ".venv/bin/python").chmod(0o755)
    project.git("add", "-Af")
    project.commit("evil")
    (tmp_path / "bin").mkdir()
    fake = tmp_path / "bin/python3"  # instead of one that would want an index to install from
    fake.write_text(f'#!/bin/sh\necho "asked for $*"\n"{sys.executable}" -c "import venv" && exit 7\n')
    fake.chmod(0o755)
    code, _, _, output = project.gate(LINTKB_PYTHON="", PATH=f"{fake.parent}:{os.environ['PATH']}")
    assert "the change runs" not in output
    assert (code, "asked for -I -S -m venv " in output) == (7, True)


def test_a_python_that_cannot_run_it_is_no_verdict(project, tmp_path):
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    bare.chmod(0o755)
    code, found, _, output = project.gate(LINTKB_PYTHON=os.fspath(bare))
    assert (code, found, f"LINTKB_PYTHON={bare} cannot run lintkb" in output) == (3, [], True)
    code, found, _, output = project.gate(LINTKB_PYTHON="no-such-python")
    assert (code, found, "gate: no such Python: no-such-python" in output) == (2, [], True)


def test_other_worktrees_are_left_alone(project, tmp_path):
    project.git("worktree", "add", "-q", os.fspath(tmp_path / "mine"), "main")
    (tmp_path / "mine").rename(tmp_path / "away")
    assert project.gate()[0] == 0
    (tmp_path / "away").rename(tmp_path / "mine")
    subprocess.run(["git", "status"], cwd=tmp_path / "mine", check=True, capture_output=True)


def test_hooks_of_the_repository_do_not_run(project, tmp_path):
    hook = project.root / ".git/hooks/post-checkout"
    hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    hook.chmod(0o755)
    assert project.gate()[0] == 0
    assert not (tmp_path / "ran").exists()


def test_histories_without_a_common_commit_cannot_be_told(project):
    project.git("checkout", "-q", "--orphan", "other")
    project.commit("unrelated")
    code, _, _, output = project.gate(head="other")
    assert (code, "main and other have no commit in common" in output) == (2, True)


def test_a_note_replaced_by_a_link_to_nowhere_is_gone(project):
    (project.root / "seeds/market-garden/frost_dates.md").unlink()
    (project.root / "seeds/market-garden/frost_dates.md").symlink_to("/nonexistent")
    project.commit("a link")
    code, found, _, _ = project.gate()
    assert (code, {line.split()[-1] for line in found}) == (1, {"WL001"})


def test_the_workflow_gives_a_pull_request_nothing_to_write_with():
    from ruamel.yaml import YAML

    workflow = YAML(typ="safe").load((ROOT / ".github/workflows/gate.yml").read_text("utf-8"))
    jobs = workflow["jobs"]
    assert workflow["on"] == {"pull_request": {"types": ["opened", "synchronize", "reopened", "edited"]}}
    assert workflow["permissions"] == {"contents": "read"}
    assert {name: job.get("permissions") for name, job in jobs.items()} == {
        "gate": None,
        "code-scanning": {"security-events": "write"},
    }
    steps = [step for job in jobs.values() for step in job["steps"]]
    assert all(re.fullmatch(r"[\w-]+(/[\w-]+)+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    (script,) = [step["run"] for step in steps if "run" in step]
    assert "${{" not in script
    assert 'git show "$base:.ci/gate"' in script
    checkout = steps[0]["with"]
    assert (checkout["fetch-depth"], checkout["persist-credentials"]) == (0, False)
    assert all("run" not in step for step in jobs["code-scanning"]["steps"])
