"""What stands for contents: two of one digest are the same."""

try:  # hashlib's own; hashlib would load OpenSSL, which takes as long as all of `re`
    from _blake2 import blake2b
    from _sha1 import sha1  # type: ignore[import-not-found, unused-ignore]
except ImportError:
    from hashlib import blake2b, sha1

__all__ = ["blake2b", "content_digest", "digest"]


def digest(*parts: bytes) -> str:
    """A hash of several byte strings, as 32 hexadecimal digits."""
    state = blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "little") + part)
    return state.hexdigest()


def content_digest(data: bytes) -> str:
    """What stands for the bytes of a file: the id that git gives them, so that its index can be asked."""
    found: str = sha1(b"blob %d\0" % len(data) + data).hexdigest()  # noqa: S324 - git's choice
    return found
