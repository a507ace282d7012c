"""Checks on reference links and footnotes: is what a note refers to defined in it, once, and what it defines referred to."""

from collections.abc import Iterator, Mapping

from lintkb import lazy_re as re
from lintkb.checks.base import Context, note_check
from lintkb.diagnostics import Applicability, Edit, Finding, Fix, Related, Severity
from lintkb.hints import one_slip_away
from lintkb.source.markdown import Mask
from lintkb.source.note import Note
from lintkb.source.references import Definition, Footnote, Reference, fold_label
from lintkb.text import Span

_NO_TEXT = re.compile(r"[\^@]|!(?!\[)|.?\Z", re.DOTALL)  # a footnote, a citation key, a callout, a task box
_NO_LABEL = re.compile(r"[\^@]|.*[{}]", re.DOTALL)
_TIME = re.compile(r"\d:\d\d")
_RANGES = re.compile(r"(?:[^\W_]-[^\W_])+\w*")  # what a class of characters looks like: `a-z`, `A-Za-z_`
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9._/#:-]*")
_FOOTNOTE_LABEL = re.compile(r"\w[\w.:-]*")
_LONGEST = 2000  # characters of one reference: they can lie in each other
_STOPS = tuple(".,;:!?%*_)]\"'”’»…")
_DESTINATION = re.compile(r"[./#:]")


def _is_comment(definition: Definition) -> bool:
    """Whether it is a comment in the shape of a definition: `[//]: # (words)`, `[comment]: <> (words)`."""
    return definition.label.startswith("//") or definition.destination in ("", "#")


def _generated(note: Note) -> Span:
    """The definitions that an editor keeps for wikilinks, between `[//begin]: # "..."` and `[//end]: # "..."`."""
    places = {item.label: item.span.start for item in note.references.definitions if item.label.startswith("//")}
    start = places.get("//begin", len(note.text))
    return Span(start, places.get("//end", len(note.text)))


def _alike(label: str, known: Mapping[str, str]) -> str | None:
    """The one label that may be meant by `label`; `known` are the folded ones, each with how it is written."""
    folded = fold_label(label)
    close = folded if folded in known else one_slip_away(folded, known)
    return known[close] if close is not None else None


@note_check("undefined-reference", needs=("references.undefined",))
def undefined_reference(note: Note, _context: Context) -> Iterator[Finding]:
    """Full and collapsed references whose label nothing in the note defines."""
    generated = _generated(note)
    known = [item for item in note.references.definitions if not _is_comment(item)]
    by_hand = any(not generated.start <= item.span.start < generated.end for item in known)
    labels = {fold_label(item.label): item.label for item in known}
    for reference in note.references.undefined:
        if not _is_meant(note, reference, by_hand=by_hand):
            continue
        label = reference.label
        line = note.references.lines.get(fold_label(label))
        related: tuple[Related, ...] = ()
        fixes: tuple[Fix, ...] = ()
        hint = ""
        if line is not None:
            related = (
                Related(
                    note.path,
                    line,
                    "no definition: it wants a blank line above it, or one address behind it",
                ),
            )
        elif (close := _alike(label, labels)) is not None:
            hint = f"; did you mean `{close}`?"
            if "|" not in close:  # which a table may take for its own
                place = reference.label_span
                if reference.text_span == reference.label_span:
                    place = Span(reference.span.end - 1, reference.span.end - 1)
                fixes = (Fix(f"refer to `{close}`", (Edit(note.path, place, close),), Applicability.UNSAFE),)
        message = f"nothing defines `{label}`, so readers see brackets and no link{hint}"
        yield Finding(reference.label_span, message, fold_label(label), related, fixes)


def _is_meant(note: Note, reference: Reference, *, by_hand: bool) -> bool:
    """Whether two pairs of brackets are a reference link that misses its definition, and nothing else.

    Prose has `matrix[i][j]`, `[00:01:02][00:03:04]`, `[1][2]`, `[first name][last name]`. In a note that defines nothing,
    `by_hand`, more must speak for a link: words for a text, and a label that is no words.
    """
    span = reference.span
    if span.end - span.start > _LONGEST:
        return False
    text, label = note.text[slice(*reference.text_span)].strip(), reference.label
    before, after = note.text[span.start - 1 : span.start], note.text[span.end : span.end + 2]
    if (before.isascii() and before.isalnum()) or before in tuple("_$)]}\\"):
        return False
    if after[:1] in ("(", "{") or (after[:1] == "[" and after != "[^"):
        return False
    if _NO_LABEL.match(label) or _RANGES.fullmatch(label) or _TIME.search(label):
        return False
    if note.text[span.start] == "!":
        return True
    if _NO_TEXT.match(text) or not any(map(str.isalpha, text)):
        return False
    if by_hand or reference.text_span == reference.label_span or fold_label(label) in note.references.lines:
        return True
    words = len(text.split()) > 1 or text[0] in "`*_!"
    return _IDENTIFIER.fullmatch(label) is not None and (words or (text != label and fold_label(text) == label))


@note_check("unused-reference-definition", needs=("references.definitions",))
def unused_reference_definition(note: Note, _context: Context) -> Iterator[Finding]:
    """Definitions of link references that no link or wikilink in the note uses."""
    definitions = note.references.definitions
    generated = _generated(note)
    used = note.references.mentioned | {fold_label(link.target) for link in note.wikilinks}
    for item in definitions:
        if _is_comment(item) or fold_label(item.label) in used or generated.start <= item.span.start < generated.end:
            continue
        is_address = _DESTINATION.search(item.destination) is not None
        yield Finding(
            span=_brackets(note, item.span.start),
            message=f"nothing in the note refers to `{item.label}`",
            subject=fold_label(item.label),
            fixes=_removal(note, item.span) if is_address else (),
            help="" if is_address else "no reader sees this line: it is read as a definition",
        )


