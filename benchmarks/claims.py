"""How well claims that nothing is cited for are told from all other sentences: the shipped rules on notes and labelled rows.

`--kb` counts findings in folders of notes, then strips citations from well-cited ones and asks what is found of that.
`--wikipedia` are rows of claim, label (1 needs a citation), title, section, previous_sentence and subsequent_sentence;
`--seeds` rows of file, line, sentence, cited, needs_attribution and violation, the documents beside them in `../seeds`;
`--notes` rows of t (the sentence), y (V is a claim to cite, L leads in or concludes, F is none), cov (how it lay to
citations), head, label, sample and f (its note, judged in place where a `--kb` folder has it). Each is optional.

Claim detection is a rule's cue alone: nothing counts as cited and nobody as named. Intervals are Wilson's of 95 %.
"""

import argparse
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple

from lintkb.catalogue import Rule, RuleError, Selection, load_catalogue
from lintkb.checks.base import SourceContext
from lintkb.diagnostics import Diagnostic, Severity
from lintkb.engine import Options, Session, UsageError, open_sessions, open_texts
from lintkb.evidence.claims import Assertion, Claims
from lintkb.evidence.languages import STORY, Language, languages
from lintkb.evidence.recording import Recording
from lintkb.evidence.scopes import LEAD_IN, OPEN, OWN, Scope
from lintkb.executors import default_jobs, map_chunks
from lintkb.report import KnowledgeBaseReport
from lintkb.reporters.safe import safe
from lintkb.settings import Settings, SettingsError
from lintkb.source.note import Note
from lintkb.source.sentences import Sentence
from lintkb.text import DecodeError, SourceText, Span, decode

SETTINGS = Settings.validate({})
CATALOGUE = load_catalogue()
CLAIMS = [rule for rule in CATALOGUE.rules if rule.code.startswith("CL")]
NARROW = [rule for rule in CLAIMS if rule.code in ("CL002", "CL003", "CL004", "CL005", "CL006", "CL007")]
COUNTING = [rule for rule in CLAIMS if rule.code in ("CL008", "CL009")]  # what is not cited in a section, in a note
VIEW = next(rule for rule in CLAIMS if rule.code == "CL010")
CODES = [rule.code for rule in NARROW]
# The rules that are on by default, and those that count.
SELECTION = Selection("benchmark", ("CL", *(rule.code for rule in COUNTING)), (), ())

FEWEST = 5  # sentences of a well-cited note
PER = 300  # well-cited notes
SHOWN = 40  # sections that are shown
SAME = 0.5  # token Jaccard of a row and its sentence
HEAD = "---\nvideoId: benchmark\n---\n"  # which names a source, and covers nothing
PLOT = re.compile(
    r"\b(?:plot|synopsis|stor(?:y|yline|ylines)|act (?:[ivx]+|\d+)|part (?:one|two|three|[ivx]+|\d+)|episodes?( \d+)?"
    r"|volume [ivx]+|characters|prologue|epilogue|main plot|premise|setting)\b",
    re.IGNORECASE,
)
MARKUP = re.compile(r"<[^<>]*>")
WORD = re.compile(r"\w+")
UNSEEN = re.compile("[\u2066-\u2069]")  # marks of direction around the names of folders


class BadInput(Exception):
    """A file cannot be used; `str()` says which and why, in one line."""


# Figures


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share; all there is when nothing was asked."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, hits / of
    centre, half = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return max(0.0, (centre - half) / (1 + z * z / of)), min(1.0, (centre + half) / (1 + z * z / of))


def share(hits: int, of: int) -> str:
    """A share with its interval and its counts."""
    low, high = wilson(hits, of)
    return f"{hits / of:.3f} [{low:.2f}-{high:.2f}] {hits}/{of}" if of else "-"


def f1(right: int, flagged: int, wanted: int) -> str:
    return f"{2 * right / (flagged + wanted):.3f}" if flagged + wanted else "-"


