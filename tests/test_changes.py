"""`--since` and `--at`: the notes of a revision, and of their findings those that a change brings about."""

import os
import subprocess

import pytest
from conftest import NOTE

OLD = "old.md:4:3: WL001 no note answers to `nowhere`"


def check(repo, *arguments):
    ran = repo.run("--output-format", "concise", "-q", *arguments)
    assert "Traceback" not in ran.err
    return ran.code, ran.lines


@pytest.fixture
def branch(repo):
    """On a branch: b is deleted, c has a new broken link; the working tree is back on the main branch."""
    repo.git("checkout", "-qb", "change")
    repo.git("rm", "-q", "b.md")
    repo.write({"c.md": NOTE.format("C") + "[[gone]]\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "change")
    repo.git("checkout", "-q", "-")
    return repo


NEW = ["a.md:4:3: WL001 no note answers to `b`: this change deletes b.md", "c.md:4:3: WL001 no note answers to `gone`"]


def test_at_reads_the_notes_of_a_revision(branch):
    assert check(branch) == (1, [OLD])
    assert check(branch, "--at", "change") == (1, [NEW[0].partition(": this")[0], NEW[1], OLD])
    assert check(branch, "--at", "change", "c.md") == (1, NEW[1:])


def test_since_reports_what_is_new(branch):
    assert check(branch, "--since", "HEAD", "--at", "change") == (1, NEW)
    assert check(branch, "--since", "change", "--at", "change") == (0, [])
    branch.git("checkout", "-q", "change")
    assert check(branch, "--since", "HEAD~1") == (1, NEW)
    assert check(branch, "--since", "HEAD") == (0, [])


def test_since_sees_files_that_git_does_not_know_yet(repo):
    repo.write({"new.md": NOTE.format("N") + "[[gone]]\n", ".gitignore": "skip.md\n", "skip.md": "[[gone]]\n"})
    assert check(repo, "--since", "HEAD") == (1, ["new.md:4:3: WL001 no note answers to `gone`"])


def test_what_the_base_had_since_is_not_the_changes_doing(branch):
    branch.write({"c.md": NOTE.format("C") + "[[also gone]]\n", "b.md": NOTE.format("B") + "[[c]]\n"})
    branch.git("commit", "-qam", "main moves on")
    assert check(branch, "--since", "HEAD", "--at", "change") == (1, NEW)


def test_an_old_finding_in_a_changed_or_renamed_note_is_not_new(repo):
    text = repo.read("old.md").decode()
    repo.write({"old.md": text.replace("[[nowhere]]", "Lines above.\n\nMore. [[nowhere]]\n\n[[nowhere]] again")})
    assert check(repo, "--since", "HEAD") == (1, ["old.md:8:3: WL001 no note answers to `nowhere`"])
    repo.write({"old.md": text + "\nA line below.\n"})
    repo.git("mv", "old.md", "moved.md")
    assert check(repo, "--since", "HEAD") == (0, [])
    repo.write({"moved.md": text + "\n[[nowhere]] else.\n"})
    assert check(repo, "--since", "HEAD") == (1, ["moved.md:6:3: WL001 no note answers to `nowhere`"])


def test_a_changed_configuration_on_disk_may_be_the_cause_of_anything(branch):
    branch.write({"lintkb.toml": "[links]\nnames = ['path']\n"})
    assert check(branch, "--since", "HEAD") == (1, [OLD])
    # But the configuration of a revision is not in force when only its notes are read.
    branch.git("checkout", "-q", "lintkb.toml")
    branch.git("checkout", "-q", "change")
    branch.write({"lintkb.toml": "ignore = ['WL']\n"})
    branch.git("commit", "-qam", "switch it off")
    branch.git("checkout", "-q", "-")
    assert check(branch, "--since", "HEAD", "--at", "change") == (1, NEW)


def test_what_a_changes_own_suppressions_hide_is_counted(branch):
    branch.git("checkout", "-q", "change")
    branch.write({"c.md": NOTE.format("C") + "[[gone]] <!-- lintkb-disable-line WL001 later -->\n"})
    branch.write({"old.md": branch.read("old.md").decode().replace("]]", "]] <!-- lintkb-disable-line WL001 ok -->")})
    branch.git("commit", "-qam", "hide them")
    ran = branch.run("--since", "HEAD~1", "--at", "HEAD", "--output-format", "concise")
    assert (ran.code, ran.lines, ran.err) == (
        0,
        [],
        "Nothing new since HEAD~1: 3 notes checked, 2 suppressed findings.\n",
    )
    ran = branch.run("--since", "HEAD", "--at", "HEAD", "--output-format", "concise")
    assert ran.err == "Nothing new since HEAD: 3 notes checked.\n"


def test_mandatory_rules_ignore_suppressions(repo):
    repo.write({
        "lintkb.toml": 'mandatory = ["WL"]\n',
        "old.md": NOTE.format("Old") + "[[nowhere]] <!-- lintkb-disable-line WL001 please -->\n",
    })  # fmt: skip
    assert check(repo) == (1, [OLD, "old.md:4:13: SU001 WL001 is mandatory here and cannot be suppressed"])
    repo.write({"lintkb.toml": 'mandatory = ["WL002"]\n'})
    assert check(repo) == (0, [])
    repo.write({"lintkb.toml": 'mandatory = ["WX"]\n'})
    ran = repo.run()
    assert (ran.code, ran.err) == (2, "lintkb: error: lintkb.toml: mandatory: no rule `WX`; `lintkb rule` lists them\n")


def test_links_and_hidden_files_of_a_revision_are_not_read(repo):
    repo.git("checkout", "-qb", "change")
    os.symlink("/etc/hostname", repo.root / "linked.md")
    os.symlink("../a.md", repo.root / "outwards.md")
    os.symlink("second.md", repo.root / "first.md")
    os.symlink("a.md", repo.root / "second.md")
    os.symlink("loop.md", repo.root / "loop.md")
    repo.write(
        {".hidden/x.md": "[[gone]]\n", "d.md": NOTE.format("D") + "[[linked]] [[outwards]] [[first]] [[loop]]\n"}
    )
    repo.git("add", "-A")
    repo.git("commit", "-qm", "change")
    repo.git("checkout", "-q", "-")
    found = [
        f"d.md:4:{column}: WL001 no note answers to `{name}`"
        for column, name in ((3, "linked"), (14, "outwards"), (37, "loop"))
    ]
    assert check(repo, "--at", "change") == (1, [*found, OLD])


def test_a_link_that_goes_or_turns_breaks_what_leads_through_it(repo):
    os.symlink("b.md", repo.root / "other.md")
    repo.write({"c.md": NOTE.format("C") + "[[other]]\n"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "link")
    os.remove(repo.root / "other.md")
    broken = "c.md:4:3: WL001 no note answers to `other`"
    assert check(repo, "--since", "HEAD") == (1, [f"{broken}: this change deletes other.md"])
    os.symlink("nowhere.md", repo.root / "other.md")
    assert check(repo, "--since", "HEAD") == (1, [broken])
    repo.git("commit", "-qam", "turn it")
    assert check(repo, "--since", "HEAD~1", "--at", "HEAD") == (1, [broken])


def test_a_hidden_file_that_goes_was_never_there(repo):
    repo.write({".trash/nowhere.md": "x"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "hidden")
    repo.git("rm", "-q", ".trash/nowhere.md")
    assert check(repo, "--since", "HEAD") == (0, [])


def test_another_fault_in_the_same_place_is_new(repo):
    repo.write(
        {"lintkb.toml": "[[frontmatter]]\nfields.title = { type = 'string' }\n", "c.md": "---\ntitle: 5\n---\nText.\n"}
    )
    repo.git("add", "-A")
    repo.git("commit", "-qm", "one")
    repo.write({"c.md": "---\ntitle: [1, 2]\n---\nOther text.\n"})
    assert check(repo, "--since", "HEAD") == (1, ["c.md:2:8: FM002 `title` must be text, not a list"])


def test_a_folder_that_looks_like_a_repository_runs_nothing(repo):
    marker = repo.root.parent / "ran"
    repo.write({
        "evil/HEAD": "ref: refs/heads/main\n", "evil/objects/.keep": "", "evil/refs/.keep": "", "evil/n.md": "[[x]]\n",
        "evil/config": "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nfsmonitor = ./mon.sh\n",
        "evil/mon.sh": f"#!/bin/sh\ntouch {marker}\n",
    })  # fmt: skip
    os.chmod(repo.root / "evil/mon.sh", 0o755)
    repo.git("add", "-A")
    repo.git("commit", "-qm", "evil")
    for arguments in (["--hook", "--fix", "evil/n.md"], ["--since", "HEAD", "evil"], ["--at", "HEAD", "evil"]):
        repo.run(*arguments)
        assert not marker.exists()
    assert check(repo, "--at", "HEAD", "evil") == (1, ["evil/n.md:1:1: FM001 the note has no frontmatter", "evil/n.md:1:3: WL001 no note answers to `x`"])  # fmt: skip


def test_a_renamed_file_from_outside_the_root_is_not_another_note(base, git):
    def run(*arguments):
        subprocess.run([git, "-c", "user.name=x", "-c", "user.email=x@x.test", *arguments], cwd=base.root, check=True)

    text = "The page\nsee [[gone]] for more\nthird line\nfourth line\n"
    base.write({"kb/lintkb.toml": "", "page.md": text, "kb/page.md": NOTE.format("P") + text})
    run("init", "-q")
    run("add", "-A")
    run("commit", "-qm", "one")
    run("mv", "page.md", "kb/new.md")
    base.write({"kb/new.md": NOTE.format("P") + text})
    run("add", "-A")
    run("commit", "-qm", "two")
    assert check(base, "--since", "HEAD~1", "--at", "HEAD", "kb") == (
        1,
        ["kb/new.md:5:7: WL001 no note answers to `gone`"],
    )


def test_an_object_that_git_lacks_is_an_error(repo):
    name = subprocess.check_output(["git", "rev-parse", "HEAD:a.md"], cwd=repo.root, text=True).strip()
    os.remove(repo.root / ".git/objects" / name[:2] / name[2:])
    ran = repo.run("--at", "HEAD")
    assert (ran.code, ran.out) == (2, "")
    assert f"--at: git lacks the object {name}; fetch it again" in ran.err


def test_repairing_what_changed_reports_what_it_broke(branch):
    branch.git("checkout", "-q", "change")
    branch.write({"d.md": NOTE.format("D") + "[[A]]\n", "old.md": NOTE.format("O") + "[[nowhere]]\n"})
    assert check(branch, "--since", "HEAD~1", "--fix") == (1, NEW)
    assert branch.read("d.md").endswith(b"[[a|A]]\n")


def test_a_changed_schema_may_be_the_cause_of_anything(repo):
    repo.write({"lintkb.toml": '[[frontmatter]]\nschema = ".schemas/n.json"\n', ".schemas/n.json": "{}"})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "schema")
    repo.write({".schemas/n.json": '{"required": ["by"]}'})
    code, lines = check(repo, "--since", "HEAD", "--select", "FM002")
    assert (code, len(lines)) == (1, 4)
    repo.git("add", "-A")
    assert check(repo, "--hook", "--select", "FM002") == (code, lines)


def test_a_large_file_of_a_revision_is_told_of_and_not_read(repo):
    repo.write({"lintkb.toml": "max-size = 60\n", "big.md": "x" * 61})
    repo.git("add", "-A")
    repo.git("commit", "-qm", "big")
    code, lines = check(repo, "--at", "HEAD")
    assert (code, lines[0]) == (2, "big.md:1:1: KB003 not checked: larger than `max-size` allows (60 bytes)")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--at", "nope"], "--at: no commit 'nope' in "),
        (["--since", "--output"], "argument --since: expected one argument"),
        (["--since", "nope"], "--since: no commit 'nope' in "),
        (["--at", "HEAD", "elsewhere"], "no such file or folder in HEAD: elsewhere"),
        (["--at", "HEAD", "--fix"], "--at reads notes that are not on disk"),
        (["--hook", "--since", "HEAD"], "it goes with neither --since nor --at"),
        (["--stdin-filename", "a.md", "--at", "HEAD"], "--stdin-filename goes with none of --hook, --since and --at"),
    ],
)
def test_what_cannot_be_done_is_said(repo, arguments, message):
    ran = repo.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_commits_without_a_common_one_are_refused(repo):
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("commit", "-qm", "unrelated")
    ran = repo.run("--since", "main", "--at", "other")
    assert ran.code == 2
    assert "have no commit in common" in ran.err


def test_outside_of_git(base):
    base.write({"a.md": "x"})
    ran = base.run("--since", "HEAD")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("lintkb: error: --since: git rev-parse: ")
