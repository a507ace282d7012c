"""Reports as text for people and as data for tools: one module each, imported when its format is asked for."""

TYPE_CHECKING = False  # naming the formats, as `--help` does, is to import none of them
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lintkb.report import Report
    from lintkb.reporters.text import Style

# Format to module and function. The function takes a report and a style, and yields lines, one or more at a time, without the
# line feed behind the last of them.
FORMATS = {
    "full": "text.full",
    "concise": "text.concise",
    "json": "json.render",
    "jsonl": "json.lines",
    "sarif": "sarif.render",
    "github": "github.render",
    "gitlab": "gitlab.render",
    "junit": "junit.render",
    "rdjson": "rdjson.render",
    "markdown": "markdown.render",
}
STATISTICS = {"full": "text.statistics", "concise": "text.statistics", "json": "json.statistics"}
# What is printed for people, and only that, gives way to a patch.
PRINTED = ("full", "concise")


def load(name: str) -> "Callable[[Report, Style], Iterator[str]]":
    """The function that one of the tables above names."""
    from importlib import import_module

    module, _, function = name.partition(".")
    render: Callable[[Report, Style], Iterator[str]] = getattr(import_module(f"lintkb.reporters.{module}"), function)
    return render
