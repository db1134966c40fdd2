#!/usr/bin/env python3
"""Ed25519 through the whole product: a key on a SoftHSM token, the built module in pkcs11-tool,
verified by openssl, and recorded by the message's hash. COUNTERSIGN_BUILD names the build folder.
"""

import hashlib
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))

from gateway import NO_APPROVAL, Gateway  # noqa: E402
from keys import make_key, run  # noqa: E402


class EddsaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway()
        cls.addClassCleanup(cls.gateway.close)
        make_key(cls.gateway.token, "ed25519", "EC:edwards25519", "19")
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
