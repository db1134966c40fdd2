"""Login mode "token": the PIN that a tool gives is a bearer token, and nothing else says who calls."""

import re
import unittest

from cases import MEMBERS, GatewayCase
from gateway import NO_APPROVAL, approval


class TokenLogin(GatewayCase):
    @classmethod
    def bring_up(cls):
        super().bring_up()
        cls.gateway.write_client_config(login="token", signers=["release", "other"])

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        cls.gateway.signer("other", "p256", approval("approver"), MEMBERS)
        (cls.gateway.folder / "message").write_bytes(b"hello")

    def pin(self, account):
        return self.gateway.environment(account)["COUNTERSIGN_TOKEN"]

    def pkcs11_tool(self, pin, *arguments):
        """pkcs11-tool as nobody in particular, which reads its PIN from the environment."""
        return self.gateway.tool(None, "pkcs11-tool", "--module", self.gateway.module, "--login",
                                 "--pin", "env:PIN", *arguments, more={"PIN": pin})

    def sign(self, pin, label="release", mechanism="SHA256-RSA-PKCS"):
        (self.gateway.folder / "signature").unlink(missing_ok=True)
        return self.pkcs11_tool(pin, "--token-label", label, "--sign", "--mechanism", mechanism,
                                "--input-file", "message", "--output-file", "signature")

    def verified(self):
        key = self.gateway.folder / "key.pem"
        key.write_bytes(self.gateway.tool(None, "openssl", "x509", "-in",
                                          self.gateway.token / "rsa.pem", "-pubkey",
                                          "-noout").stdout)
        return self.gateway.tool(None, "openssl", "dgst", "-sha256", "-verify", key, "-signature",
                                 "signature", "message").returncode == 0

    def test_a_tool_signs_with_a_token_as_pin(self):
        done = self.sign(self.pin("engineer"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.verified())
        intent = [each for each in self.gateway.records() if each["said"]["kind"] == "signature.intent"][-1]
        names = self.gateway.json("admin", "log", "list", "--limit", 1000)["names"]["accounts"]
        self.assertEqual(names[str(intent["account"])], "engineer")

    def test_openssl_signs_through_the_engine(self):
        pin_file = self.gateway.folder / "pin"
        pin_file.write_text(self.pin("engineer"))
        uri = f"pkcs11:token=release;type=private;pin-source=file:{pin_file}"
        done = self.gateway.tool(None, "openssl", "dgst", "-engine", "pkcs11", "-keyform", "engine",
                                 "-sign", uri, "-sha256", "-out", "signature", "message",
                                 more={"PKCS11_MODULE_PATH": str(self.gateway.module)})
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.verified())

    def test_slots_are_shown_before_anybody_is_known(self):
        done = self.gateway.tool(None, "pkcs11-tool", "--module", self.gateway.module,
                                 "--list-token-slots")
        self.assertEqual(re.findall(rb"token label\s+: (\w+)", done.stdout), [b"release", b"other"])
        self.assertIn(b"login required", done.stdout)
        self.assertEqual(done.stderr, b"")

    def test_a_denial_is_told_as_ever(self):
        done = self.sign(self.pin("engineer"), "other", "ECDSA-SHA256")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"countersign: other: ", done.stderr)
        self.assertIn(b"countersign request create other", done.stderr)

    def test_wrong_pins_sign_nothing_and_never_reach_the_token(self):
        wrong = "cs_" + "a" * 26
        for pin in (wrong, wrong, "1234", "none", self.pin("approver")):
            done = self.sign(pin)
            self.assertNotEqual(done.returncode, 0)
            self.assertFalse((self.gateway.folder / "signature").exists())
            self.assertNotIn(pin.encode() + b"\n", done.stderr)
        self.assertEqual(self.sign(self.pin("engineer")).returncode, 0)
        state = self.gateway.json("admin", "hsm", "list")["hsms"][0]["state"]
        self.assertEqual(state, "ready")
        failed = [each for each in self.gateway.records()
                  if each["said"]["kind"] == "sign_in.failed"]
        self.assertTrue(failed)


if __name__ == "__main__":
    unittest.main()
