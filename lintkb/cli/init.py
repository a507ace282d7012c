"""`lintkb init`: look at the notes, and write a `lintkb.toml` that fits them and says what was seen."""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from lintkb.cli import toml
from lintkb.cli.common import clear_line, progress, tell, warn, write_whole
from lintkb.discovery import config_in
from lintkb.engine import Options, Session, UsageError, open_folder
from lintkb.globs import literal
from lintkb.paths import shown_file
from lintkb.profile import (
    FOLDINGS,
    QUARTZ,
    Apart,
    Group,
    Key,
    Linking,
    Profile,
    few_keys,
    folder_habits,
    in_order,
    profile,
)
from lintkb.reporters.safe import safe, safe_line
from lintkb.reporters.text import count as _count
from lintkb.settings import CONFIG_NAME, PRESETS, Links, SettingsError, build_settings

WIDTH = 110
KNOWN = 50  # notes from which on a key that none of them has is more likely a slip than an idea
MAX_LINES = 10
MANY = 100  # findings: more than anybody reads
_KINDS = {"stem": "by file name", "path": "by path", "title": "by title", "alias": "by alias"}
_NEEDS = {
    "case": "with upper and lower case of their own",
    "title": "by a title that is no file name",
    "alias": "by an alias",
    "separators": "with blanks, hyphens or underscores of their own",
    "unicode": "with characters of their own that nobody sees",
    "slug": "with signs of their own, or written as addresses",
}


class Fires(NamedTuple):
    """What one rule says in a first run: how many findings, in how many notes, and the folders where it is in most notes."""

    code: str
    name: str
    findings: int
    notes: int
    folders: tuple[tuple[str, int, int], ...]


def run(arguments: argparse.Namespace) -> int:
    """Write the file, or print it, and tell what was seen. Raises UsageError where one is there already."""
    given = _shown_by_quartz(arguments.path)
    folder = Path(given)
    target = folder / CONFIG_NAME
    if folder.is_dir() and not arguments.dry_run:
        _refuse(folder, force=arguments.force)
    # What the first run reads is kept, so that the next is quick; nobody asked for that when nothing is to be written.
    options = Options(cache=not arguments.dry_run, progress=progress())
    seen = profile(open_folder(given, {}, options), options.progress)
    if not seen.notes:
        raise UsageError(f"none of the {seen.total:,} notes in {given} can be read")
    table = _loaded(configuration(seen, ()))
    session = open_folder(given, table, options)
    session.read()
    fires = first_run(session, seen)
    if options.progress is not None:
        clear_line()
    text = configuration(seen, fires)
    if build_settings(_loaded(text), CONFIG_NAME) != session.settings:
        raise SettingsError("a suggestion would have come into force; nothing was written")
    say = sys.stdout if not arguments.dry_run else sys.stderr
    if arguments.dry_run:
        sys.stdout.writelines(safe_line(line) + "\n" for line in text.split("\n")[:-1])
    else:
        _write(target, text, force=arguments.force)
    for warning in session.configured.warnings:
        warn(warning)
    for line in summary(seen, fires, "" if arguments.dry_run else str(target)):
        say.write(safe_line(safe(line)) + "\n")
    return 0


def _shown_by_quartz(given: str) -> str:
    """The folder to configure: in a checkout of Quartz that is `content/`, where its paths begin."""
    content = Path(given) / "content"
    if any((content.parent / name).is_file() for name in QUARTZ) and content.is_dir():
        tell(f"lintkb: Quartz shows what is in {safe(str(content))}: that is the knowledge base")
        return str(content)
    return given


def _refuse(folder: Path, *, force: bool) -> None:
    """Raises UsageError where a configuration would be lost. `force` is leave to replace a file, but no link."""
    target = folder / CONFIG_NAME
    present = config_in(folder)
    if target.is_symlink():
        raise UsageError(f"{target} is a link; take it away, or write to the place that it leads to")
    if os.path.lexists(target) and not (force and target.is_file()):
        raise UsageError(f"{target} is there already; --force replaces it, --dry-run shows what it would be")
    if present is not None and present.name != CONFIG_NAME:
        if not force:
            raise UsageError(f"{present} has a [tool.lintkb] table; a {CONFIG_NAME} would take its place (--force)")
        tell(f"lintkb: warning: {safe(str(present))}: its [tool.lintkb] table is not used from now on")
    for parent in Path(os.path.realpath(folder)).parents:
        if outer := config_in(parent):
            tell(f"lintkb: warning: {safe(shown_file(outer))} held here too until now")
            return


def _write(target: Path, text: str, *, force: bool) -> None:
    if force:
        write_whole(target, [text])
        return
    try:
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{target} is there already; --force replaces it") from None
    except OSError:
        target.unlink(missing_ok=True)
        raise


