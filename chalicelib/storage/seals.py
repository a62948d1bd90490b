"""This file seals what must be stored unread: to the sender's key pair, or to a key we hold.

PyNaCl is imported where something is sealed, so that a lookup never pays for it.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from chalicelib.storage.keys import SENDER, SENDER_PUBLIC, Keys


def sealed_to(public: bytes, data: bytes) -> bytes:
    """Seal bytes so that only the private half of a pair opens them (libsodium sealed box).

    The seal is 48 bytes longer than what is in it.
    """
    from nacl.public import PublicKey, SealedBox  # noqa: PLC0415

    return bytes(SealedBox(PublicKey(public)).encrypt(data))


def opened_by(private: bytes, sealed: bytes) -> bytes:
    """Open what `sealed_to` made, with the private half of the pair."""
    return opener_of(private)(sealed)


def opener_of(private: bytes) -> Callable[[bytes], bytes]:
    """Return what opens many: half of opening one is to make the pair of its private half."""
    from nacl.public import PrivateKey, SealedBox  # noqa: PLC0415

    return SealedBox(PrivateKey(private)).decrypt


def sealed_to_sender(keys: Keys, text: str) -> bytes:
    """Seal a text so that only the sender function can open it."""
    return sealed_to(keys.values[SENDER_PUBLIC], text.encode())


def opened_by_sender(keys: Keys, sealed: bytes) -> str:
    """Open what was sealed to the sender; needs the private half."""
    return opened_by(keys.values[SENDER], sealed).decode()


def sealed_with(key: bytes, text: str) -> bytes:
    """Seal a text with a 32-byte key (libsodium secret box)."""
    from nacl.secret import SecretBox  # noqa: PLC0415

    return bytes(SecretBox(key).encrypt(text.encode()))


def opened_with(key: bytes, sealed: bytes) -> str | None:
    """Open what `sealed_with` made; None where the key is another."""
    from nacl.exceptions import CryptoError  # noqa: PLC0415
    from nacl.secret import SecretBox  # noqa: PLC0415

    try:
        return bytes(SecretBox(key).decrypt(sealed)).decode()
    except CryptoError:
        return None


def resealed(key: bytes, text: str) -> str:
    """Seal a text so that the same text gives the same seal, to be found and taken out of a set.

    The nonce is a hash of the text under the key, so no two texts share one.
    """
    from nacl.secret import SecretBox  # noqa: PLC0415

    nonce = hmac.new(key, text.encode(), hashlib.sha256).digest()[: SecretBox.NONCE_SIZE]
    return urlsafe_b64encode(bytes(SecretBox(key).encrypt(text.encode(), nonce))).decode()


def unsealed(key: bytes, sealed: str) -> str | None:
    """Open what `resealed` made; None where the key is another."""
    return opened_with(key, urlsafe_b64decode(sealed))


@dataclass(frozen=True, slots=True)
class Sealer:
    """Marks and seals texts with one key, which every function of its kind can make."""

    key: bytes = field(repr=False)

    def mark(self, text: str) -> str:
        """Return what is the same for the same text alone, and tells nothing without the key."""
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()

    def sealed(self, text: str) -> str:
        """Return a text as it may be kept."""
        return sealed_text(self.key, text)

    def opened(self, sealed: str) -> str:
        """Return what was sealed; empty where the key is another by now."""
        return opened_text(self.key, sealed)


def sealed_text(key: bytes, text: str) -> str:
    """Seal a text to be kept as text."""
    return b64encode(sealed_with(key, text)).decode()


def opened_text(key: bytes, sealed: str) -> str:
    """Open what `sealed_text` made; empty where the key is another."""
    return opened_with(key, b64decode(sealed)) or ""
