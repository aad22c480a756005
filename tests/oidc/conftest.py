"""Fixtures: a real provider, and who identifies its callers."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_claims import read_claims
from shared.identity.oidc_provider import Provider
from shared.identity.oidc_tokens import Verifier
from shared.kernel.clock import now
from tests.oidc.real_provider import AUDIENCE, CLAIMS, RealProvider, real_provider


@pytest.fixture(scope="session")
def provider() -> Iterator[RealProvider]:
    with real_provider() as running:
        yield running


@pytest.fixture(scope="session")
def claims_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("oidc") / "claims.yaml"
    file.write_text(CLAIMS, encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def provider_settings(provider: RealProvider, claims_path: Path) -> dict[str, Any]:
    """What a service is told of the provider."""
    return {
        "oidc_issuer": provider.issuer,
        "oidc_audience": AUDIENCE,
        "oidc_claims": claims_path,
    }


@pytest.fixture(scope="session")
def vouched(provider: RealProvider, claims_path: Path) -> Iterator[VouchedCallers]:
    known = Provider(provider.issuer)
    claims = read_claims(claims_path)
    callers = VouchedCallers(Verifier(known), AUDIENCE, claims, lambda *parts: "/".join(parts))
    yield callers
    callers.close()


@pytest.fixture(scope="session")
def certificate() -> tuple[str, str]:
    """A client's certificate, as a header carries it, and its thumbprint as RFC 8705 writes it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sistema")])
    at = now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = quote(made.public_bytes(serialization.Encoding.PEM).decode())
    digest = urlsafe_b64encode(made.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
    return pem, digest
