"""What the examples of the residue rules cannot show: line ends, how far fixes are trusted, size, parameters."""

import time

import pytest

from lintkb.checks.patterns import seeker

PROSE = "Rye is sown in September, after the last beans, and it holds the soil and its nitrogen through the winter"
FENCED = f"```md\n# Rye\n\n{PROSE}.\n```\n"


@pytest.fixture
def found(base):
    """The residue findings on one note as `CODE line:column-line:column`, and the report itself."""

    def run(text, *arguments):
        base.write({"a.md": text.encode("utf-8")})
        ran = base.json("--no-cache", "--select", "RS", *arguments)
        places = [
            "{code} {start[line]}:{start[column]}-{end[line]}:{end[column]}".format_map(item) for item in ran.json
        ]
        return places, ran.json

    return run


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_leftover_line_goes_with_its_line_end_whatever_that_is(base, found, newline):
    text = newline.join(["Rye.", "", "  Back to top ", "", "- 6 min read"])
    assert found(text)[0] == ["RS001 3:3-3:14", "RS001 5:1-5:13"]
    base.run("--fix", "--unsafe-fixes", "--no-cache", "--select", "RS")
    assert base.read("a.md").decode() == newline.join(["Rye.", "", "", ""])


def test_a_line_is_matched_whole_and_only_where_nothing_is_masked(found):
    assert (
        found("Go back to top\n\nBack to top [[rye]]\n\n`Back to top`\n\n    Back to top\n\n# Back to top\n")[0] == []
    )
    assert found("---\ntitle: Back to top\nx: |\n  Back to top\n---\n> Back to top\n")[0] == []


def test_a_replacement_in_lines_leaves_the_line_where_it_is(base):
    rule = "---\ncode: XX001\nname: hoe\ncheck: pattern\nparams: {in: lines, regex: 'hoe (now)', message: m, replace: 'rake \\1'}\nseverity: error\nfix: safe\n---\n# H\n\n## Examples\n```markdown bad\n«hoe now»\n```\n```markdown fixed\nrake now\n```\n```markdown good\nx hoe now\n```\n"
    base.write(
        {"house/r.md": rule, "lintkb.toml": 'rule-paths = ["house"]\ninclude = ["a.md"]\n', "a.md": "x\n hoe now \ny"}
    )
    assert base.run("rule", "--test", "house").code == 0
    base.run("--fix", "--no-cache", "--select", "XX")
    assert base.read("a.md") == b"x\n rake now \ny"


@pytest.mark.parametrize(
    ("text", "trusted", "fixed"),
    [
        (FENCED, "safe", f"# Rye\n\n{PROSE}.\n"),
        (FENCED.replace("\n", "\r\n"), "safe", f"# Rye\r\n\r\n{PROSE}.\r\n"),
        ("---\ntitle: x\n---\n\n" + FENCED, "safe", f"---\ntitle: x\n---\n\n# Rye\n\n{PROSE}.\n"),
        ("From: [[x]]\n" + FENCED, "unsafe", f"From: [[x]]\n\n# Rye\n\n{PROSE}.\n"),
        ("From: [[x]]\n\n" + FENCED, "unsafe", f"From: [[x]]\n\n# Rye\n\n{PROSE}.\n"),
        (FENCED.removesuffix("```\n"), "unsafe", f"# Rye\n\n{PROSE}.\n"),
        (" " + FENCED, "unsafe", f"# Rye\n\n{PROSE}.\n"),
        (FENCED.replace("# Rye", "---\ntitle: x\n---"), "unsafe", f"---\ntitle: x\n---\n\n{PROSE}.\n"),
        (
            FENCED.replace("```", "````").replace("# Rye", "# Rye\n```sh\nmow\n```"),
            "unsafe",
            f"# Rye\n```sh\nmow\n```\n\n{PROSE}.\n",
        ),
    ],
)
def test_a_fence_is_taken_away_safely_only_where_that_is_proved(base, found, text, trusted, fixed):
    places, report = found(text, "--select", "RS004")
    assert len(places) == 1
    assert report[0]["fixes"][0]["applicability"] == trusted
    base.run("--fix", "--unsafe-fixes", "--no-cache", "--select", "RS004")
    assert base.read("a.md").decode() == fixed


@pytest.mark.parametrize(
    "text",
    [
        FENCED + "\nMore.\n",
        "# Template\n" + FENCED,
        "Copy what follows into a note:\n" + FENCED,
        FENCED.replace("md", "text"),
        FENCED.replace("md", ""),
        FENCED.replace(PROSE, "Rye is sown"),
        "![[rye.png]]\n" + FENCED,
        "> " + FENCED.replace("\n", "\n> "),
    ],
)
def test_a_fence_that_a_person_meant_is_left_alone(found, text):
    assert found(text, "--select", "RS004")[0] == []


