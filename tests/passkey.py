"""A passkey as a browser registers it."""

from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import sha256, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)


def new_credential(host: str) -> dict[str, Any]:
    """Return what a browser answers to a site that offers to remember a passkey."""
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    key_id = b"k" * 16
    cose = ES256.from_cryptography_key(public)  # type: ignore[no-untyped-call]
    credential = AttestedCredentialData.create(Aaguid(bytes(16)), key_id, cose)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(sha256(host.encode()), flags, 0, credential)
    client = CollectedClientData.create("webauthn.create", b"c" * 32, f"https://{host}")
    return {
        "id": websafe_encode(key_id),
        "rawId": websafe_encode(key_id),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        },
        "clientExtensionResults": {},
    }