@note_check("duplicate-definition", needs=("references.repeated",))
def duplicate_definition(note: Note, _context: Context) -> Iterator[Finding]:
    """Labels of references and footnotes that are defined more than once."""
    first = {fold_label(item.label): item for item in note.references.definitions}
    for item in note.references.repeated:
        kept = first[fold_label(item.label)]
        if _is_comment(item) or _is_comment(kept):
            continue
        same = (kept.destination, kept.title) == (item.destination, item.title)
        yield Finding(
            span=item.span,
            message=f"`{item.label}` is defined already, {'alike' if same else 'as something else: this is read by nobody'}",
            subject=fold_label(item.label),
            related=(Related(note.path, _brackets(note, kept.span.start), "the definition that counts"),),
            severity=Severity.INFO if same else None,
        )
    notes: dict[str, Footnote] = {}
    for footnote in note.references.footnotes:
        earlier = notes.setdefault(fold_label(footnote.label), footnote)
        if earlier is not footnote:
            yield Finding(
                span=_brackets(note, footnote.span.start),
                message=f"the footnote `{footnote.label}` is defined already: which one is read depends on the reader",
                subject=f"^{fold_label(footnote.label)}",
                related=(Related(note.path, _brackets(note, earlier.span.start), "the first definition"),),
            )


@note_check("undefined-footnote", needs=("references.marks",))
def undefined_footnote(note: Note, _context: Context) -> Iterator[Finding]:
    """Marks `[^label]` of footnotes that the note does not have."""
    references, structure = note.references, note.structure
    defined = {fold_label(footnote.label): footnote.label for footnote in references.footnotes}
    absent = [
        mark
        for mark in references.marks
        if (key := fold_label(mark.label)) not in defined and f"^{key}" not in references.lines
    ]
    if not absent:
        return
    links = [link.span for link in note.wikilinks]
    elsewhere = Mask(structure.html + structure.html_blocks + links)
    for mark in absent:
        if elsewhere.end_if_covered(mark.span.start) is not None or not _is_mark(note, mark):
            continue
        close = _alike(mark.label, defined)
        fixes: tuple[Fix, ...] = ()
        if close is not None:
            place = Span(mark.span.start + 2, mark.span.end - 1)
            fixes = (Fix(f"refer to `{close}`", (Edit(note.path, place, close),), Applicability.UNSAFE),)
        hint = f"; did you mean `{close}`?" if close is not None else ""
        message = f"there is no footnote `{mark.label}`{hint}"
        yield Finding(mark.span, message, f"^{fold_label(mark.label)}", fixes=fixes)


def _is_mark(note: Note, mark: Footnote) -> bool:
    """Whether brackets are the mark of a footnote, and no class of characters such as `[^a-z]`.

    Where a note has no footnotes at all, a mark in letters stands on the word or the stop that it belongs to.
    """
    before, after = note.text[mark.span.start - 1 : mark.span.start], note.text[mark.span.end : mark.span.end + 1]
    if before in ("\\", "^") or after in ("(", "{", "+") or not _FOOTNOTE_LABEL.fullmatch(mark.label):
        return False
    if _RANGES.fullmatch(mark.label):
        return False
    return bool(note.references.footnotes) or not mark.label.isalpha() or before.isalnum() or before in _STOPS


@note_check("unused-footnote", needs=("references.footnotes",))
def unused_footnote(note: Note, _context: Context) -> Iterator[Finding]:
    """Footnotes that no mark refers to."""
    for footnote in note.references.footnotes:
        key = f"^{fold_label(footnote.label)}"
        if key not in note.references.mentioned:
            message = f"nothing in the note refers to the footnote `{footnote.label}`"
            yield Finding(_brackets(note, footnote.span.start), message, key)


def _brackets(note: Note, start: int) -> Span:
    """The brackets of the definition that begins at `start`."""
    return Span(start, note.text.index("]:", start) + 1)


def _removal(note: Note, span: Span) -> tuple[Fix, ...]:
    """Take out the lines of a definition, and one of the blank lines around it; nothing where other text would be joined."""
    source, text = note.source, note.text
    first, last = source.position(span.start).line, source.position(span.end).line
    start, end = source.line_span(first).start, source.line_span(last).end
    if first == 1 or text[start : span.start].strip() or text[span.end : end].strip():
        return ()
    above = source.line_span(first - 1)
    final = last == len(source.line_starts)
    blank_above = not text[slice(*above)].strip()
    below = Span(end, end) if final else source.line_span(last + 1)
    blank_below = not text[slice(*below)].strip()
    if not blank_above and not blank_below and not text.startswith("[", below.start):  # another definition
        return ()
    lines = Span(start, below.start)
    if blank_above and blank_below:
        at_end = below.end == len(text)
        lines = Span(above.start, below.end) if at_end else Span(start, source.line_starts[last + 1])
    return (Fix("remove it", (Edit(note.path, lines, ""),), Applicability.UNSAFE),)


CHECKS = (undefined_reference, unused_reference_definition, duplicate_definition, undefined_footnote, unused_footnote)
