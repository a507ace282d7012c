"""The places inside a note that a link can name: headings, blocks, ids."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import cache, cached_property

from lintkb import lazy_re as re
from lintkb.facts import Landmark, Landmarks

# What Obsidian leaves out of a heading when a link names it (`stripHeading` of its API): signs become blanks.
_SIGNS = re.compile(r"[!\"#$%&()*+,.:;<=>?@^`{|}~/\[\]\\\s]+")
# What GitHub leaves out of the address of a heading: all but letters, digits, marks, `_`, `-` and blanks.
_NOT_IN_SLUG = r"[^\p{L}\p{M}\p{N}\p{Pc}\- ]"
_UNLINKABLE = re.compile(r"[\[\]|#^\\`\r\n]|%%|<!--|\$")
# Signs that nobody reads. Others make words of their own: `C++`, `C#`, `-5`.
_NO_LETTERS = r"(?:[^\p{L}\p{M}\p{N}+#\-]|-(?!\d)|(?<=\w)-)+"
# Between digits, and before a number, a sign says something: `1-5`, `1.5`, `-5`.
_BLANKS = r"[\s_]+|-+(?!\d)|(?<=\p{L})-+"
_STOPS = r"(?<!\d)(?!-)\p{P}|(?<=\d)(?!-)\p{P}(?!\d)"
_EMOJI_STYLE = "\ufe0f"  # asks for the coloured form of the sign before it, and is kept by some and dropped by others
_DIGITS = re.compile(r"\d+")
# Of 100: what is less alike is another heading.
MIN_SCORE = 80.0
MAX_COMPARED = 2000
MAX_LENGTH = 1000
MAX_LEVEL = 6


@cache
def _sub(pattern: str) -> Callable[[str, str], str]:
    """What replaces the matches of a pattern that asks for the classes of characters, which few notes need."""
    import regex

    return regex.compile(pattern).sub


def heading_key(text: str) -> str:
    """What a heading and a link to it have in common for Obsidian: the words, without signs and case."""
    return _SIGNS.sub(" ", text).strip().casefold()


def slug(text: str) -> str:
    """The address of a heading on GitHub and in Quartz: lower case, no punctuation, each blank a `-`.

    Source: github-slugger 2, which follows the service (letters and marks of all scripts stay).
    """
    return _sub(_NOT_IN_SLUG)("", text.strip().lower()).replace(" ", "-")


def _plain(address: str) -> str:
    return address.lower().replace(_EMOJI_STYLE, "")


def _letters(text: str) -> str:
    return _sub(_NO_LETTERS)("", text.casefold())


def _read(text: str) -> str:
    """A heading as it is read: case and stops aside, but neither the bounds of words nor signs, numbers and their points."""
    return " ".join(_sub(_STOPS)("", _sub(_BLANKS)(" ", text.casefold())).replace(_EMOJI_STYLE, "").split())


class Anchors:
    """The anchors of one note; `styles` says how its reader compares headings: by text, by slug, letter by letter."""

    def __init__(self, note: Landmarks, styles: Collection[str]) -> None:
        self.note = note
        self.styles = frozenset(styles)
        self._paths: dict[tuple[str, ...], bool] = {}
        self._spellings: dict[str, dict[str, list[str]]] = {}
        self._numbered: dict[str, dict[tuple[str, ...], list[str]]] = {}  # their letters, by the numbers in them

    @cached_property
    def _headings(self) -> dict[str, list[tuple[int, int]]]:
        """By what text they are compared by: the places of headings among all, and their levels."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, section in enumerate(self.note.sections):
            for key in {heading_key(section.text), heading_key(section.shown)}:
                found[key].append((place, section.level))
        return found

    @cached_property
    def _slugs(self) -> frozenset[str]:
        """The slugs of the headings; the second of two equal ones ends in `-1`, as github-slugger counts."""
        seen: dict[str, int] = {}
        for section in self.note.sections:
            first = own = slug(section.shown)
            while own in seen:
                seen[first] += 1
                own = f"{first}-{seen[first]}"
            seen[own] = 0
        return frozenset(map(_plain, seen))

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(text for section in self.note.sections for text in (section.text, section.shown))

    @cached_property
    def _named(self) -> frozenset[str]:
        """What goes by one word whatever the style: blocks with their `^`, and ids."""
        names = (*(f"^{block}" for block in self.note.blocks), *self.note.ids)
        return frozenset(map(_plain, names))

    def _styles(self, *, markdown: bool) -> frozenset[str]:
        return self.styles | {"slug"} if markdown else self.styles

    def has(self, fragment: str, *, markdown: bool) -> bool:
        """Whether the note has the heading, the headings below each other, the block or the id that a fragment names.

        A Markdown link may name a heading by its slug whatever the style.
        """
        styles = self._styles(markdown=markdown)
        if _plain(fragment) in self._named:
            return True
        if "slug" in styles and _plain(fragment if markdown else slug(fragment)) in self._slugs:
            return True
        if "exact" in styles and fragment in self._words:
            return True
        return "text" in styles and self._has_path(tuple(filter(None, map(heading_key, fragment.split("#")))))

    def _has_path(self, wanted: tuple[str, ...]) -> bool:
        if wanted not in self._paths:
            place, level = -1, 0
            for key in wanted:
                below = (found for found in self._headings.get(key, ()) if found[0] > place and found[1] > level)
                place, level = next(below, (len(self.note.sections), MAX_LEVEL))
            self._paths[wanted] = 0 <= place < len(self.note.sections)
        return self._paths[wanted]

    def nearest(self, fragment: str, *, markdown: bool) -> tuple[str, bool] | None:
        """The anchor of the note most like one that it has not, and whether they differ in signs and case alone.

        One with other digits is another one. None when several are the same but for signs, and in a note with more than
        `MAX_COMPARED` anchors. Blocks are never the same: their names are exact.
        """
        from rapidfuzz import fuzz, process

        last = fragment.rpartition("#")[2]
        key = _letters(last)
        kind = "block" if fragment.startswith("^") else "link" if markdown else "wikilink"
        names = self._spelled(kind)
        if not key or len(key) > MAX_LENGTH or len(names) > MAX_COMPARED:
            return None
        if key in names:
            name = names[key][0]
            if len(set(names[key])) > 1 or _DIGITS.findall(name) != _DIGITS.findall(last):
                return None
            # Not sure: blocks are exact; below another heading it is another one; of two of a name it may be either.
            sure = kind != "block" and last == fragment and len(names[key]) == 1
            return name, sure and _read(name) == _read(last)
        longer = [found for letters, found in names.items() if letters.startswith(key)]
        if len(longer) == 1:
            return longer[0][0], False
        alike = self._numbered[kind].get(tuple(_DIGITS.findall(key)), ())
        best = process.extractOne(key, alike, scorer=fuzz.ratio, score_cutoff=MIN_SCORE)
        return (names[best[0]][0], False) if best is not None else None

    def _spelled(self, kind: str) -> dict[str, list[str]]:
        """By their letters alone: the blocks, or the headings as a wikilink or a Markdown link can name them."""
        if kind not in self._spellings:
            found: dict[str, list[str]] = defaultdict(list)
            if kind == "block":
                names: Iterable[str | None] = (f"^{block}" for block in self.note.blocks)
            else:
                names = (self._spelling(section, markdown=kind == "link") for section in self.note.sections)
            for name in filter(None, names):
                found[_letters(name)].append(name)
            numbered: dict[tuple[str, ...], list[str]] = defaultdict(list)
            for letters in found:
                numbered[tuple(_DIGITS.findall(letters))].append(letters)
            self._spellings[kind], self._numbered[kind] = found, numbered
        return self._spellings[kind]

    def _spelling(self, section: Landmark, *, markdown: bool) -> str | None:
        """How a link names a heading: in its own words where they may stand in a link."""
        names = [] if markdown else [section.shown.strip(), " ".join(_SIGNS.sub(" ", section.text).split())]
        for name in (*names, slug(section.shown)):
            if name and _UNLINKABLE.search(name) is None and self.has(name, markdown=markdown):
                return name
        return None
