"""The benchmark's knowledge bases are what they are said to be, and its ratios and verdicts are reckoned right."""

import importlib
import json
import os
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

from lintkb.catalogue import Selection, load_catalogue
from lintkb.engine import open_texts

ROOT = Path(__file__).parent.parent
SIZE = 300
BOTH = ("wall", "cpu")


@pytest.fixture(scope="module")
def modules():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "benchmarks")
        names = ("words", "measure", "generate", "compare")
        yield {name: importlib.import_module(name) for name in names}
        for name in names:
            sys.modules.pop(name)


@pytest.fixture(scope="module")
def generate(modules):
    return modules["generate"]


@pytest.fixture(scope="module")
def compare(modules):
    return modules["compare"]


@pytest.fixture(scope="module")
def notes(generate):
    return list(generate.notes(SIZE))


# What is generated


def test_the_same_notes_come_again_and_larger_ones_begin_with_the_smaller(generate, notes):
    assert list(generate.notes(77)) == notes[:77]
    assert list(generate.notes(3, seed=2)) != notes[:3]
    assert len({path for path, _ in notes}) == SIZE


def test_notes_are_written_as_they_are_generated(generate, notes, tmp_path):
    generate.write(tmp_path / "base", 20)
    written = {
        path.relative_to(tmp_path / "base").as_posix(): path.read_bytes().decode() for path in tmp_path.rglob("*.md")
    }
    assert written == dict(notes[:20])


def test_a_note_is_on_average_what_real_ones_are(generate, notes):
    def average(pattern):
        return sum(len(re.findall(pattern, text, re.MULTILINE)) for _, text in notes) / SIZE

    assert sum(len(text.encode()) for _, text in notes) / SIZE == pytest.approx(7500, rel=0.1)
    assert average(r"\[\[[^\[\]\n]+\]\]") == pytest.approx(10.1, rel=0.1)
    assert average(generate.SHAPES["citations"].pattern) == pytest.approx(36.3, rel=0.1)
    recordings = Counter(generate.VIDEO.search(text)[1] for _, text in notes)
    assert SIZE / len(recordings) == pytest.approx(3.27, rel=0.1)
    assert set(recordings.values()) <= {*generate.PER_RECORDING, list(recordings.values())[-1]}


def test_lintkb_finds_in_them_what_it_finds_in_real_ones(notes):
    texts = {path: text.encode() for path, text in notes[:150]}
    found = open_texts(texts, load_catalogue(), {}, Selection("test", None, (), ())).judge().diagnostics
    rules = Counter(one.rule for one in found)
    assert len(found) / len(texts) == pytest.approx(15.2, rel=0.15)
    assert [rule for rule, _ in rules.most_common(2)] == ["WL001", "TS003"]
    assert {"WL002", "TS001", "TS002", "TS005", "TS009", "TS010", "TS013", "TS016", "RS009", "SR005"} <= set(rules)


def test_no_sentence_is_said_of_two_recordings_but_in_planted_copies(generate, notes):
    said, again = {}, set()
    for path, text in notes:
        video = generate.VIDEO.search(text)[1]
        plain = re.sub(r"<a .*?</a>|\[\[[^\]|]*\| ?([^\]]*)\]\]", r"\1", text)
        for sentence in re.findall(r"[A-Z][^.\n]{80,}\.", plain):
            if said.setdefault(sentence, video) != video:
                again.add(path)
    assert len(said) > 30 * SIZE
    assert len(again) <= SIZE * generate.DEFECTS["copied paragraph"] / 1000 + 1


@pytest.mark.skipif("LINTKB_CORPUS" not in os.environ, reason="LINTKB_CORPUS is not set")
def test_the_words_are_our_own(notes):
    def runs(text):
        words = re.findall(r"[a-z]+", re.sub(r"<[^<>]*>|\[\d[\d:]*\]", " ", text.lower()))
        return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}

    own = set().union(*(runs(text.partition("<br/>")[2]) for _, text in notes))
    for path in list(Path(os.environ["LINTKB_CORPUS"]).rglob("*.md"))[::10]:
        assert not own & runs(path.read_text("utf-8", "replace")), path


def test_a_comparison_shows_ratios_and_the_ten_most_frequent_rules(generate):
    like = {"bytes": 100.0, **{f"WL{number:03}": float(number) for number in range(1, 13)}}
    lines = generate.compare({"bytes": 50.0, "WL012": 24.0}, like)
    assert lines[1] == f"{'bytes':<26} {50:10.3f} {100:10.3f} {0.5:7.2f}"
    assert [line.split()[0] for line in lines[2:]] == [f"WL{number:03}" for number in range(12, 2, -1)]
    assert lines[2].split() == ["WL012", "24.000", "12.000", "2.00"]


# Runs


def test_a_run_is_measured_with_its_children(modules):
    child = (
        "import time; data = b'x' * 50_000_000; end = time.process_time() + .3\nwhile time.process_time() < end: pass"
    )
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    run = modules["measure"].once([sys.executable, "-c", parent])
    assert run.cpu >= 0.3
    assert run.wall >= 0.3
    assert 50_000_000 < run.peak < 200_000_000


def test_a_run_that_fails_is_no_figure(modules):
    with pytest.raises(RuntimeError, match="exit code 2"):
        modules["measure"].once([sys.executable, "-c", "raise SystemExit(2)"])
    assert modules["measure"].once([sys.executable, "-c", "raise SystemExit(1)"]).peak >= 0


# Figures


@pytest.fixture
def figure(compare):
    def figure(size, tool, mode, cpu, wall, peak=0, cache=0):
        run = sys.modules["measure"].Run(cpu, wall, peak)
        return compare.Figure(size, tool, mode, [run, run._replace(cpu=99.0), run._replace(wall=0.001)], cache)

    return figure


