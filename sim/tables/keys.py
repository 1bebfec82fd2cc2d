"""Short keys in place of what members are called, so that nothing kept leads back to a person.

Keys are k1, k2, ... in an order that only somebody who has the file can work out: that of keyed digests
(HMAC-SHA256, RFC 2104), whose key is the digest of all that the loader took from the file, in an order of its
own. So the same records give the same keys in every run and in whatever order their lines stand, and a key
tells nothing: digests with a key that is published, or kept beside them, can be looked up by trying all
telephone numbers, and the rank among the sorted ids would tell roughly which number it is, or who came first.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

import numpy as np

_DIGEST_PARTS = 4  # of 8 bytes each


class Keys(Mapping[str, str]):
    """What members are called in their file -> their keys. Its text and its pickle hold nothing of either."""

    def __init__(self, of: Mapping[str, str] | None = None) -> None:
        self._of = of or {}

    def __getitem__(self, name: str) -> str:
        return self._of[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def __len__(self) -> int:
        return len(self._of)

    def __repr__(self) -> str:
        return f"<Keys of {len(self._of):,} members>"

    def __reduce__(self) -> tuple[type["Keys"], tuple[()]]:
        return Keys, ()  # it never leaves the process that read the file


def key_order(names: Sequence[str], content: Iterable[str]) -> list[int]:
    """The places of names in an order that tells nothing of them; `content`: what else the file holds."""
    whole = "\n".join((*sorted(names), "", *sorted(content)))
    salt = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).digest()
    # as hmac.digest, which would begin anew with the key for every name: the same in half the time
    block = salt.ljust(hashlib.sha256().block_size, b"\0")
    inner, outer = (hashlib.sha256(block.translate(mark)) for mark in (hmac.trans_36, hmac.trans_5C))
    digests = bytearray()
    for name in names:
        within, around = inner.copy(), outer.copy()
        within.update(name.encode("utf-8", "surrogatepass"))
        around.update(within.digest())
        digests += around.digest()
    parts = np.frombuffer(digests, dtype=">u8").reshape(-1, _DIGEST_PARTS)
    order: list[int] = np.lexsort(parts.T[::-1]).tolist()
    return order


def free_prefix(taken: Collection[str]) -> str:
    """What keys begin with: "k", or more of it where members are called so."""
    prefix = "k"
    while any(name.startswith(prefix) and name[len(prefix) :].isdecimal() for name in taken):
        prefix += "k"
    return prefix