def test_a_loop_is_found_where_it_begins(found):
    before = "# Rye\n\n" + "".join(f"Rye number {n} is sown in week {n * 7 % 52}.\n" for n in range(100))
    loop = "the rye and the vetch [00:01:02] and " * 200
    line = before.count("\n") + 1
    assert found(before + "Sow " + loop)[0] == [f"RS006 {line}:5-{line}:65"]
    assert found(before + "Sow " + loop.replace("and ", "and\n"))[0][0].startswith(f"RS006 {line}:")
    assert found(before + "```\n" + loop + "\n```\n")[0] == []
    assert found(before + "| a |\n|---|\n| " + loop + "|\n")[0] == []
    assert found(before + f"|{' ' * 3000}|{' ' * 3000}|\n" * 2 + f"|{'-' * 3000}|{'-' * 3000}|\n")[0] == []


def test_a_line_without_end_is_found_and_long_code_and_images_are_not(found):
    line = " ".join(f"rye{n}" for n in range(1400))
    assert len(line) > 8000
    assert found(f"# R\n\nSown.\n{line}\n")[0] == ["RS006 4:1-4:61"]
    assert found(f"# R\n\n`{line}`\n\n![x](data:{line.replace(' ', '')})\n\n$$ {line} $$\n")[0] == []


def test_a_passage_is_told_of_once_where_it_begins_again(found):
    lines = [f"{PROSE} of year {year}." for year in ("one", "two", "three")]
    text = "\n\n".join(["# Rye", *lines, "# Rye", *lines]) + "\n"
    places, report = found(text)
    assert places == ["RS011 11:1-11:61"]
    assert report[0]["message"] == "the note begins to repeat itself: 69 words of it stand there twice"
    assert found("\n\n".join(["# Rye", *lines, *lines[:2]]) + "\n")[0] == []


def test_a_hyphen_is_put_back_with_the_letters_of_the_title(base, found):
    base.write({"a.md": "---\ntitle: 'SinoSoviet, ÄpfelBirnen, email, lowcost, costlow'\n---\n"})
    body = "Sino-Soviet rye; äpfel-birnen; e-mail; low-cost; Lowcost; cost-l.\n"
    assert found(base.read("a.md").decode() + body)[0] == ["RS009 2:9-2:19", "RS009 2:21-2:32"]
    base.run("--fix", "--unsafe-fixes", "--no-cache", "--select", "RS")
    assert base.read("a.md").decode().splitlines()[1] == "title: 'Sino-Soviet, Äpfel-Birnen, email, lowcost, costlow'"


@pytest.mark.parametrize("text", ["", "\n \n", "# Rye", "Rye\n===\n", "From: [[x]] <br/>\n# Rye\n"])
def test_a_note_without_content_is_told_of(found, text):
    assert [place[:5] for place in found(text)[0]] == ["RS007"]


@pytest.mark.parametrize(
    "text", ["---\ntitle: x\n---\n", "# Rye\n<!-- soon -->\n", "# Rye\n![](rye.png)\n", "Rye.\n# Rye\nx\n", "# [[rye]]\n", "`rye`\n# Rye\n"]
)  # fmt: skip
def test_little_content_is_content(found, text):
    assert found(text)[0] == []


@pytest.mark.parametrize(
    "unit",
    ["a-", "low-cost ", "[insert ", "- TODO: ", "\r", "x\n", "# a\n", "[a](https://youtube.com/watch?a&", "【1", "Sure, here is\n",
     "the provided transcript ", "I need to make sure ", "rye and rye ", "```md\n", ".# A"],
)  # fmt: skip
def test_no_rule_takes_long(unit):
    """A second for 1.8 MB in one check would be a bug; a quadratic one takes minutes."""
    from lintkb.catalogue import load_catalogue
    from lintkb.checks.base import Context
    from lintkb.settings import build_settings
    from lintkb.source.note import Note
    from lintkb.text import SourceText

    note = Note("a.md", SourceText("---\ntitle: " + "lowcost ab " * 3000 + "\n---\n" + unit * (1_800_000 // len(unit))))
    settings = build_settings({}, "")
    assert note.prose
    began = time.process_time()
    for rule in load_catalogue().rules:
        if rule.code.startswith("RS"):
            for _ in rule.check.run(note, Context(settings, rule.params, rule.fix, {})):
                pass
    assert time.process_time() - began < 10


def test_one_search_finds_what_any_rule_needs():
    needs = ("of course!", "](<", "x", "sure,", "\ue200", "end of note")
    assert all(seeker(needs).search(f"ab{text}cd") for text in needs)
    assert [text for text in ("of course", "](", "a sure", "end of a note", "") if seeker(needs).search(text)] == []