def table(title: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: the first column to the left, the others to the right."""
    lines = [header, *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(header))]
    print(f"\n{title}")
    for line in lines:
        cells = [
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  " + "  ".join(cells).rstrip())


class Judged(NamedTuple):
    """A labelled sentence, by which rules it was flagged, whether it should be, and what else is known of it."""

    text: str
    wanted: bool
    codes: tuple[str, ...]
    about: str = ""


def quality(title: str, judged: Sequence[Judged], codes: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows of precision, recall and F1, of all rules together and of each."""
    rows: list[tuple[str, ...]] = []
    warnings = [rule.code for rule in NARROW if rule.severity is Severity.WARNING]
    parts = [(title, codes), ("  warnings", warnings), *((f"  {code}", [code]) for code in codes)]
    for name, some in parts:
        flagged = [one for one in judged if not set(some).isdisjoint(one.codes)]
        right, wanted = sum(one.wanted for one in flagged), sum(one.wanted for one in judged)
        rows.append((name, share(right, len(flagged)), share(right, wanted), f1(right, len(flagged), wanted)))
    return rows


QUALITY = ("", "precision", "recall", "F1")


def show(what: str, part: str, judged: Sequence[Judged]) -> None:
    """Print the sentences that are flagged, the wrong ones first, or those that are missed."""
    if what == "flagged":
        chosen = sorted((one for one in judged if one.codes), key=lambda one: one.wanted)
    elif what == "missed":
        chosen = [one for one in judged if one.wanted and not one.codes]
    else:
        return
    print(f"\n{part}: {len(chosen)} sentences {what}")
    for one in chosen:
        verdict = ("right" if one.wanted else "WRONG") if one.codes else "MISSED"
        print(safe(f"  {verdict} {' '.join(one.codes)} [{one.about}] {one.text}"))


# Judging sentences


class InEnglish(Claims):
    """The sentences of a note that is known to be English, however short it is."""

    @cached_property
    def language(self) -> Language | None:
        return next(one for one in languages(self.settings.claims.words()) if one.code == "en")


class Bare(InEnglish):
    """The sentences as though nothing were cited and, but where `named`, nobody said who says so.

    What announces a list, or retells a work in a section for that, asserts nothing here either.
    """

    named = False

    @cached_property
    def scopes(self) -> list[Scope]:
        return [scope if scope.rule in (LEAD_IN, STORY) else Scope(OPEN) for scope in super().scopes]

    @cached_property
    def open(self) -> list[Assertion]:
        found = zip(self.sentences, self.scopes, strict=True)
        return [Assertion.of(sentence, scope) for sentence, scope in found if scope.rule == OPEN]

    @cached_property
    def cites(self) -> bool:
        return True

    def attribution(self, assertion: Assertion) -> str:
        return super().attribution(assertion) if self.named else ""


class BareNamed(Bare):
    """The same, with those who are named."""

    named = True


class Heard(Recording):
    """The recording of one note, of whose claims it is known what they are."""

    def __init__(self, note: Note, claims: Claims) -> None:
        super().__init__("", {note.path: note}, SETTINGS)
        self.known = claims

    def claims(self, _path: str) -> Claims:
        return self.known


def judge(note: Note, claims: Claims, rules: Iterable[Rule]) -> list[tuple[str, Span]]:
    """What rules say of a note's sentences, each sentence told of by one rule as in a run: codes and spans."""
    heard = Heard(note, claims)
    contexts = ((rule, SourceContext(SETTINGS, rule.params, rule.fix, heard)) for rule in rules)
    return [(rule.code, found.span) for rule, context in contexts for found in rule.check.run(note, context)]


def cues(note: Note) -> list[tuple[str, Span]]:
    """The sentences of a note in which rules find their cues, whatever is cited or named: all rules of a sentence."""
    found = [one for rule in NARROW for one in judge(note, Bare(note, SETTINGS), [rule])]
    return found + judge(note, BareNamed(note, SETTINGS), [VIEW])


def on(span: Span, found: Iterable[tuple[str, Span]]) -> tuple[str, ...]:
    """The codes of what is found, for the most part, within a span."""
    codes = [
        code
        for code, place in found
        if 2 * (min(span.end, place.end) - max(span.start, place.start)) > place.end - place.start
    ]
    return tuple(sorted(set(codes)))


def plain(text: str) -> str:
    return " ".join(text.split())


def placed(before: str, sentence: str, after: str) -> tuple[Note, Span]:
    """A note in which a sentence stands between two texts, and its place."""
    text = before + sentence + after
    return Note("note.md", SourceText(text)), Span(len(before), len(before) + len(sentence))


def tokens(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(MARKUP.sub(" ", text).lower()))


def locate(text: str, sentences: Sequence[Sentence], line: int = 0, lines: Sequence[int] = ()) -> Sentence | None:
    """The sentence of a note that a row is about, the nearest to its line of those that are most like it."""
    words, best, found = tokens(text), (SAME, 0), None
    for at, sentence in enumerate(sentences):
        said = tokens(sentence.words)
        alike = len(words & said) / max(1, len(words | said))
        rank = (alike, -abs(lines[at] - line) if lines else 0)
        if rank > best:
            best, found = rank, sentence
    return found


def line_of(note: Note, at: int) -> int:
    return note.source.position(at).line


# Rows


def read_rows(path: Path, keys: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a file, a JSON list or JSON lines, each with the keys. Raises BadInput."""
    try:
        text = path.read_text("utf-8")
        rows = (
            json.loads(text)
            if text.lstrip().startswith("[")
            else [json.loads(line) for line in text.splitlines() if line]
        )
    except OSError as error:
        raise BadInput(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadInput(f"{path}: neither a JSON list nor JSON lines: {error}") from error
    if not rows:
        raise BadInput(f"{path}: no rows")
    for number, row in enumerate(rows, 1):
        missing = [key for key in keys if key not in row] if isinstance(row, dict) else list(keys)
        if missing:
            raise BadInput(f"{path}: row {number} has no {', '.join(missing)}")
    return rows


def bench_wikipedia(path: Path, what: str) -> None:
    """Sentences in their context, and their cues alone."""
    rows = read_rows(path, ("claim", "label", "section", "title", "previous_sentence", "subsequent_sentence"))
    in_context, alone, cut = [], [], 0
    for row in rows:
        before = (
            f"{HEAD}# {plain(row['title'])}\n\n## {plain(row['section'])}\n\n{plain(row['previous_sentence'] or '')}"
        )
        after = plain(row["subsequent_sentence"] or "")
        note, span = placed(f"{before} ", plain(row["claim"]), f" {after}\n")
        claims = InEnglish(note, SETTINGS)
        cut += not any(sentence.span == span for sentence in claims.sentences)
        known = plain(row["claim"]), bool(row["label"])
        about = f"{row['title']} / {row['section']}"
        in_context.append(Judged(*known, on(span, judge(note, claims, NARROW)), about))
        alone.append(Judged(*known, on(span, cues(note)), about))
    plot = [PLOT.search(row["section"]) is not None for row in rows]
    wanted = sum(bool(row["label"]) for row in rows)
    counts = f"{wanted} need a citation, {sum(plot)} stand in sections like plots, {cut} are cut otherwise"
    print(f"\nWikipedia: {len(rows)} sentences; {counts}")
    for title, judged in (("claim detection", alone), ("as in a note, with nothing cited", in_context)):
        parts = [
            ("all", judged),
            ("not like plots", [one for one, like in zip(judged, plot, strict=True) if not like]),
            ("like plots", [one for one, like in zip(judged, plot, strict=True) if like]),
        ]
        table(f"Wikipedia, {title}", QUALITY, [line for name, some in parts for line in quality(name, some, CODES)])
    show(what, "Wikipedia, claim detection", [one._replace(codes=narrow(one.codes)) for one in alone])


def narrow(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in codes if code in CODES)


def bench_seeds(path: Path, folder: Path, what: str) -> None:
    """Whole documents against the sentences that violate, and every sentence's cues."""
    rows = read_rows(path, ("file", "line", "sentence", "cited", "needs_attribution", "violation"))
    texts = {}
    for name in sorted({row["file"] for row in rows}):
        try:
            texts[name] = (folder / name).read_bytes()
        except OSError as error:
            raise BadInput(
                f"{folder / name}: cannot be read: {error.strerror}; name the folder with --documents"
            ) from error
    notes = {name: Note(name, decode(data)) for name, data in texts.items()}
    session = open_texts({f"{name}.md": data for name, data in texts.items()}, CATALOGUE, {}, SELECTION)
    told = [one for one in session.judge().diagnostics if one.rule.startswith("CL")]
    places: dict[int, Span] = {}  # of the rows that are found, by number
    for name, note in notes.items():
        sentences = InEnglish(note, SETTINGS).sentences
        lines = [line_of(note, sentence.span.start) for sentence in sentences]
        for at, row in enumerate(rows):
            if row["file"] == name and (found := locate(row["sentence"], sentences, row["line"], lines)) is not None:
                places[at] = found.span
    print(f"\nSeeds: {len(rows)} sentences, {len(rows) - len(places)} not found in their documents")
    lines_of_table, listed = [], []
    hit: set[int] = set()
    for name in texts:
        of = [one for one in told if one.path == f"{name}.md"]
        mine = [at for at, row in enumerate(rows) if row["file"] == name]
        right = 0
        for one in of:
            those = [at for at in mine if at in places and one.rule in on(places[at], [(one.rule, one.span)])]
            good = any(rows[at]["violation"] for at in those)
            right += good
            hit.update(at for at in those if rows[at]["violation"])
            line = line_of(notes[name], one.span.start)
            listed.append(
                f"  {'right' if good else 'WRONG' if one.rule in CODES else 'note'} {name}:{line} {one.rule} {one.message}"
            )
        violations = sum(rows[at]["violation"] for at in mine)
        lines_of_table.append((name, len(mine), violations, len(of), right, sum(at in hit for at in mine)))
    table(
        "Seeds, whole documents",
        ("", "sentences", "violations", "findings", "right", "violations found"),
        lines_of_table,
    )
    print("\n".join(map(safe, listed)))
    alone, within, found_in = [], [], {name: cues(note) for name, note in notes.items()}
    for at, row in enumerate(rows):
        note, span = placed(HEAD, plain(row["sentence"]), "\n")
        known, about = (plain(row["sentence"]), bool(row["needs_attribution"])), f"{row['file'][:3]}:{row['line']}"
        alone.append(Judged(*known, on(span, cues(note)), about))
        within.append(Judged(*known, on(places[at], found_in[row["file"]]) if at in places else (), about))
    table(
        "Seeds, claim detection against needs_attribution",
        QUALITY,
        [
            *quality("by itself, narrow rules", alone, CODES)[:1],
            *quality("by itself, and views", alone, [*CODES, VIEW.code]),
            *quality("in its document, narrow rules", within, CODES)[:1],
            *quality("in its document, and views", within, [*CODES, VIEW.code]),
        ],
    )
    show(what, "Seeds, in the document, narrow rules and views", within)


FILLER = "Rye holds the soil, and clover feeds it"
CITED = f'{FILLER} <a class="yt-timestamp" data-t="00:03:10">[00:03:10]</a>.'


def rebuilt(row: dict[str, Any]) -> tuple[Note, Span]:
    """A cited note in which a row's sentence lies to its citations as it did in its own. Raises BadInput."""
    label = f"**{plain(row['label'])}**: " if row["label"] else ""
    head = f"## {plain(row['head']) or 'Sowing'}\n\n"
    cited, body = f"\n\n## Hedges\n\n{CITED}\n", f"{HEAD}# Beds\n\n{CITED}\n\n## Paths\n\n{CITED}\n\n"
    around = {
        "bare": (f"{body}{head}{CITED}\n\n{label}", cited),
        "trailing": (f"{body}{head}{CITED} {label}", cited),
        "next-in-block>2": (f"{body}{head}{label}", f" {FILLER}. {FILLER}. {FILLER}. {CITED}{cited}"),
        "intro": (f"{HEAD}# Beds\n\n{label}", f"{cited}\n## Paths\n\n{CITED}\n"),
        "lastsec": (f"{body}{head}{label}", "\n"),
    }
    if row["cov"] not in around:
        raise BadInput(f"no such cov: {row['cov']!r}; known are {', '.join(around)}")
    before, after = around[row["cov"]]
    return placed(before, plain(row["t"]), after)


def notes_below(folders: Iterable[Path]) -> dict[str, Path]:
    """Notes by the last two parts of their path."""
    paths = (path for folder in folders for path in sorted(folder.rglob("*.md")))
    return {UNSEEN.sub("", "/".join(path.parts[-2:])): path for path in paths}


def bench_notes(path: Path, folders: Sequence[Path], what: str) -> None:
    """Sentences that were judged by reading, in their notes or in notes made for them."""
    rows = read_rows(path, ("t", "y", "cov", "head", "label", "sample", "f"))
    at_hand, judged, where = notes_below(folders), [], []
    for row in rows:
        place, claims = None, None
        if row["f"] in at_hand:
            note = Note(row["f"], decode(at_hand[row["f"]].read_bytes()))
            claims = Claims(note, SETTINGS)
            sentence = locate(row["t"], claims.sentences)
            place = sentence.span if sentence is not None else None
        if place is None or claims is None:
            note, place = rebuilt(row)
            claims = InEnglish(note, SETTINGS)
            where.append("rebuilt")
        else:
            where.append("own note")
        codes = on(place, judge(note, claims, NARROW))
        judged.append(
            Judged(plain(row["t"]), row["y"] == "V", codes, f"{row['y']} {row['sample']} {row['cov']} {where[-1]}")
        )
    wanted = sum(one.wanted for one in judged)
    print(f"\nNotes: {len(rows)} sentences, {wanted} to cite; {where.count('own note')} judged in their own notes")
    lines = quality("all", judged, CODES)
    for key, names in (
        ("sample", sorted({row["sample"] for row in rows})),
        ("cov", sorted({row["cov"] for row in rows})),
        ("judged", ["own note", "rebuilt"]),
    ):
        values = where if key == "judged" else [row[key] for row in rows]
        for name in names:
            lines += quality(
                f"{key} {name}", [one for one, value in zip(judged, values, strict=True) if value == name], CODES
            )[:1]
    body = [one for one, row in zip(judged, rows, strict=True) if row["y"] != "L"]
    lines += quality("without L", body, CODES)[:1]
    table("Notes, precision of what is flagged and recall of what is to cite", QUALITY, lines)
    show(what, "Notes", judged)


# Folders of notes


class Survey(NamedTuple):
    """What is cited in a note: its sentences, those with a citation of their own, all of them by rule, how each open one
    lies (by its place), and how many sections could be stripped."""

    path: str
    sentences: int
    own: int
    covered: Counter[str]
    lies: dict[int, str]
    sections: int

    @property
    def well(self) -> bool:
        return self.sentences >= FEWEST and 2 * self.own >= self.sentences


class Section(NamedTuple):
    """A section with its citations, and whether it is the note's last."""

    span: Span
    citations: list[Span]
    last: bool


class Stripped(NamedTuple):
    """A note without any citation, the same without those of one section, where this is then, its heading, its sentences
    that nothing covers any more, and whether it is the last."""

    path: str
    whole: bytes
    part: bytes
    span: Span
    heading: str
    open: tuple[str, ...]
    last: bool


Key = tuple[Path, str]  # of a note: the root of its knowledge base, and its path there


def read_note(folder: str, path: str) -> Note | None:
    try:
        return Note(path, decode((Path(folder) / path).read_bytes()))
    except (OSError, DecodeError):
        return None  # of which the run tells


def sections(note: Note, claims: Claims) -> list[Section]:
    """The sections with two citations or more, in which sentences are cited by times alone."""
    headings, found = note.structure.headings, []
    own = [scope.by for scope in claims.scopes if scope.rule == OWN]
    for at, heading in enumerate(headings):
        end = headings[at + 1].span.start if at + 1 < len(headings) else len(note.text)
        citations = [one.span for one in note.citations if heading.span.end <= one.span.start < end]
        times = {span.start for span in citations}
        if len(citations) >= 2 and all(by in times for by in own if heading.span.end <= by < end):
            citations = [one.span for one in note.citations if heading.span.start <= one.span.start < end]
            found.append(Section(Span(heading.span.start, end), citations, at + 1 == len(headings)))
    return found


def strip(text: str, spans: Iterable[Span]) -> str:
    """The text without what stands in spans, the brackets right around each and a blank before it."""
    for span in sorted(spans, reverse=True):
        before, after = text[: span.start], text[span.end :]
        while before[-1:] + after[:1] in ("[]", "()"):
            before, after = before[:-1], after[1:]
        text = (before if after[:1].isalnum() else before.rstrip(" \t")) + after
    return text


def survey(folder: str, paths: Sequence[str]) -> list[Survey]:
    done = []
    for path in paths:
        note = read_note(folder, path)
        claims = Claims(note, SETTINGS) if note is not None else None
        if note is None or claims is None or claims.language is None:
            continue
        lies = {one.sentence.span.start: "trailing" if one.scope.trailing else "bare" for one in claims.open}
        covered = Counter(scope.rule or "open" for scope in claims.scopes)
        english = claims.language.code == "en"
        one = Survey(path, len(claims.sentences), covered[OWN], covered, lies, 0)
        done.append(one._replace(sections=len(sections(note, claims)) if one.well and english else 0))
    return done


def mutate(job: tuple[str, int], paths: Sequence[str]) -> list[Stripped]:
    folder, seed = job
    done = []
    for path in paths:
        note = read_note(folder, path)
        assert note is not None  # it has been read before
        chosen = random.Random(f"{seed} {path}").choice(sections(note, Claims(note, SETTINGS)))
        part = strip(note.text, chosen.citations)
        span = Span(chosen.span.start, chosen.span.end - (len(note.text) - len(part)))
        left = Claims(Note(path, SourceText(part)), SETTINGS)
        still = tuple(one.words for one in left.open if span.start <= one.sentence.span.start < span.end)
        whole = strip(note.text, [one.span for one in note.citations])
        heading = note.text[slice(*chosen.span)].splitlines()[0]
        done.append(Stripped(path, whole.encode(), part.encode(), span, heading, still, chosen.last))
    return done


def run(session: Session) -> KnowledgeBaseReport:
    session.read()
    return session.judge()


def bench_kb(folders: Sequence[Path], seed: int, wanted: int, what: str) -> None:
    """Findings in notes as they are, then in notes that have lost citations."""
    options = Options(isolated=True, cache=False, selection=SELECTION)
    sessions = open_sessions([str(folder) for folder in folders], options)
    surveys: dict[Key, Survey] = {}
    found: list[tuple[Key, Diagnostic]] = []
    for session in sessions:
        report = run(session)
        found += (((session.root, one.path), one) for one in report.diagnostics)
        surveyed = map_chunks(survey, str(session.root), session.notes, default_jobs())
        surveys |= {(session.root, one.path): one for one in surveyed}
        if what == "findings":
            show_findings(report, {path for (root, path), one in surveys.items() if root == session.root and one.well})
    well = {key for key, one in surveys.items() if one.well}
    count = sum(len(session.notes) for session in sessions)
    print(f"\nFolders: {count} notes, {len(surveys)} in a known language, {len(well)} well cited")
    print(f"  well cited is at least {FEWEST} sentences, half of them with citations of their own")
    if broken := Counter(one.rule for _, one in found if not one.rule.startswith("CL")):
        print(f"  not judged in full: {dict(broken)}")
    header = ("", "well cited", "others")
    by = Counter((one.rule, key in well) for key, one in found)
    narrow = {kind: sum(by[code, kind] for code in CODES) for kind in (True, False)}
    codes = sorted({rule.code for rule in CLAIMS if rule.default} | {rule.code for rule in COUNTING})
    lines = [(code, by[code, True], by[code, False]) for code in codes]
    table("Folders, findings", header, [*lines, ("narrow rules", narrow[True], narrow[False])])
    print(f"  narrow rules in {PER} well-cited notes: {PER * narrow[True] / max(1, len(well)):.2f}")
    lies = Counter(
        (surveys[key].lies.get(one.span.start), key in well)
        for key, one in found
        if one.rule in CODES and key in surveys
    )
    places = ("bare", "trailing")
    table("Folders, narrow findings by place", header, [(name, lies[name, True], lies[name, False]) for name in places])
    covered: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for key, note in surveys.items():
        covered[key in well].update(note.covered)
    rules = sorted({*covered[True], *covered[False]}, key=lambda rule: (-covered[True][rule], rule))

    def of(counts: Counter[str], rule: str) -> tuple[int, str]:
        return counts[rule], f"{counts[rule] / max(1, counts.total()):.4f}"

    table(
        "Folders, sentences by what covers them",
        ("", "well cited", "share", "others", "share"),
        [(rule, *of(covered[True], rule), *of(covered[False], rule)) for rule in rules],
    )
    if wanted > 0:
        bench_mutation(sessions, options, surveys, seed, wanted, what)


def show_findings(report: KnowledgeBaseReport, well: Collection[str]) -> None:
    """Print each finding with its place, whether the note is well cited, its rule, cue and sentence."""
    sources = report.sources()
    for one in report.diagnostics:
        line, said = sources.position(one.path, one.span.start).line, plain(sources(one.path).text[slice(*one.span)])
        cue = one.message.partition(": ")[2] or one.message
        kind = "well cited" if one.path in well else "other"
        print(safe(f"{report.shown(one.path)}:{line} {kind} {one.rule} {cue}: {said}"))


def bench_mutation(
    sessions: Sequence[Session],
    options: Options,
    surveys: dict[Key, Survey],
    seed: int,
    wanted: int,
    what: str,
) -> None:
    """What is found where citations are taken away."""
    keys = sorted(key for key, one in surveys.items() if one.sections)
    chosen = set(random.Random(seed).sample(keys, min(wanted, len(keys))))
    notes: dict[Key, Stripped] = {}
    for session in sessions:
        paths = [path for path in session.notes if (session.root, path) in chosen]
        done = map_chunks(mutate, (str(session.root), seed), paths, default_jobs())
        notes |= {(session.root, one.path): one for one in done}
    if not notes:
        print("\nMutation: no well-cited note has a section with two citations")
        return

    def findings(content: Callable[[Stripped], bytes]) -> dict[Key, list[Diagnostic]]:
        over = {root / path: content(one) for (root, path), one in notes.items()}
        found: dict[Key, list[Diagnostic]] = {key: [] for key in notes}
        for session in open_sessions([str(session.root) for session in sessions], options._replace(over=over)):
            for one in run(session).diagnostics:
                if (session.root, one.path) in found:
                    found[session.root, one.path].append(one)
        return found

    part = {
        key: {one.rule for one in found if notes[key].span.start <= one.span.start < notes[key].span.end}
        for key, found in findings(lambda one: one.part).items()
    }
    whole = {key: {one.rule for one in found} for key, found in findings(lambda one: one.whole).items()}
    kinds = [
        ("sections", list(notes)),
        ("last ones", [key for key, one in notes.items() if one.last]),
        ("others", [key for key, one in notes.items() if not one.last]),
        ("with open sentences", [key for key, one in notes.items() if one.open]),
    ]
    names = [rule.code for rule in COUNTING]
    groups = [("narrow rules", CODES), *((f"  {code}", [code]) for code in CODES)]
    groups += [(code, [code]) for code in names] + ([("narrow rules and these", [*CODES, *names])] if names else [])

    def hits(found: dict[Key, set[str]], those: Sequence[Key], codes: Sequence[str]) -> str:
        return share(sum(not found[key].isdisjoint(codes) for key in those), len(those))

    table(
        f"Mutation, one section without its citations in each of {len(notes)} notes: those with a finding in it",
        ("", *(name for name, _ in kinds)),
        [(name, *(hits(part, those, codes) for _, those in kinds)) for name, codes in groups],
    )
    table(
        "Mutation, notes without any citation: those with a finding",
        ("", "notes"),
        [(name, hits(whole, list(notes), codes)) for name, codes in groups],
    )
    if what == "missed":
        missed = [key for key in notes if part[key].isdisjoint(CODES)]
        print(f"\nMutation: {min(SHOWN, len(missed))} of {len(missed)} sections in which nothing is found")
        for key in random.Random(seed).sample(missed, min(SHOWN, len(missed))):
            one = notes[key]
            print(safe(f"  {one.path} {one.heading}{'' if one.open else ' (no sentence is open)'}"))
            for said in one.open:
                print(safe(f"    {said}"))


def main() -> int:
    """Print the tables asked for; the exit code is 2, after one line, when something cannot be used."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kb", type=Path, action="append", default=[], metavar="DIR", help="a folder of notes")
    parser.add_argument("--wikipedia", type=Path, metavar="FILE")
    parser.add_argument("--seeds", type=Path, metavar="FILE")
    parser.add_argument("--documents", type=Path, metavar="DIR", help="those of --seeds, unless in ../seeds beside it")
    parser.add_argument("--notes", type=Path, metavar="FILE")
    parser.add_argument("--seed", type=int, default=5, help="of the choice of notes and sections")
    parser.add_argument("--sections", type=int, default=3000, metavar="N", help="to strip, one in a note; 0 for none")
    parser.add_argument("--show", choices=["flagged", "missed", "findings"], default="", help="print sentences too")
    arguments = parser.parse_args()
    if not (arguments.kb or arguments.wikipedia or arguments.seeds or arguments.notes):
        parser.error("nothing to do: give --kb, --wikipedia, --seeds or --notes")
    try:
        for folder in arguments.kb:
            if not folder.is_dir():
                raise BadInput(f"{folder}: not a folder")
        if arguments.kb:
            bench_kb(arguments.kb, arguments.seed, arguments.sections, arguments.show)
        if arguments.wikipedia:
            bench_wikipedia(arguments.wikipedia, arguments.show)
        if arguments.seeds:
            documents = arguments.documents or arguments.seeds.resolve().parent.parent / "seeds"
            bench_seeds(arguments.seeds, documents, arguments.show)
        if arguments.notes:
            bench_notes(arguments.notes, arguments.kb, arguments.show)
    except (BadInput, UsageError, SettingsError, RuleError) as error:
        print(f"error: {safe(str(error))}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