def _loaded(text: str) -> dict[str, object]:
    """The table of a text that is about to be written. Raises SettingsError when it would not load."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"what would be written is not TOML: {error}; nothing was written") from error
    build_settings(table, CONFIG_NAME, text)
    return table


def first_run(session: Session, seen: Profile) -> tuple[Fires, ...]:
    """What the rules say of the notes under the session's configuration, the rule with the most findings first."""
    report = session.judge()
    found = [(item.path, item.rule) for item in report.diagnostics]
    names = {item.rule: item.name for item in report.diagnostics}
    habits = folder_habits(session.selected, seen.base, found)
    fires = [
        Fires(
            code,
            name,
            sum(1 for _, rule in found if rule == code),
            len({path for path, rule in found if rule == code}),
            tuple((folder, count, total) for folder, rule, count, total in habits if rule == code),
        )
        for code, name in names.items()
    ]
    return tuple(sorted(fires, key=lambda one: (-one.findings, one.code)))


# The file


def configuration(seen: Profile, fires: Sequence[Fires]) -> str:
    """The text of a `lintkb.toml` for the notes that were seen."""
    parts = [_head(seen), _exclude(seen.apart), _sources(seen), _preset(seen.links), _ignore(seen, fires)]
    parts += [_links(seen)]
    parts += [_frontmatter(seen, group) for group in seen.groups]
    parts += [_no_table(seen), _times(seen), _per_file_ignores(seen, fires)]
    return "\n".join("\n".join(lines) + "\n" for lines in map(list, parts) if lines)


def _remark(text: str) -> Iterator[str]:
    """A comment of as many lines as it takes."""
    for line in wrap(safe(text), WIDTH - 2, break_on_hyphens=False):
        yield toml.comment(line)


def _head(seen: Profile) -> Iterator[str]:
    where = f" below {seen.base}/" if seen.base else ""
    yield from _remark(
        f"Written by `lintkb init` after a look at {_count(len(seen.notes))}{where}. What is commented out is a suggestion;"
        " `lintkb config` shows what is in force."
    )
    if seen.whole < len(seen.notes):
        yield from _remark(f"Links and citations are those of {seen.whole:,} among them, taken at even distances.")


def _exclude(apart: Sequence[Apart]) -> Iterator[str]:
    if not apart:
        return
    active = any(one.certain for one in apart)
    yield "exclude = [" if active else "# exclude = ["
    for one in apart:
        mark = ("    " if one.certain else "    # ") if active else "#     "
        yield f"{mark}{toml.value(_below(one.folder))}, # {_count(one.notes)}: {one.why}"
    yield "]" if active else "# ]"


def _below(folder: str) -> str:
    """The pattern of everything below a folder; of everything for the root."""
    return literal(f"{folder}/") + "**" if folder else "**"


def _sources(seen: Profile) -> Iterator[str]:
    if not seen.sources:
        return
    yield "# Transcripts that the notes' frontmatter names: times are held against what was said."
    yield "sources = ["
    for pattern, (count, total) in list(seen.sources.items())[:MAX_LINES]:
        yield f"    {toml.value(pattern)}, # {count:,} of {_count(total, 'file')} there"
    yield "]"


def _preset(links: Linking) -> Iterator[str]:
    if links.preset:
        why = f"{links.reader} is here" if links.reader else "links go by title, spelt freely"
        yield f"preset = {toml.value(links.preset)} # {why}"


def _ignore(seen: Profile, fires: Sequence[Fires]) -> Iterator[str]:
    many = _often(seen, fires)
    if many:
        yield "# What a first run finds in more than a third of the notes. Repair it, or leave it for later:"
        yield "# ignore = ["
        for one in many:
            yield f"#     {toml.value(one.code)}, # {one.name}: {_count(one.findings, 'finding')} in {_count(one.notes)}"
        yield "# ]"


def _often(seen: Profile, fires: Iterable[Fires]) -> list[Fires]:
    return [one for one in fires if 3 * one.notes > len(seen.notes) and not one.code.startswith("KB")]


