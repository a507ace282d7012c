"""Bytes put away, in memory and in a file."""

import os

import pytest

from lintkb import spool
from lintkb.spool import Spool


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(spool, "ROOM", 10)
    return Spool()


def test_bytes_come_back_as_often_as_they_are_asked_for(small):
    data = [b"rye", b"", b"oats", b"clover", b"vetch", b"bean"]
    held = [small.put(one) for one in data]
    assert [one() for one in held + held[::-1]] == data + data[::-1]


def test_what_finds_no_room_in_memory_goes_to_a_file_without_a_name(small, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    first, second = small.put(b"0123456789"), small.put(b"compost")
    assert small._file is not None
    assert first() == b"0123456789"
    assert second() == b"compost"
    os.lseek(small._file, 0, os.SEEK_SET)
    assert os.read(small._file, 100) == b"compost"
    assert list(tmp_path.iterdir()) == []


def test_where_no_file_can_be_written_all_stays_in_memory(small, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "missing"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))
    held = [small.put(b"compost heap"), small.put(b"straw and leaves")]
    assert small._file is None
    assert [one() for one in held] == [b"compost heap", b"straw and leaves"]


def test_where_the_disk_is_full_the_rest_stays_in_memory(small, monkeypatch):
    first, write = small.put(b"compost heap"), spool._write_at
    monkeypatch.setattr(spool, "_write_at", lambda file, data, at: write(file, data[:4], at))
    held = [first, small.put(b"straw and leaves"), small.put(b"rye")]
    assert [one() for one in held] == [b"compost heap", b"straw and leaves", b"rye"]


def test_what_is_lost_is_no_empty_answer(small):
    held = small.put(b"compost heap")
    os.truncate(small._file, 4)
    with pytest.raises(OSError, match="cannot be read again"):
        held()
