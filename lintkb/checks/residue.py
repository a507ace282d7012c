"""Checks on what a model, a scraper or a template left behind, where a pattern cannot say it."""

import zlib
from collections.abc import Iterator
from itertools import accumulate, pairwise

from lintkb import lazy_re as re
from lintkb.checks.base import Context, Params, note_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related
from lintkb.facts import source_entry
from lintkb.sections import Field
from lintkb.signatures import LINE_WORDS, REPEATED_WORDS, repeated_lines
from lintkb.source.markdown import FILLER, Mask
from lintkb.source.note import Note
from lintkb.text import SourceText, Span

_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*([^\s`]*)[ \t]*(\r\n|\n|\r|\Z)")
_FENCE_LINE = re.compile(r"(?:^|(?<=\r))[ \t]*(?:`{3}|~{3})", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+")
_HYPHEN = re.compile(r"-(?=[^\W\d_])")
_HYPHENATED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")
_WHOLE_WORD = re.compile(r"(?<![\w-])[^\W\d_]{6,}(?![\w-])")
# What is written in one word or in two as one likes: `nonprofit` in a title beside `non-profit` is nobody's error.
_PREFIX_LIST = (
    "anti auto back counter cross cyber down extra fore hyper infra inter intra macro mega meta micro mid mini mono multi"
    " nano neo neuro non off out over photo poly post pre proto pseudo psycho semi socio sub super techno tele trans ultra"
    " under"
)
_PREFIXES = frozenset(_PREFIX_LIST.split())
NAVIGATION_WORDS = 3  # what a line such as `From: [[market-garden]]` may say beside its links
LONGEST_PART = 40


def _line(note: Note, at: int) -> Span:
    """The line that holds offset `at`, its line end left out."""
    return note.source.line_span(note.source.position(at).line)


def _shown(note: Note, start: int) -> Span:
    """The place at `start`, no longer than what a reader needs to find it."""
    return Span(start, min(_line(note, start).end, start + 60))


def _is_navigation(note: Note, end: int) -> bool:
    """Whether the body up to `end` says nothing: at most a line such as `From: [[market-garden]]`."""
    start = note.body_start
    if any(link.embed for link in note.wikilinks if link.span.start < end):
        return False
    if any(span.start < end for span in (*note.structure.code, *(link.span for link in note.structure.links))):
        return False
    if any(heading.span.start < end for heading in note.structure.headings):
        return False
    links = Mask([link.span for link in note.wikilinks if link.span.start < end])
    return len(_WORD.findall(links.apply(note.prose[:end]), start)) <= NAVIGATION_WORDS


@note_check("fenced-note")
def fenced_note(note: Note, _context: Context) -> Iterator[Finding]:
    """A body that lies in one code fence, as a model hands it over."""
    if not note.structure.code:
        return
    text = note.text
    block = max(note.structure.code, key=lambda span: span.end - span.start)
    opening = _FENCE.match(text, block.start)
    if opening is None or opening[2].lower() not in ("", "md", "markdown") or text[block.end :].strip():
        return
    first, last = _line(note, block.start), _line(note, block.end)
    if text[first.start : block.start].strip() or not _is_navigation(note, block.start):
        return
    closed = last.start >= opening.end() and text[last.start : last.end].lstrip().startswith(opening[1])
    content = text[opening.end() : last.start if closed else len(text)]
    inner = Note(note.path, SourceText(content))
    named = opening[2] and (inner.frontmatter or inner.structure.headings or inner.structure.links)
    marks = named or inner.wikilinks or inner.citations
    if not marks or not any(len(line.split()) >= LINE_WORDS for line in content.splitlines()):
        return  # a template, a listing, a prompt
    before = text[note.body_start : first.start]
    alone = not before.strip() and first.start == block.start
    proved = alone and closed and inner.frontmatter is None and _FENCE_LINE.search(content) is None
    gap = opening[3] if before.splitlines()[-1:] not in ([], [""]) else ""
    edits = [Edit(note.path, Span(first.start, opening.end()), gap)]
    if closed:
        edits.append(Edit(note.path, Span(last.start, len(text)), ""))
    yield Finding(
        span=Span(block.start, opening.end(2)),
        message="the whole note lies in a code fence: readers see its source, and none of its links work",
        subject="fence",
        fixes=(Fix("unwrap it", tuple(edits), Applicability.SAFE if proved else Applicability.UNSAFE),),
    )


