"""Sealing ballots, encrypting drafts, and what is derived from the secret that only a voter's device keeps.

A sealed ballot is a libsodium sealed box to the poll's public key around canonical JSON padded to one length, so that
its size says nothing. A draft and the receipt are secret boxes. ``crypto_scheme`` names the way a poll is sealed.
"""

import hashlib
import hmac
import json
import secrets
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from renewal.kernel.canonical import canonical_json
from voting.codes import short_code

SCHEME = "sealed-box-1"
BLOCK = 256
DRAFT_BLOCK = 512


class NotABallot(ValueError):
    """What came out of a sealed box is not a ballot of this poll."""


@dataclass(frozen=True)
class KeyPair:
    """A poll's two halves: anybody may seal with the public one, only the counter opens with the private one."""

    public: bytes
    private: bytes


def new_key_pair() -> KeyPair:
    """Make a poll's key pair. The seam for quorums of key-holders: they would keep shares of ``private``."""
    key = PrivateKey.generate()
    return KeyPair(public=bytes(key.public_key), private=bytes(key))


def ballot_document(*, poll: str, choices: Sequence[str], check_code: str, nonce: str) -> bytes:
    """Write what is sealed: version, poll, choices, check code and a nonce, as canonical JSON."""
    return canonical_json({"v": 1, "poll": poll, "choices": list(choices), "check": check_code, "nonce": nonce})


def sealed_length_for(*, poll: str, refs: Sequence[str]) -> int:
    """Return the padded length that holds the longest ballot of a poll, in whole blocks."""
    longest = ballot_document(poll=poll, choices=refs, check_code="X" * 8, nonce="0" * 32)
    return -(-(len(longest) + 1) // BLOCK) * BLOCK


def pad(document: bytes, length: int) -> bytes:
    """Fill up to ``length`` with one 0x80 and zeros; raises ValueError when it does not fit."""
    if len(document) >= length:
        raise ValueError(f"a document of {len(document)} bytes does not fit into {length}")
    return document + b"\x80" + bytes(length - len(document) - 1)


def unpad(padded: bytes) -> bytes:
    """Take the filling off again; raises ValueError when there is none."""
    document, mark, zeros = padded.rpartition(b"\x80")
    if not mark or zeros.strip(b"\0"):
        raise ValueError("not padded")
    return document


def seal_ballot(*, public_key: bytes, poll: str, choices: Sequence[str], check_code: str, length: int) -> bytes:
    """Encrypt one vote so that only the poll's private key opens it; every ciphertext of a poll has one length."""
    document = ballot_document(poll=poll, choices=choices, check_code=check_code, nonce=secrets.token_hex(16))
    return SealedBox(PublicKey(public_key)).encrypt(pad(document, length))


def unseal_ballot(*, private_key: bytes, poll: str, ciphertext: bytes) -> tuple[list[str], str]:
    """Open one sealed ballot; returns its choices and check code. Raises NotABallot when it is none of this poll's."""
    try:
        document = json.loads(unpad(SealedBox(PrivateKey(private_key)).decrypt(ciphertext)))
        if document["v"] != 1 or document["poll"] != poll:
            raise NotABallot("of another poll")
        return [str(ref) for ref in document["choices"]], str(document["check"])
    except (CryptoError, ValueError, KeyError, TypeError) as error:
        raise NotABallot(type(error).__name__) from error


class DeviceSecret:
    """The 32 random bytes in a voter's cookie, and everything that hangs on them and is stored nowhere else.

    All is derived for one roll entry, so that two people on one device have nothing in common.
    """

    def __init__(self, seed: bytes, *, entry_id: int = 0) -> None:
        if len(seed) != 32:
            raise ValueError("a device secret has 32 bytes")
        self.seed = seed
        self.entry_id = entry_id

    @classmethod
    def new(cls, *, entry_id: int) -> "DeviceSecret":
        return cls(secrets.token_bytes(32), entry_id=entry_id)

    @classmethod
    def read(cls, text: str, *, entry_id: int) -> "DeviceSecret | None":
        """Read a cookie; None when it is missing or damaged."""
        try:
            return cls(bytes.fromhex(text), entry_id=entry_id)
        except ValueError:
            return None

    def __str__(self) -> str:
        return self.seed.hex()

    def derive(self, purpose: str) -> bytes:
        return hmac.new(self.seed, f"{purpose}|{self.entry_id}".encode(), hashlib.sha256).digest()

    @property
    def draft_id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.derive("draft-id")[:16], version=4)

    @property
    def idempotency_key(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.derive("send")[:16], version=4)

    @property
    def check_code(self) -> str:
        return short_code(self.derive("check-code"))

    def encrypt_draft(self, draft: Any) -> bytes:
        text = canonical_json(draft)
        return SecretBox(self.derive("draft-key")).encrypt(pad(text, -(-(len(text) + 1) // DRAFT_BLOCK) * DRAFT_BLOCK))

    def decrypt_draft(self, ciphertext: bytes) -> Any:
        """Read a draft; None when it was written under another secret."""
        try:
            return json.loads(unpad(SecretBox(self.derive("draft-key")).decrypt(ciphertext)))
        except (CryptoError, ValueError):
            return None


def seal_file(public_key: bytes, content: bytes) -> bytes:
    """Encrypt a file so that only the private half of a key pair opens it."""
    return SealedBox(PublicKey(public_key)).encrypt(content)


def open_file(private_key: bytes, sealed: bytes) -> bytes | None:
    """Read a sealed file; None with another key, or when the file is damaged."""
    try:
        return bytes(SealedBox(PrivateKey(private_key)).decrypt(sealed))
    except (CryptoError, ValueError, TypeError):
        return None


def _postal_box() -> SecretBox:
    return SecretBox(hashlib.sha256(b"postal-note|" + settings.PEPPER.encode()).digest())


def seal_postal(lines: Sequence[str]) -> bytes:
    """Encrypt the lines of a postal address, padded, so that a dump of the roll names nobody."""
    return bytes(_postal_box().encrypt(pad(json.dumps(list(lines)).encode(), 768)))


def open_postal(ciphertext: bytes) -> list[str]:
    """Read the lines of a sealed postal address."""
    lines: list[str] = json.loads(unpad(_postal_box().decrypt(ciphertext)))
    return lines


def seal_note(content: bytes) -> bytes:
    """Encrypt names and addresses that wait to be printed, so that a dump of their table names nobody."""
    return bytes(_postal_box().encrypt(content))


def open_note(ciphertext: bytes) -> bytes:
    return bytes(_postal_box().decrypt(ciphertext))


def _receipt_box() -> SecretBox:
    return SecretBox(hashlib.sha256(b"receipt-cookie|" + settings.SECRET_KEY.encode()).digest())


def write_receipt(receipt: Any) -> str:
    """Encrypt a receipt for the voter's own cookie, short enough for 200 options."""
    packed = zlib.compress(canonical_json(receipt), 9)
    return _receipt_box().encrypt(pad(packed, -(-(len(packed) + 1) // BLOCK) * BLOCK)).hex()


def read_receipt(text: str) -> Any:
    """Read a receipt cookie; None when it is missing, damaged or not ours."""
    try:
        return json.loads(zlib.decompress(unpad(_receipt_box().decrypt(bytes.fromhex(text)))))
    except (CryptoError, ValueError, zlib.error):
        return None
