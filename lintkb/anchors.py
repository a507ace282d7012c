"""The places inside a note that a link can name: headings, blocks, ids."""

import re
from collections.abc import Collection, Sequence
from functools import cached_property, partial

from lintkb.facts import NoteFacts, Section

# What Obsidian leaves out of a heading when a link names it (`stripHeading` of its API): signs become blanks.
_SIGNS = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+")
# What GitHub leaves out of the address of a heading: all but letters, digits, marks, `_`, `-` and blanks.
_NOT_IN_SLUG = re.compile(r"[^\w\- ]")
_UNLINKABLE = re.compile(r"[\[\]|#^\\`\r\n]|%%|<!--|\$")
_NO_LETTERS = re.compile(r"[\W_]+")
# Of 100: what is less alike is another heading.
MIN_SCORE = 80.0


def heading_key(text: str) -> str:
    """What a heading and a link to it have in common for Obsidian: the words, without signs and case."""
    return _SIGNS.sub(" ", text).strip().casefold()


def slug(text: str) -> str:
    """The address of a heading on GitHub and in Quartz: lower case, no punctuation, each blank a `-`.

    Source: github-slugger 2, which follows the service (letters and marks of all scripts stay).
    """
    return _NOT_IN_SLUG.sub("", text.strip().lower()).replace(" ", "-")


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text.casefold())


class Anchors:
    """The anchors of one note; `styles` says how its reader compares headings: by text, by slug, letter by letter."""

    def __init__(self, note: NoteFacts, styles: Collection[str]) -> None:
        self.note = note
        self.styles = frozenset(styles)

    @cached_property
    def _headings(self) -> list[tuple[int, set[str]]]:
        return [
            (section.level, {heading_key(section.text), heading_key(section.shown)}) for section in self.note.sections
        ]

    @cached_property
    def slugs(self) -> list[str]:
        """The slugs of the headings, in order; the second of two equal ones ends in `-1`, as github-slugger counts."""
        seen: dict[str, int] = {}
        for section in self.note.sections:
            first = own = slug(section.shown)
            while own in seen:
                seen[first] += 1
                own = f"{first}-{seen[first]}"
            seen[own] = 0
        return list(seen)

    @cached_property
    def _named(self) -> frozenset[str]:
        """What goes by one word whatever the style: blocks with their `^`, and ids."""
        names = (*(f"^{block}" for block in self.note.blocks), *self.note.ids)
        return frozenset(name.casefold() for name in names)

    def _styles(self, *, markdown: bool) -> frozenset[str]:
        return self.styles | {"slug"} if markdown else self.styles

    def has(self, fragment: str, *, markdown: bool) -> bool:
        """Whether the note has the heading, the headings below each other, the block or the id that a fragment names.

        A Markdown link may name a heading by its slug whatever the style.
        """
        styles = self._styles(markdown=markdown)
        if fragment.casefold() in self._named:
            return True
        if "slug" in styles and (fragment.casefold() if markdown else slug(fragment)) in self.slugs:
            return True
        if "exact" in styles and any(fragment in (section.text, section.shown) for section in self.note.sections):
            return True
        return "text" in styles and self._has_path(list(filter(None, map(heading_key, fragment.split("#")))))

    def _has_path(self, wanted: Sequence[str]) -> bool:
        at, level = 0, 0
        for depth, keys in self._headings:
            if at < len(wanted) and wanted[at] in keys and depth > level:
                at, level = at + 1, depth
        return 0 < at == len(wanted)

    def nearest(self, fragment: str, *, markdown: bool) -> tuple[str, bool] | None:
        """The anchor of the note most like one that it has not, and whether they differ in signs and case alone."""
        from rapidfuzz import fuzz

        if fragment.startswith("^"):
            names = [f"^{block}" for block in self.note.blocks]
        else:
            names = [name for name in map(partial(self._spelling, markdown=markdown), self.note.sections) if name]
        key = _letters(fragment.rpartition("#")[2])
        same = {name for name in names if _letters(name) == key}
        if len(same) == 1 and key:
            return same.pop(), True
        longer = [name for name in names if key and _letters(name).startswith(key)]
        if len(longer) == 1:
            return longer[0], False
        score, name = max(((fuzz.ratio(key, _letters(name)), name) for name in names), default=(0.0, ""))
        return (name, False) if score >= MIN_SCORE else None

    def _spelling(self, section: Section, *, markdown: bool) -> str | None:
        """How a link names a heading: in its own words where they may stand in a link."""
        names = [] if markdown else [section.shown.strip(), " ".join(_SIGNS.sub(" ", section.text).split())]
        for name in (*names, slug(section.shown)):
            if name and _UNLINKABLE.search(name) is None and self.has(name, markdown=markdown):
                return name
        return None
