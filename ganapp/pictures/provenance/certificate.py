"""The certificate that manifests are signed with: the deployer's, or one of our own that no list of trusted ones knows."""

from __future__ import annotations

import datetime
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ganapp.base import paths, writing
from ganapp.base.errors import UserError

YEARS = 5
NAME = "Likeness"
SIGNING, AUTHORITY = "signing.pem", "authority.pem"  # files of the folder: key, leaf and authority; the authority alone, to be handed out
BEGIN = b"-----BEGIN CERTIFICATE-----"
CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True)
class Certificate:
    """chain: PEM, the leaf first; key: PEM of its private key; algorithm: as C2PA calls it; own: whether it was made here."""

    chain: bytes
    key: bytes
    algorithm: str
    own: bool


def current() -> Certificate:
    """The deployer's, or the one made here; drawn at the first call. UserError for a certificate that cannot be used."""
    chain, key = paths.certificate()
    if chain or key:
        return _deployers(chain, key)
    return _own(paths.runs() / "certificate")


@cache
def _deployers(chain: str, key: str) -> Certificate:
    try:
        certificates = _pem(chain)
        return _read(_pem(key), certificates[max(0, certificates.find(BEGIN)) :], own=False)  # a key before them is no certificate
    except (OSError, ValueError, TypeError) as problem:
        raise UserError("certificate_unusable", problem=str(problem)[:200] or type(problem).__name__) from problem


def _pem(given: str) -> bytes:
    r"""PEM as it stands in a setting, whose lines may be written with \n, or in the file that the setting names."""
    return given.replace("\\n", "\n").encode() if given.lstrip().startswith("-----BEGIN") else Path(given).read_bytes()


@cache
def _own(folder: Path) -> Certificate:
    with suppress(OSError, ValueError):
        kept = _held(folder)
        if kept is not None:
            return kept
    whole, authority = make()
    with suppress(OSError):  # a disk that cannot be written: the certificate lasts as long as the process
        keep(folder, whole, authority)
    with suppress(OSError, ValueError):
        kept = _held(folder)  # another process may have been first
        if kept is not None:
            return kept
    return _read(whole, whole[whole.index(BEGIN) :], own=True)


def _held(folder: Path) -> Certificate | None:
    """The certificate kept in a folder; None when there is none, or its time is over."""
    file = folder / SIGNING
    if not file.is_file():
        return None
    whole = file.read_bytes()
    held = _read(whole, whole[whole.index(BEGIN) :], own=True)
    return held if _until(held.chain) > datetime.datetime.now(datetime.UTC) else None


def keep(folder: Path, whole: bytes, authority: bytes) -> None:
    """Write a certificate into its folder, over one whose time is over."""
    folder.mkdir(parents=True, exist_ok=True)
    with writing.replacing(folder / SIGNING) as partial:
        partial.touch(0o600)
        partial.write_bytes(whole)
    writing.write(folder / AUTHORITY, authority)


def _read(key: bytes, chain: bytes, own: bool) -> Certificate:
    """ValueError for what is no key, no certificate, or a key that does not belong to it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    private: Any = serialization.load_pem_private_key(key, None)
    plain = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    if x509.load_pem_x509_certificate(chain).public_key().public_bytes(*plain) != private.public_key().public_bytes(*plain):
        raise ValueError("the key is not that of the certificate")
    pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certificate(chain, pem, _algorithm(private), own)


def _algorithm(private: Any) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    kinds: dict[Any, str] = {ed25519.Ed25519PrivateKey: "ed25519", rsa.RSAPrivateKey: "ps256"}
    name = next((name for kind, name in kinds.items() if isinstance(private, kind)), "")
    if isinstance(private, ec.EllipticCurvePrivateKey):
        name = CURVES.get(private.curve.name, "")
    if not name:
        raise ValueError("C2PA knows keys of P-256, P-384, P-521, RSA and Ed25519")
    return name


def _until(chain: bytes) -> datetime.datetime:
    from cryptography import x509

    return x509.load_pem_x509_certificate(chain).not_valid_after_utc


def make(name: str = NAME) -> tuple[bytes, bytes]:
    """An authority of its own and a leaf signed by it (ES256): PEM of key, leaf and authority together, and of the authority alone.

    Some validators refuse a leaf that signed itself, hence the two. The authority's key is thrown away: nothing else can be signed by it.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    above, below = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    pem = serialization.Encoding.PEM
    authority = _signed(f"{name} authority", f"{name} authority", (above, above)).public_bytes(pem)
    leaf = _signed(name, f"{name} authority", (above, below)).public_bytes(pem)
    key = below.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key + leaf + authority, authority


def _signed(subject: str, issuer: str, keys: tuple[Any, Any]) -> Any:
    """The certificate of the second key, signed with the first; one of an authority where both are the same. Fields: C2PA 2.2, 14.5."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def named(text: str) -> Any:
        return x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, text[:64]), x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])

    signing, own = keys
    top = signing is own
    now = datetime.datetime.now(datetime.UTC)
    rest = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    made = (
        x509.CertificateBuilder(named(issuer), named(subject), own.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=365 * YEARS))
        .add_extension(x509.BasicConstraints(top, 0 if top else None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=not top, key_cert_sign=top, crl_sign=top, **rest), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
    )
    if not top:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        made = made.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    return made.sign(signing, hashes.SHA256())
