"""`lintkb rule`: a rule note, rendered; or the list of all."""

import argparse
import json
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lintkb.catalogue import Rule
from lintkb.cli import toml
from lintkb.cli.common import run_options, style_for
from lintkb.engine import Options, UsageError, configure
from lintkb.paths import shown_file
from lintkb.reporters.safe import runner_safe, safe, safe_line
from lintkb.reporters.text import Style


def run(arguments: argparse.Namespace) -> int:
    """Show one rule, list them all, run the examples of rule notes (1 when one does not hold), or write a new note."""
    if arguments.test is not None:
        return _test(Path(arguments.test), run_options(arguments))
    if arguments.new is not None:
        return _new(arguments.new, run_options(arguments))
    configured = configure(Path(), run_options(arguments))
    on = {rule.code for rule in configured.rules}
    rules = [configured.catalogue.find(arguments.rule)] if arguments.rule else configured.catalogue.rules
    style = style_for(sys.stdout, arguments.color)
    if arguments.output_format == "json":
        sys.stdout.write(runner_safe(json.dumps([_data(rule, on) for rule in rules], indent=1)) + "\n")
    elif arguments.rule is None:
        for rule in rules:
            state = "" if rule.code in on else "  (off)"
            code = style.paint(f"{rule.code:<6}", rule.severity)
            sys.stdout.write(
                safe_line(f"{code}  {rule.severity:<7}  {rule.name:<26}  {safe(rule.title)}{state}") + "\n"
            )
    elif arguments.output_format == "markdown":
        sys.stdout.writelines(safe_line(safe(line)) + "\n" for line in rules[0].help.split("\n")[:-1])
    else:
        sys.stdout.write(_render(rules[0], on, style))
    return 0


HOUSE_RULES = "house-rules"
_TEMPLATE = """\
---
code: {code}
name: {name}
check: pattern
params:
  in: prose # or headings, links, frontmatter:KEY, raw
  regex: '\\bbasically\\b'
  message: 'say here what is wrong with `\\g<0>`'
severity: warning # or error, info
confidence: high # or medium, low
---
# Say in one line what is wrong

Say why it is bad, how to repair it, and when to switch the rule off. `lintkb rule {code}` shows this note to a reader.

## Examples

Each `bad` example marks exactly what the rule finds; a `good` one is what it leaves alone. They are the tests of this rule.

```markdown bad
The beds are «basically» dug in autumn.
```

```markdown good
The beds are dug in autumn. The code `basically` is left alone.
```
"""


def _new(name: str, options: Options) -> int:
    """Write a rule note that works, for its author to change."""
    path = Path(name.removesuffix(".md") + ".md")
    if re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", path.stem) is None:
        raise UsageError(f"--new: `{path.stem}` is no name for a rule; use words joined by hyphens, as in `no-filler`")
    configured = configure(Path(), options)
    if path.parent == Path():
        base = configured.origin.parent if configured.origin is not None else configured.root
        path = base / (*configured.settings.rule_paths, HOUSE_RULES)[0] / path
    if path.stem in configured.catalogue.by_name:
        raise UsageError(f"--new: there is a rule `{path.stem}` already; `lintkb rule {path.stem}` shows it")
    taken = configured.catalogue.by_code
    code = next(code for number in range(101, 1000) if (code := f"HR{number}") not in taken)
    path.parent.mkdir(exist_ok=True)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_TEMPLATE.format(code=code, name=path.stem))
    except FileExistsError:
        raise UsageError(f"--new: {shown_file(path)} exists already; choose another name") from None
    shown = shown_file(path)
    sys.stdout.write(
        f"Wrote {safe(shown)}, rule {code}. Change it, then run: lintkb rule --test {safe(shlex.quote(shown))}\n"
    )
    folder = Path(os.path.relpath(path.parent, configured.root)).as_posix()
    if folder not in configured.rule_folders:
        sys.stdout.write(f"It is in force once lintkb.toml names its folder: rule-paths = [{json.dumps(folder)}]\n")
    return 0


