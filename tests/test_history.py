"""`--history`: what became of the files that broken links led to."""

import pytest
from conftest import NOTE

from lintkb.history import Departure, Fate, fates

DAYS = {"GIT_COMMITTER_DATE": "2026-03-0{}T12:00:00Z", "GIT_AUTHOR_DATE": "2025-01-01T12:00:00Z"}
BODY = "".join(f"Line {number} of a note about compost, heaps and worms.\n" for number in range(9))


def went(*steps):
    """Departures, the last first, from steps such as `a>b` and `a`, the first first."""
    parts = [(*step.split(">"), None)[:2] for step in steps]
    return [Departure(old, new, f"c{number}", f"2026-01-0{number}") for number, (old, new) in enumerate(parts, 1)][::-1]


@pytest.mark.parametrize(
    ("steps", "there", "expected"),
    [
        (["a>b"], ["b"], {"a": Fate("renamed to b in c1 (2026-01-01)", "b")}),
        (["a>b"], [], {"a": Fate("renamed to b in c1 (2026-01-01)", None)}),
        (["a>b", "b>c"], ["c"], dict.fromkeys("ab", Fate("renamed to c in c2 (2026-01-02)", "c"))),
        (["a>b", "b"], [], dict.fromkeys("ab", Fate("deleted in c2 (2026-01-02)", None))),
        (["a>b", "b"], ["b"], {"a": Fate("renamed to b in c1 (2026-01-01)", "b")}),
        (["b", "a>b"], ["b"], {"a": Fate("renamed to b in c2 (2026-01-02)", "b")}),
        (["b", "a>b"], [], {"a": Fate("renamed to b in c2 (2026-01-02)", None), "b": Fate("deleted in c1 (2026-01-01)", None)}),
        (["a"], ["a"], {}),
        (["a>b", "a"], ["b"], {"a": Fate("deleted in c2 (2026-01-02)", None)}),
        (["a>b", "b>a"], ["a"], {"b": Fate("renamed to a in c2 (2026-01-02)", "a")}),
        (["a>b", "b>a", "a"], [], dict.fromkeys("ab", Fate("deleted in c3 (2026-01-03)", None))),
    ],
)  # fmt: skip
def test_fates(steps, there, expected):
    assert fates(went(*steps), there) == expected


@pytest.fixture
def past(repo, monkeypatch):
    """A repository in which b was renamed twice, gone.md and img.png deleted; a links to all of them."""
    day = iter(range(1, 10))

    def commit(message):
        number = next(day)
        for name, value in DAYS.items():
            monkeypatch.setenv(name, value.format(number))
        repo.git("add", "-A")
        repo.git("commit", "-qm", message)
        ids.append(repo.git("rev-parse", "--short=7", "HEAD"))

    ids = repo.ids = []
    repo.commit = commit
    repo.write(
        {"b.md": BODY, "gone.md": "Gone.\n", "a.md": NOTE.format("A") + "[[b]] [[gone|x]] ![[img.png]] [b](b.md#x)\n"}
    )
    commit("one")
    repo.write({"beds/.x": ""})
    repo.git("mv", "b.md", "middle.md")
    commit("two")
    repo.git("mv", "middle.md", "beds/café heap.md")
    commit("three")
    repo.git("rm", "-q", "gone.md", "img.png")
    commit("four")
    return repo


def told(ids):
    moved, gone = f"renamed to beds/café heap.md in {ids[2]} (2026-03-03)", f"deleted in {ids[3]} (2026-03-04)"
    return [
        f"a.md:4:3: WL001 no note answers to `b`: {moved}",
        f"a.md:4:9: WL001 no note answers to `gone`: {gone}",
        f"a.md:4:21: WL001 no file answers to `img.png`: {gone}",
        f"a.md:4:35: ML001 there is no file `b.md`: {moved}",
    ]


def concise(base, *arguments):
    ran = base.run("--output-format", "concise", "--select", "WL,ML", "-q", *arguments)
    return ran.lines, ran.err


