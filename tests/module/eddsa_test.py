#!/usr/bin/env python3
"""Ed25519 through the whole product: a key on a SoftHSM token, the built module in pkcs11-tool,
verified by openssl, and recorded by the message's hash. COUNTERSIGN_BUILD names the build folder.
"""

import hashlib
import os
import pathlib
import re
import subprocess
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from gateway import NO_APPROVAL, Gateway  # noqa: E402

SPKI = bytes.fromhex("302a300506032b6570032100")  # of RFC 8410 §4, all but the point


def run(*command, **options):
    done = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def make_key(token):
    """The key `ed25519` on the token, ed25519.pem with its certificate, and ed25519.pub."""
    library = (token / "library").read_text().strip()
    environment = dict(os.environ, SOFTHSM2_CONF=str(token / "softhsm2.conf"),
                       TEST_PIN=(token / "pin").read_text().strip())
    tool = ("pkcs11-tool", "--module", library, "--token-label", "lab", "--login", "--pin",
            "env:TEST_PIN")
    run(*tool, "--keypairgen", "--key-type", "EC:edwards25519", "--usage-sign", "--id", "19",
        "--label", "ed25519", env=environment)
    shown = run(*tool, "--list-objects", "--type", "pubkey", env=environment)
    point = re.search(r"ed25519.*?0420([0-9a-f]{64})|0420([0-9a-f]{64})", shown, re.DOTALL)
    der = token / "ed25519.der"
    der.write_bytes(SPKI + bytes.fromhex(point[1] or point[2]))
    run("openssl", "pkey", "-pubin", "-inform", "DER", "-in", der, "-out", token / "ed25519.pub")
    key, ca, leaf = token / "test-ca.key", token / "test-ca.pem", token / "ed25519-leaf.pem"
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-noenc", "-keyout", key, "-out", ca, "-subj", "/CN=test CA", "-days", "30")
    run("openssl", "x509", "-new", "-force_pubkey", token / "ed25519.pub", "-CA", ca, "-CAkey",
        key, "-subj", "/CN=ed25519", "-days", "30", "-out", leaf)
    (token / "ed25519.pem").write_text(leaf.read_text() + ca.read_text())


class EddsaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway()
        cls.addClassCleanup(cls.gateway.close)
        make_key(cls.gateway.token)
        cls.gateway.start()
        cls.gateway.account("keeper")
        cls.gateway.account("operator")
        cls.gateway.signer("ed25519", "ed25519", NO_APPROVAL, {"operator": "operator"})

    def test_signs_what_openssl_verifies(self):
        for size in (0, 1, 2500, 40000):
            with self.subTest(size=size):
                data, signature = self.gateway.folder / "data", self.gateway.folder / "data.sig"
                data.write_bytes(b"x" * size)
                signature.unlink(missing_ok=True)
                signed = self.gateway.tool("operator", "pkcs11-tool", "--module",
                                           self.gateway.module, "--sign", "--mechanism", "EDDSA",
                                           "--label", "ed25519", "--input-file", data,
                                           "--output-file", signature)
                self.assertEqual(signed.returncode, 0, signed.stderr)
                self.assertEqual(signature.stat().st_size, 64)
                if size == 0:
                    continue  # the gateway has verified it, and pkeyutl reads no empty file
                verified = run("openssl", "pkeyutl", "-verify", "-pubin", "-inkey",
                               self.gateway.token / "ed25519.pub", "-rawin", "-in", data,
                               "-sigfile", signature)
                self.assertIn("Verified Successfully", verified)

    def test_record_has_the_hash_of_the_message(self):
        data = self.gateway.folder / "recorded"
        data.write_text("a message of its own")
        signed = self.gateway.tool("operator", "pkcs11-tool", "--module", self.gateway.module,
                                   "--sign", "--mechanism", "EDDSA", "--label", "ed25519",
                                   "--input-file", data, "--output-file",
                                   self.gateway.folder / "recorded.sig")
        self.assertEqual(signed.returncode, 0, signed.stderr)
        inputs = [record["said"].get("data", {}).get("input") for record in self.gateway.records()]
        expected = "ed25519:" + hashlib.sha256(data.read_bytes()).hexdigest()
        self.assertEqual(inputs.count(expected), 1)


if __name__ == "__main__":
    unittest.main()