class RunawayParams(Params):
    """`line`: the characters of prose that no line has. `window`, `ratio`: text so long that compresses so well is a loop."""

    line: int = Field(default=8000, ge=100)
    window: int = Field(default=8192, ge=512)
    ratio: float = Field(default=10, gt=1)


@note_check("runaway-output", RunawayParams)
def runaway_output(note: Note, context: Context) -> Iterator[Finding]:
    """The first place where a note does not stop: a line without end, or the same text over and over."""
    params: RunawayParams = context.params
    endless = _endless_line(note, params.line)
    loop = _loop(note, params)
    if loop is not None and (endless is None or loop.start <= endless.start):
        yield Finding(loop, "from here on the text repeats itself, as a model does that cannot stop", "loop")
    elif endless is not None:
        line = _line(note, endless.start)
        message = (
            f"a line of {line.end - line.start:,} characters: a model that did not stop, or line ends that were lost"
        )
        yield Finding(endless, message, "line")


def _endless_line(note: Note, longest: int) -> Span | None:
    """The first line with more characters of prose than `longest`; tables are not prose."""
    if len(note.text) - note.body_start < longest:
        return None
    tables = Mask(note.structure.tables)
    for start, end in note.source.lines(note.body_start):
        if end - start <= longest or tables.end_if_covered(start) is not None:
            continue
        if end - start - note.prose.count(FILLER, start, end) > longest:
            return _shown(note, start)
    return None