def test_a_broken_link_tells_what_became_of_its_file(past):
    bare = [line.rpartition(": ")[0] for line in told(past.ids)]
    assert concise(past, "a.md") == (bare, "")
    assert concise(past, "--history", "a.md") == (told(past.ids), "")
    assert concise(past, "--history", "--hook", "a.md") == (told(past.ids), "")
    past.write({"a.md": past.read("a.md").decode().replace("[[b]]", "[[b]] [[b|new]]")})
    new = f"a.md:4:9: WL001 no note answers to `b`: renamed to beds/café heap.md in {past.ids[2]} (2026-03-03)"
    assert concise(past, "--history", "--since", "HEAD", "a.md") == ([new], "")


def test_at_a_revision_history_ends_there(past):
    line = f"a.md:4:3: WL001 no note answers to `b`: renamed to middle.md in {past.ids[1]} (2026-03-02)"
    assert concise(past, "--history", "--at", "HEAD~2", "a.md")[0][0] == line
    past.write({"c.md": "[[later]]\n"})
    past.commit("five")
    past.write({"later.md": "Later.\n"})
    past.commit("six")
    past.git("rm", "-q", "later.md")
    past.commit("seven")
    assert concise(past, "--history", "--at", "HEAD~2", "c.md")[0] == ["c.md:1:3: WL001 no note answers to `later`"]


def test_what_was_renamed_is_an_unsafe_fix(past):
    before = past.read("a.md")
    found = past.json("--history", "--select", "WL,ML", "a.md").json
    assert [[place["path"] for place in item["related"]] for item in found] == [
        ["beds/café heap.md"],
        [],
        [],
        ["beds/café heap.md"],
    ]
    assert past.run("--history", "--fix", "-q", "a.md").code == 1
    assert past.read("a.md") == before
    past.run("--history", "--fix", "--unsafe-fixes", "-q", "a.md")
    text = "[[café heap|b]] [[gone|x]] ![[img.png]] [b](beds/café%20heap.md#x)\n"
    assert past.read("a.md").decode() == NOTE.format("A") + text


def test_a_file_that_is_there_again_or_never_was_has_no_history(past):
    past.write({"gone.md": "Back.\n", "a.md": "[[gone]] [[never]]\n"})
    assert concise(past, "--history", "a.md") == (["a.md:1:12: WL001 no note answers to `never`"], "")


def test_several_files_of_one_name_that_fared_differently_are_not_told_of(past):
    past.write({"x/gone.md": "Another.\n"})
    past.commit("five")
    past.git("rm", "-q", "x/gone.md")
    past.commit("six")
    lines = concise(past, "--history", "a.md")[0]
    assert lines[1] == told(past.ids)[1]  # the one in the folder of the note is nearer
    past.write({"y/n.md": "[[gone]]\n"})
    past.git("mv", "a.md", "y/a.md")
    past.write({"lintkb.toml": "[links]\npaths = ['suffix']\n"})
    assert concise(past, "--history", "y/n.md")[0] == ["y/n.md:1:3: WL001 no note answers to `gone`"]


def test_only_what_lies_below_the_root_has_a_history(past):
    past.write(
        {
            "sub[1]/lintkb.toml": "", "sub[1]/n.md": "[[b]] [[in]] [[out]] [[was]] [[other]]\n", "sub[1]/in.md": "In.\n",
            "sub[1]/out.md": BODY * 2, "sub[1]/was.md": BODY * 3, "sub1/other.md": "Another.\n",
        }
    )  # fmt: skip
    past.commit("five")
    past.git("mv", "sub[1]/out.md", "out.md")
    past.git("mv", "sub[1]/was.md", "sub[1]/is.md")
    past.git("rm", "-q", "sub[1]/in.md", "sub1/other.md")
    past.commit("six")
    gone = f"deleted in {past.ids[5]} (2026-03-06)"
    assert concise(past, "--history", "sub[1]")[0] == [
        "sub[1]/n.md:1:3: WL001 no note answers to `b`",
        f"sub[1]/n.md:1:9: WL001 no note answers to `in`: {gone}",
        f"sub[1]/n.md:1:16: WL001 no note answers to `out`: {gone}",
        f"sub[1]/n.md:1:24: WL001 no note answers to `was`: renamed to is.md in {past.ids[5]} (2026-03-06)",
        "sub[1]/n.md:1:32: WL001 no note answers to `other`",
    ]