def keyed(*figures):
    return {figure[:3]: figure for figure in figures}


def test_a_figure_is_the_median_of_its_runs(figure):
    one = figure(300, "lintkb", "cold", 2.0, 1.0, 5)
    assert (one.cpu, one.wall, one.peak) == (2.0, 1.0, 5)


@pytest.mark.parametrize(
    ("wall", "cpu", "verdict"), [(0.7, 0.7, "met"), (0.7, 0.71, "**not met**"), (0.8, 0.1, "**not met**")]
)
def test_a_limit_is_met_in_wall_and_cpu_time(compare, figure, wall, cpu, verdict):
    figures = keyed(figure(300, "lintkb", "cold", cpu, wall), figure(300, "rumdl", "cold", 1.0, 1.0))
    limit = compare.Limit(BOTH, (300, "lintkb", "cold"), (300, "rumdl", "cold"), 0.7)
    about = "lintkb cold, 300 / rumdl cold, 300"
    assert compare.judged(limit, figures) == (about, f"wall {wall:.2f}, cpu {cpu:.2f}", "0.7", verdict)
    assert compare.judged(limit._replace(of=(20, "lintkb", "cold")), figures) is None


def test_a_limit_on_memory_is_absolute(compare, figure):
    figures = keyed(figure(300, "lintkb", "cold", 1.0, 1.0, 400_000_001))
    limit = compare.Limit(("peak",), (300, "lintkb", "cold"), None, 400_000_000)
    assert compare.judged(limit, figures) == ("peak memory of lintkb cold, 300", "400 MB", "400 MB", "**not met**")
    assert compare.judged(limit, keyed(figure(300, "lintkb", "cold", 1.0, 1.0, 400_000_000)))[3] == "met"


def test_a_slope_is_reckoned_per_note(compare, figure):
    figures = keyed(figure(3000, "lintkb", "cold", 3.0, 3.0, 30), figure(6000, "lintkb", "cold", 6.0, 9.0, 45))
    limit = compare.Limit((*BOTH, "peak"), (6000, "lintkb", "cold"), (3000, "lintkb", "cold"), 1.15, slope=True)
    assert compare.reached(limit, figures) == {"wall": 1.5, "cpu": 1.0, "peak": 0.75}
    assert compare.judged(limit, figures)[0] == "lintkb cold, 6,000 per note / lintkb cold, 3,000 per note"


def test_figures_of_all_runs_are_kept_and_joined(compare, figure, tmp_path):
    path = tmp_path / "results.json"
    assert compare.load(path) == ({}, {})
    first, second = figure(300, "lintkb", "cold", 1.0, 1.0, 7, 9), figure(3000, "lintkb", "cold", 2.0, 2.0)
    compare.save(path, {"lintkb": "1"}, keyed(second, first))
    assert json.loads(path.read_text())["figures"][0]["runs"] == [[1.0, 1.0, 7], [99.0, 1.0, 7], [1.0, 0.001, 7]]
    assert compare.load(path) == ({"lintkb": "1"}, keyed(first, second))
    assert compare.join({"lintkb": "1"}, {"lintkb": "1", "rumdl": "2"}) == {"lintkb": "1", "rumdl": "2"}
    with pytest.raises(ValueError, match="figures of lintkb 1; this is 2"):
        compare.join({"lintkb": "1"}, {"lintkb": "2"})


def test_the_report_in_full(compare, figure):
    figures = keyed(
        figure(300, "lintkb", "cold", 0.5, 0.25, 40_000_000, 1_000_000),
        figure(300, "rumdl", "cold", 1.0, 12.5, 0, 4_000_000),
        figure(0, "lintkb", "one note", 0.2, 0.1),
        figure(0, "lintkb", "--version", 0.02, 0.03),
        figure(0, "python", "-c pass", 0.01, 0.01),
    )
    assert (
        compare.report({"lintkb": "1.2", "system": "Linux", "processors": "2"}, figures)
        == """\
lintkb 1.2; Linux, 2 processors.

### 300 notes, median of 3: wall / CPU / peak memory

|  | lintkb | rumdl | lintkb / rumdl |
| --- | --- | --- | --- |
| cold | 250 ms / 500 ms / 40 MB | 12.5 s / 1.00 s | 0.02 / 0.50 |
| warm | - | - | - |
| one changed | - | - | - |
| hook | - | - | - |
| cache | 1.0 MB | 4.0 MB | 0.25 |

### Start-up: wall / CPU (times `python -c pass`)

|  | lintkb | `python -c pass` |
| --- | --- | --- |
| one note | 100 ms / 200 ms (10.00 / 20.00) | 10 ms / 10 ms |
| --version | 30 ms / 20 ms (3.00 / 2.00) | 10 ms / 10 ms |

### Limits

|  | figure | at most |  |
| --- | --- | --- | --- |
| lintkb one note / python -c pass | cpu 20.00 | 10 | **not met** |
| lintkb --version / python -c pass | cpu 2.00 | 2.5 | met |

12 more limits need sizes that are not measured here."""
    )


def test_the_page_takes_the_block_and_keeps_the_rest(compare):
    page = f"before\n{compare.BEGIN}\nold\n{compare.END}\nafter\n"
    assert compare.refreshed(page, "new") == f"before\n{compare.BEGIN}\n\nnew\n\n{compare.END}\nafter\n"
    with pytest.raises(ValueError, match="no block"):
        compare.refreshed("before", "new")


def test_the_page_shows_the_figures_that_are_kept(compare):
    page = compare.PAGE.read_text("utf-8")
    assert compare.refreshed(page, compare.report(*compare.load(compare.RESULTS))) == page
    assert compare.PAGE.with_name(compare.PLOT).read_text("utf-8").startswith("<?xml")
