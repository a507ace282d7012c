"""Inline suppressions: what they hide, how far they reach, and what is said of them."""

import pytest

LINK = "See [[nowhere]]."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{LINK} <!-- lintkb-disable-line WL001 planned -->\n", []),
        (f"{LINK} <!-- lintkb-disable-line WL -->\n", []),
        (f"{LINK} <!-- lintkb-disable-line broken-wikilink, TS001 -->\n", ["1:18 SU001"]),
        (f"{LINK} <!-- lintkb-disable-line ALL -->\n", []),
        (f"<!-- lintkb-disable-next-line WL001 -->\n{LINK}\n", []),
        (f"<!-- lintkb-disable-next-line WL001 -->\n\n{LINK}\n", ["1:1 SU001", "3:7 WL001"]),
        (f"{LINK}\n\n<!-- lintkb-disable WL001 -->\n\n{LINK}\n", ["1:7 WL001"]),
        (f"<!-- lintkb-disable WL001 -->\n\n{LINK}\n\n<!-- lintkb-enable WL001 -->\n\n{LINK}\n", ["7:7 WL001"]),
        (f"<!-- lintkb-disable WL001 -->\n\n{LINK}\n\n<!-- lintkb-enable -->\n\n{LINK}\n", ["7:7 WL001"]),
        (f"`<!-- lintkb-disable-line WL001 -->` {LINK}\n", ["1:44 WL001"]),
        (f"{LINK} <!-- lintkb-disable-line TS001 -->\n", ["1:7 WL001", "1:18 SU001"]),
        (f"{LINK} <!-- lintkb-disable-line WX001 -->\n", ["1:7 WL001", "1:18 SU002"]),
        (f"{LINK} <!-- lintkb-disable-line nonsense -->\n", ["1:7 WL001", "1:18 SU002"]),
        (f"{LINK} <!-- lintkb-disable-line -->\n", ["1:7 WL001", "1:18 SU002"]),
        (f"{LINK} <!-- lintkb-ignore WL001 -->\n", ["1:7 WL001", "1:18 SU002"]),
        ("Clean. <!-- lintkb-disable-line WL001 -->\n", ["1:8 SU001"]),
        ("Clean. <!-- lintkb-disable-line WL001, SU001 kept for later -->\n", []),
        (f"| a |\n|---|\n| {LINK} <!-- lintkb-disable-line WL001 --> |\n| {LINK} |\n", ["4:9 WL001"]),
        (f"---\nx: 1\n# lintkb-disable WL001 the pages come later\n---\n{LINK}\n\n{LINK}\n", []),
        (f"---\nx: 1 # lintkb-disable WL001\n---\n{LINK}\n", ["2:6 SU001", "4:7 WL001"]),
        (f"---\nx: '# lintkb-disable WL001'\n---\n{LINK}\n", ["4:7 WL001"]),
        (f"---\nx: |\n  # lintkb-disable WL001\n---\n{LINK}\n", ["5:7 WL001"]),
        (f"{LINK} <!-- lintkb-disable-line WL001 -->\r\n{LINK}\r\n", ["2:7 WL001"]),
    ],
)
def test_reach(base, text, left):
    base.write({"note.md": text})
    ran = base.json("--select", "WL,SU,TS")
    assert [item.removeprefix("note.md:") for item in ran.brief] == left


def test_a_schema_finding_is_hidden_on_its_line(base):
    config = '[[frontmatter]]\nfields.a = { type = "integer" }\nfields.b = { type = "integer" }\n'
    base.write({"lintkb.toml": config, "note.md": "---\na: x # lintkb-disable FM002 legacy\nb: y\n---\n"})
    assert base.json().brief == ["note.md:3:4 FM002"]


def test_a_missing_frontmatter_is_hidden_on_the_first_line(base):
    base.write({"note.md": "Text. <!-- lintkb-disable-line FM001 a scratch note -->\n"})
    assert base.run().code == 0


def test_what_is_hidden_is_counted(base):
    base.write({"note.md": f"{LINK} {LINK} <!-- lintkb-disable-line WL001, FM001 -->\n"})
    ran = base.run()
    assert (ran.code, ran.out, ran.err) == (0, "", "All clean: 1 note checked, 3 suppressed findings.\n")


def test_a_suppression_is_not_unused_when_its_rule_did_not_run(base):
    base.write({"note.md": "Clean. <!-- lintkb-disable-line TS001 -->\n"})
    assert base.run("--select", "WL,SU").code == 0
    assert base.json("--select", "TS,SU").brief == ["note.md:1:8 SU001"]


def test_what_the_run_says_cannot_be_hidden(base):
    base.write({"lintkb.toml": "max-size = 20\n", "note.md": "Text. <!-- lintkb-disable-line KB003 -->\n"})
    assert base.run().code == 2


def test_an_unused_suppression_is_removed_by_an_unsafe_fix(base):
    base.write({"note.md": "Clean. <!-- lintkb-disable-line WL001 -->\n"})
    assert base.run("--fix", "--unsafe-fixes", "--select", "WL,SU").code == 0
    assert base.read("note.md") == b"Clean. \n"
