"""Writing a note: whole or not at all, and never over somebody else's edit."""

import os
import stat

import pytest

from lintkb import writing
from lintkb.writing import NotWritten, write_note


@pytest.fixture
def note(tmp_path):
    path = tmp_path / "note.md"
    path.write_bytes(b"old")
    return path


def refused(path, old=b"old", new=b"new"):
    with pytest.raises(NotWritten) as caught:
        write_note(path, old, new)
    return str(caught.value)


def names(path):
    return sorted(os.listdir(path.parent))


@pytest.mark.parametrize("exchange", [True, False])
def test_content_mode_and_nothing_beside(note, monkeypatch, exchange):
    if not exchange:
        monkeypatch.setattr(writing, "_exchange", lambda *_: False)
    note.chmod(0o604)
    write_note(note, b"old", b"new")
    assert (note.read_bytes(), stat.S_IMODE(note.stat().st_mode), names(note)) == (b"new", 0o604, ["note.md"])


def test_a_note_changed_meanwhile_is_left_alone(note):
    note.write_bytes(b"theirs")
    assert (
        refused(note) == "its content is not what was checked: it was changed meanwhile, or is changed and not staged"
    )
    assert (note.read_bytes(), names(note)) == (b"theirs", ["note.md"])


def test_an_edit_between_the_check_and_the_exchange_survives(note, monkeypatch):
    real = writing._exchange

    def late(one, other):
        if note.read_bytes() == b"old":
            note.write_bytes(b"theirs")
        return real(one, other)

    monkeypatch.setattr(writing, "_exchange", late)
    assert (
        refused(note) == "its content is not what was checked: it was changed meanwhile, or is changed and not staged"
    )
    assert (note.read_bytes(), names(note)) == (b"theirs", ["note.md"])


def test_hard_links_are_left_alone(note):
    os.link(note, note.with_name("other.md"))
    assert refused(note) == "it has other hard links, which a repair would cut off"
    assert note.read_bytes() == b"old"


def test_a_symbolic_link_stays_one(note):
    link = note.with_name("link.md")
    link.symlink_to("note.md")
    write_note(link, b"old", b"new")
    assert link.is_symlink()
    assert note.read_bytes() == b"new"


@pytest.mark.parametrize("name", ["fsync", "open", "fchmod"])
def test_a_system_call_that_fails_leaves_the_old_content(note, monkeypatch, name):
    def fail(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, name, fail)
    assert refused(note) == "No space left on device"
    monkeypatch.undo()
    assert (note.read_bytes(), names(note)) == (b"old", ["note.md"])


def test_gone_folder_and_read_only(note, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refused(note) == "it is read-only"
    monkeypatch.undo()
    note.unlink()
    assert refused(note) == "No such file or directory"
    note.mkdir()
    assert refused(note) == "it is not a regular file"


def test_what_cannot_be_written_is_told_and_its_findings_stay(base, monkeypatch):
    base.write({"soil.md": "---\n---\n", "note.md": "---\n---\n[[Soil]]"})
    os.link(base.root / "note.md", base.root / "second")
    ran = base.run("--fix", "--output-format", "concise")
    assert (ran.code, ran.out) == (2, "note.md:3:3: WL002 `Soil` is not spelt as its note is called: `soil`\n")
    assert (
        ran.err.splitlines()[0]
        == "lintkb: not repaired: note.md: it has other hard links, which a repair would cut off; it was left as it is"
    )