def _loop(note: Note, params: RunawayParams) -> Span | None:
    """Where text begins that compresses as only repetition does, outside code, HTML, math and tables."""
    text, size = note.text, params.window
    structure = note.structure
    mask: Mask | None = None
    for start in range(note.body_start, len(text) - size + 1, size):
        if not _repeats(text[start : start + size], params.ratio):
            continue
        mask = mask or Mask(
            structure.code + structure.comments + structure.math + structure.html_blocks + structure.tables
        )
        if any(mask.end_if_covered(start + size * part // 4) is not None for part in range(4)):
            continue
        words = " ".join(text[start : start + size].split())
        if len(words) < size // 2 or not _repeats(words, params.ratio / 2):
            continue  # blanks, as in a padded table
        sample = text[start + size // 2 : start + size // 2 + 40]
        first = text.find(sample, note.body_start)
        period = text.find(sample, first + 1) - first
        while period > 0 and first > note.body_start and text[first - 1] == text[first - 1 + period]:
            first -= 1
        while text[first].isspace():  # the loop does not: it holds words
            first += 1
        return _shown(note, first)
    return None


def _repeats(text: str, ratio: float) -> bool:
    data = text.encode("utf-8")
    return len(data) > ratio * len(zlib.compress(data, 1))


class RepeatedParams(Params):
    """`line_words`: shorter lines may come again. `min_words`: how much must be there twice to be worth a finding."""

    line_words: int = Field(default=LINE_WORDS, ge=5)
    min_words: int = Field(default=REPEATED_WORDS, ge=5)


@note_check("repeated-passage", RepeatedParams)
def repeated_passage(note: Note, context: Context) -> Iterator[Finding]:
    """Long lines that a note has twice, told once, where the second copy begins."""
    params: RepeatedParams = context.params
    again, words = repeated_lines(note, params.line_words)
    if words < params.min_words:
        return
    first, start = again[0]
    yield Finding(
        span=_shown(note, start),
        message=f"the note begins to repeat itself: {words} words of it stand there twice",
        subject="passage",
        related=(Related(note.path, _shown(note, first), "where they stand first"),),
        help="keep the better copy",
    )


@note_check("empty-note")
def empty_note(note: Note, _context: Context) -> Iterator[Finding]:
    """A note that is nothing but a title, or names a source and says nothing."""
    text = note.text
    if not text[note.body_start :].strip():
        entry = source_entry(note.frontmatter)
        if note.frontmatter is None or entry is not None:
            message = "the note is empty" if entry is None else "the note names a source and says nothing"
            yield Finding(entry.node.span if entry else Span(0, 0), message, "empty")
    elif len(note.structure.headings) == 1:
        heading = note.structure.headings[0]
        links = [link.span for link in note.wikilinks] + [link.span for link in note.structure.links]
        linked = any(span.start >= heading.span.start for span in links)
        if not linked and not text[heading.span.end :].strip() and _is_navigation(note, heading.span.start):
            yield Finding(heading.text, "a title, and nothing below it", "title")


@note_check("empty-section")
def empty_section(note: Note, _context: Context) -> Iterator[Finding]:
    """Headings with nothing between them and the next one of their level or above, or the end of the note."""
    headings = note.structure.headings
    if len(headings) < 2:
        return  # a title alone is another rule's finding
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        end = following.span.start if following else len(note.text)
        if following is not None and following.level > heading.level:
            continue
        if not note.text[heading.span.end : end].strip():
            title = note.text[heading.text.start : heading.text.end]
            yield Finding(heading.text, "nothing stands below this heading", " ".join(title.split()))


@note_check("glued-title-word")
def glued_title_word(note: Note, _context: Context) -> Iterator[Finding]:
    """Words of the title that the body writes with a hyphen, and never without."""
    entry = note.frontmatter.entry("title") if note.frontmatter else None
    if entry is None or entry.node.kind != "scalar":
        return
    span = entry.node.span
    words = list(_WHOLE_WORD.finditer(note.text, span.start, span.end))
    hyphenated = _hyphenated(note, {word[0].lower() for word in words}) if words else {}
    if not hyphenated:
        return
    used = set(_WORD.findall(note.prose[note.body_start :].lower()))
    for word in words:
        parts = hyphenated.get(word[0].lower())
        if parts is None or word[0].lower() in used:
            continue
        ends = accumulate(map(len, parts), initial=0)
        right = "-".join(word[0][start:end] for start, end in pairwise(ends))
        place = Span(*word.span())
        fix = Fix(f"write `{right}`", (Edit(note.path, place, right),), Applicability.UNSAFE)
        message = f"`{word[0]}` lost a hyphen that the text below gives it: `{right}`"
        yield Finding(place, message, word[0], fixes=(fix,))


def _hyphenated(note: Note, glued: set[str]) -> dict[str, list[str]]:
    """The parts, in lower case, of the words that the body writes with hyphens and `glued` holds without."""
    found: dict[str, list[str]] = {}
    letters = " ".join(glued)  # what follows a hyphen is mostly in none of them, and need not be read
    prose, end = note.prose, note.body_start
    for hyphen in _HYPHEN.finditer(prose, note.body_start):
        start = hyphen.start()
        if start < end or prose[start + 1 : start + 3].lower() not in letters:
            continue
        first = max(end, start - LONGEST_PART)
        while start > first and prose[start - 1].isalpha():
            start -= 1
        word = _HYPHENATED.match(prose, start)
        if word is None:
            continue
        end = word.end()
        parts = word[0].lower().split("-")
        if len(parts) > 2 or (min(map(len, parts)) > 2 and parts[0] not in _PREFIXES):
            key = "".join(parts)
            if key in glued:
                found.setdefault(key, parts)
    return found


CHECKS = (
    fenced_note,
    runaway_output,
    repeated_passage,
    empty_note,
    empty_section,
    glued_title_word,
)