def _links(seen: Profile) -> Iterator[str]:
    links = seen.links
    if not links.total:
        return
    yield "[links]"
    yield from _remark(f"{_count(links.total, 'wikilink')}: {_by_kind(links)}.")
    given = Links(**PRESETS[links.preset]) if links.preset else Links()
    names = [*(links.names or given.names)]
    folds = [*(links.fold or given.fold)]
    if links.names:
        yield f"names = {toml.value(names)} # most links go this way"
    if links.fold:
        yield f"fold = {toml.value(folds)} # many links need it"
    for need, words in _NEEDS.items():
        count = links.needs.get(need, 0)
        if need in (*names, *folds) or 100 * count < links.total:
            continue
        yield from _remark(f"{_count(count, 'link')} {words}: reported. If your reader follows them all the same:")
        if need in ("title", "alias"):
            yield f"# names = {toml.value([*names, need])}"
        else:
            yield f"# fold = {toml.value(list(in_order(dict(FOLDINGS)[need])))}"
    if links.missing and not given.planned:
        planned = _below(links.folder) if links.folder else "**"
        target, count = links.wanted
        yield from _remark(
            f"{_count(links.missing, 'link')} to {_count(links.targets, 'target')} that no note answers to, `{target}`"
            f" ({count:,}) the most. Targets that are yet to be written can be named here; this takes them all for such:"
        )
        yield f"# planned = {toml.value([planned])}"


def _by_kind(links: Linking) -> str:
    parts = [f"{links.exact[kind]:,} {words}" for kind, words in _KINDS.items() if kind in links.exact]
    parts += [f"{links.needs[need]:,} {words}" for need, words in _NEEDS.items() if need in links.needs]
    return ", ".join(parts + [f"{links.missing:,} to no note"] * bool(links.missing))


def _files(seen: Profile, group: Group) -> list[str]:
    """The patterns of a group: one for all notes, where they are its own, else one for each folder."""
    if len(seen.groups) == 1 and not seen.rest:
        return [_below(seen.base)]
    patterns = []
    for name in group.folders:
        patterns += _own(seen, name)
    return patterns


def _own(seen: Profile, folder: str) -> list[str]:
    """The patterns of a folder directly below the base; for the base itself, of the notes that lie in it."""
    if folder:
        return [_below(f"{seen.base}/{folder}" if seen.base else folder)]
    inside = [note.path for note in seen.notes if note.path.rpartition("/")[0] == seen.base]
    suffixes = sorted({Path(path).suffix for path in inside})
    return [(literal(f"{seen.base}/") if seen.base else "/") + f"*{literal(suffix).lstrip('/')}" for suffix in suffixes]


def _frontmatter(seen: Profile, group: Group) -> Iterator[str]:
    files = _files(seen, group)
    yield "[[frontmatter]]"
    yield f"files = {toml.array(files) if len(files) > 1 else toml.value(files[0])}"
    for name, (right, count) in sorted(group.slips.items()):
        yield from _remark(f"{_count(count)} {'has' if count == 1 else 'have'} `{name}` where others have `{right}`.")
    if group.more:
        yield f"# not listed: {_count(group.more, 'more key')} that few notes have"
    else:
        others = "" if group.slips else "; no note has one"
        yield f'{"# " if group.notes < KNOWN else ""}extra = "warn" # keys that are not listed{others}'
    yield "[frontmatter.fields]"
    yield from _fields(group.keys, group.notes)


def _fields(keys: Iterable[Key], total: int) -> Iterator[str]:
    for key in keys:
        field: dict[str, object] = {}
        if key.type:
            field["type"] = key.type
        if key.required:
            field["required"] = True
        if key.pattern:
            field["pattern"] = key.pattern
        if key.items:
            field["items"] = key.items
        of = f"{key.notes:,} of {_count(total)} {'has' if key.notes == 1 else 'have'} it"
        mixed = f": {key.kinds}" if not key.type and key.kinds else ""
        yield f"{toml.key(key.name)} = {toml.value(field)} # {of}{mixed}"
        if key.choices:
            yield f"# {toml.key(key.name)} = {toml.value({**field, 'enum': list(key.choices)})} # all values there are"


def _no_table(seen: Profile) -> Iterator[str]:
    """What is to say of notes that no table is for."""
    if seen.groups:
        if seen.rest:
            shown = [f"{name or '.'}/ ({_count(count)})" for name, count in seen.rest.items()]
            more = f" and {_count(len(shown) - MAX_LINES, 'more folder')}" if len(shown) > MAX_LINES else ""
            yield from _remark(f"No table is for these, which show no custom: {', '.join(shown[:MAX_LINES])}{more}.")
        return
    having = sum(note.facts.has_frontmatter for note in seen.notes)
    told = f"Frontmatter: in {having:,} of {_count(len(seen.notes))}, and nothing is asked of it."
    fields = list(_fields(few_keys(seen.notes), having))
    if 2 * having < len(seen.notes) or not fields:  # a block that cannot be read has no keys
        yield from _remark(told)
        return
    yield from _remark(f"{told} A table for what is there:")
    yield "# [[frontmatter]]"
    yield f"# files = {toml.value(_below(seen.base))}"
    yield "# [frontmatter.fields]"
    yield from (line if line.startswith("# ") else f"# {line}" for line in fields)