def _test(path: Path, options: Options) -> int:
    from lintkb.catalogue import Catalogue, load_catalogue, load_folder, load_rule
    from lintkb.plugins import allowed, load_checks
    from lintkb.rule_notes import own_rules_folder
    from lintkb.rule_tests import example_faults

    if not path.exists():
        raise UsageError(f"no such file or folder: {path}")
    own = path.resolve().is_relative_to(own_rules_folder())
    checks = load_checks(allowed(options.plugins, isolated=options.isolated))
    rules = load_folder(path, own=own, checks=checks) if path.is_dir() else [load_rule(path, own=own, checks=checks)]
    tested = {rule.note.resolve() for rule in rules}
    others = [rule for rule in load_catalogue().rules if rule.note.resolve() not in tested]
    catalogue = Catalogue([*others, *rules])
    failed = count = 0
    for rule in rules:
        for example in rule.page.examples:
            faults = example_faults(rule, example, catalogue)
            count, failed = count + 1, failed + bool(faults)
            for fault in faults:
                sys.stdout.write(
                    safe_line(f"{safe(shown_file(rule.note))}:{example.line}: {rule.code} {safe(fault)}") + "\n"
                )
    sys.stdout.write(f"{count - failed} of {count} examples hold.\n")
    return int(failed > 0)


def _params(rule: Rule) -> dict[str, Any]:
    from pydantic_core import to_jsonable_python

    params: dict[str, Any] = to_jsonable_python(rule.params.table())
    return params


def _data(rule: Rule, on: set[str]) -> dict[str, Any]:
    measured = rule.page.measured
    return {
        "code": rule.code,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity,
        "confidence": rule.confidence,
        "fix": rule.fix,
        "on": rule.code in on,
        "check": rule.check.name,
        "params": _params(rule),
        "measured": measured and {"read": measured.read, "wrong": measured.wrong, "date": measured.date.isoformat()},
    }


def _render(rule: Rule, on: set[str], style: Style) -> str:
    """The rule note for a terminal: its facts in a line, headings painted, examples set off by a bar."""
    facts = [
        f"{rule.severity}",
        f"confidence {rule.confidence}",
        f"fix: {rule.fix}",
        "on" if rule.code in on else "off",
    ]
    measured = rule.page.measured
    if measured:
        read = f"wrong in {measured.wrong} of {measured.read} findings read"
        facts.append(read if measured.read else "no finding of it read yet")
    out = [style.paint(f"{rule.code} {rule.name}", "bold"), style.paint(" | ".join(facts), "dim"), ""]
    fence = ""
    for line in map(safe, rule.help.split("\n")[:-1]):
        marker = re.match(r"(`{3,})", line)
        if marker and (not fence or line.strip() == fence):
            fence = "" if fence else marker[1]
        elif fence:
            painted = style.paint(line, "error") if re.fullmatch(r"[ ^]*\^[ ^]*", line) else line
            out.append(f"  {style.paint('|', 'frame')} {painted}".rstrip())
        elif line.startswith("#"):
            out.append(style.paint(line.lstrip("# "), "bold"))
        else:
            out.append(line)
    given = _params(rule)
    if given:
        out += ["", style.paint("Parameters", "bold"), "", *_tables(["rules", rule.code, "params"], given)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(safe_line, out))) + "\n"


def _tables(path: list[str], table: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a TOML table and of those in it."""
    plain = {name: item for name, item in table.items() if not (isinstance(item, Mapping) or item is None)}
    if plain:
        yield f"[{'.'.join(map(toml.key, path))}]"
        yield from (f"{toml.key(name)} = {toml.value(item)}" for name, item in plain.items())
        yield ""
    for name, item in table.items():
        if isinstance(item, Mapping):
            yield from _tables([*path, name], item)
