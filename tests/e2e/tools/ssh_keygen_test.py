"""ssh-keygen: a certificate authority for SSH whose key is a signer."""

import base64
import unittest

from tools import ToolCase

HASHES = {b"rsa-sha2-512": "sha512", b"ecdsa-sha2-nistp256": "sha256"}


def strings(blob):
    """The length-prefixed strings that a blob consists of (RFC 4251 §5)."""
    while blob:
        size = int.from_bytes(blob[:4], "big")
        yield blob[4:4 + size]
        blob = blob[4 + size:]


def der_integer(number):
    content = number.to_bytes(number.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(content)]) + content


def der_signature(algorithm, blob):
    """The signature as openssl reads it: of ECDSA (RFC 5656 §3.1.2) the two numbers in DER."""
    if not algorithm.startswith(b"ecdsa"):
        return blob
    pair = b"".join(der_integer(int.from_bytes(each, "big")) for each in strings(blob))
    return b"\x30" + bytes([len(pair)]) + pair


class SshKeygen(ToolCase):
    TOOL = "ssh-keygen"

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.run_or_fail("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "user", "-f", "user")

    def verifies(self, signer):
        """The certificate is what was asked for, and its last string the CA's signature over all
        that stands before it (PROTOCOL.certkeys of OpenSSH)."""
        shown = self.run_or_fail("ssh-keygen", "-L", "-f", "user-cert.pub").decode()
        self.assertIn('Key ID: "user@example"', shown)
        certificate = base64.b64decode(self.file("user-cert.pub").read_text().split()[1])
        public_key = base64.b64decode(self.file(f"{signer}.pub").read_text().split()[1])
        self.assertIn(public_key, certificate)
        at = certificate.index(public_key) + len(public_key)
        algorithm, blob = strings(list(strings(certificate[at:]))[0])
        self.file("signed").write_bytes(certificate[:at])
        self.file("signature").write_bytes(der_signature(algorithm, blob))
        self.openssl_verifies(signer, "signature", "signed", HASHES[algorithm])

    def test_certifies_a_key(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.does("Get the CA's public key", signer)
                self.assertEqual(len(self.file(f"{signer}.pub").read_text().splitlines()), 1)
                self.line_denied_then_signed("Certify a user's key", "user-cert.pub", signer,
                                             verify=lambda: self.verifies(signer))


if __name__ == "__main__":
    unittest.main()