def _times(seen: Profile) -> Iterator[str]:
    if not seen.citations:
        return
    yield "[times]"
    yield from _remark(f"{_cited(seen)}.")
    for number, (key, count) in enumerate(list(seen.durations.items())[:MAX_LINES]):
        yield f"{'# ' * bool(number)}duration-key = {toml.value(key)} # {count:,} of {_count(len(seen.notes))} have it"
    if not seen.durations:
        yield '# duration-key = "duration" # no note says how long its recording is'
    yield '# max = "04:00:00" # where that is not known, later times are reported'


def _cited(seen: Profile) -> str:
    forms = ", ".join(f"{count:,} as {form}" for form, count in sorted(seen.citations.items()))
    return f"{_count(sum(seen.citations.values()), 'citation')} of a moment in {_count(seen.citing)}: {forms}"


def _per_file_ignores(seen: Profile, fires: Sequence[Fires]) -> Iterator[str]:
    often = {one.code for one in _often(seen, fires)}
    rows = [
        *(
            (literal(path), "FM002", "an index, without all of the keys")
            for group in seen.groups
            for path in group.lacking
        ),
        *((literal(path), "FM001", "without frontmatter") for path in seen.bare_indices),
        *([(_below(seen.base), "FM001", "few notes have frontmatter")] if _is_bare(seen) else []),
        *(
            (pattern, "FM001", f"{count:,} of {_count(total)} have no frontmatter")
            for folder, (count, total) in seen.bare.items()
            for pattern in _own(seen, folder)
        ),
    ]
    maybe = [
        (pattern, one.code, f"{one.name}: {count:,} of {_count(total)}")
        for one in fires
        if one.code not in often and not one.code.startswith("KB")
        for folder, count, total in one.folders[:MAX_LINES]
        for pattern in _own(seen, folder)
    ]
    if rows or maybe:
        yield "[per-file-ignores]"
    for pattern, code, why in {row[0]: row for row in sorted(rows)}.values():  # names that are no text share a pattern
        yield f"{toml.key(pattern)} = {toml.value([code])} # {why}"
    for pattern, code, why in maybe:
        yield f"# {toml.key(pattern)} = {toml.value([code])} # {why}"


def _is_bare(seen: Profile) -> bool:
    """Whether so few of a handful of notes have frontmatter that none is to be asked for."""
    return not seen.groups and 5 * sum(note.facts.has_frontmatter for note in seen.notes) < 4 * len(seen.notes) < 40


# What is said


def summary(seen: Profile, fires: Sequence[Fires], written: str) -> Iterator[str]:
    """What was seen and done, on a few lines. `written` is the file's path, empty when none was written."""
    yield f"notes: {len(seen.notes):,}{f' below {seen.base}/' if seen.base else ''}"
    if seen.unread:
        yield f"not readable: {len(seen.unread):,}, such as {seen.unread[0]}"
    for one in seen.apart:
        yield f"{'left out' if one.certain else 'perhaps no notes'}: {one.folder}/ ({_count(one.notes)}: {one.why})"
    for group in seen.groups:
        wanted = ", ".join(key.name for key in group.keys if key.required) or "nothing"
        yield f"frontmatter: {_count(group.notes)} in {_places(group)}, required: {wanted}"
    if not seen.groups:
        yield f"frontmatter: in {sum(note.facts.has_frontmatter for note in seen.notes):,} of {_count(len(seen.notes))}"
    links = seen.links
    if links.total:
        yield f"links: {_count(links.total, 'wikilink')}: {_by_kind(links)}"
    if links.preset:
        yield f"preset: {links.preset}{f' ({links.reader} is here)' if links.reader else ''}"
    if seen.citations:
        yield f"citations: {_cited(seen)}"
    for pattern, (count, total) in list(seen.sources.items())[:MAX_LINES]:
        yield f"transcripts: {pattern} ({count:,} of {_count(total, 'file')})"
    if written:
        yield f"Wrote {written}."
    counts = ", ".join(f"{one.code} {one.findings:,}" for one in fires)
    yield f"A first run finds: {counts}." if counts else "A first run finds nothing."
    if often := _often(seen, fires):
        codes = ", ".join(one.code for one in often)
        yield f"In more than a third of the notes: {codes}; see `ignore` in the file."
    if sum(one.findings for one in fires) > MANY:
        yield "Begin with `lintkb --statistics`, and with one rule at a time: `lintkb --select CODE`."


def _places(group: Group) -> str:
    names = [f"{name}/" if name else "the folder itself" for name in group.folders[:3]]
    more = [f"{len(group.folders) - 3:,} more folders"] * (len(group.folders) > 3)
    return ", ".join(names + more)