def test_what_was_hidden_has_no_history(past):
    past.write({".trash/thrown.md": "Thrown away.\n", "c.md": "[[thrown]]\n"})
    past.commit("five")
    past.git("rm", "-q", ".trash/thrown.md")
    past.commit("six")
    assert concise(past, "--history", "c.md")[0] == ["c.md:1:3: WL001 no note answers to `thrown`"]


def test_names_that_git_would_quote(past):
    past.write({'new\nline "q" é.md': BODY * 3, "a.md": "[q](<moved.md>) [n](new%0Aline%20%22q%22%20é.md)\n"})
    past.commit("five")
    past.git("mv", 'new\nline "q" é.md', "moved.md")
    past.commit("six")
    past.git("mv", "moved.md", "R100 D\té.md")
    past.commit("seven")
    fate = f"renamed to R100 D\\té.md in {past.ids[6]} (2026-03-07)"
    assert concise(past, "--history", "a.md")[0] == [
        f"a.md:1:6: ML001 there is no file `moved.md`: {fate}",
        f'a.md:1:21: ML001 there is no file `new\\nline "q" é.md`: {fate}',
    ]


def test_git_is_asked_once_and_only_for_a_broken_link(past, monkeypatch):
    from lintkb.git import Git

    asked = []
    ask = Git.ask
    monkeypatch.setattr(Git, "ask", lambda self, *words, **more: asked.append(words[0]) or ask(self, *words, **more))
    past.run("--history", "--fix", "--unsafe-fixes", "-q", "a.md")
    assert asked == ["rev-parse", "rev-parse", "rev-parse", "rev-list", "diff-tree"]
    asked.clear()
    past.write({"a.md": "Nothing.\n"})
    past.git("rm", "-q", "old.md")
    past.run("--history", "-q")
    assert asked == []


def test_no_more_than_so_many_commits_are_looked_at(past, monkeypatch):
    monkeypatch.setattr("lintkb.git.MAX_COMMITS", 1)
    lines = concise(past, "--history", "a.md")[0]
    assert lines[:2] == ["a.md:4:3: WL001 no note answers to `b`", told(past.ids)[1]]


def test_without_a_repository(base):
    base.write({"a.md": "[[gone]]\n"})
    lines, err = concise(base, "--history")
    assert lines == ["a.md:1:3: WL001 no note answers to `gone`"]
    assert err == (
        "lintkb: warning: --history: git rev-parse: fatal: not a git repository (or any of the parent directories): .git;"
        " nothing is said of what became of missing files\n"
    )


def test_from_python(past):
    import lintkb

    report = lintkb.check(["a.md"], config={"select": ["WL"]}, history=True)
    assert report.diagnostics[0].message == told(past.ids)[0].partition("WL001 ")[2]
    left = lintkb.fix(["a.md"], unsafe=True, write=False, config={"select": ["WL"]}, history=True).diagnostics
    assert [item.subject for item in left] == ["gone", "img.png"]


def test_a_shallow_clone_has_no_history(past, tmp_path):
    clone = tmp_path / "shallow"
    past.git("clone", "-q", "--depth", "1", f"file://{past.root}", str(clone))
    ran = past.run(str(clone), "--history", "--select", "WL", "--output-format", "concise")
    assert ran.code == 1
    assert "in " not in ran.out.partition("WL001")[2].partition("\n")[0]
    assert ran.err.startswith(
        "lintkb: warning: --history: this is a shallow clone; run git fetch --unshallow first; nothing is said of what"
    )
