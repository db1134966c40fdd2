"""What is revoked between C_SignInit and C_Sign is denied by C_Sign."""

import os
import subprocess
import sys
import unittest

from cases import FreshGatewayCase, MEMBERS
from gateway import approval
from pkcs11 import CKR_FUNCTION_REJECTED, CKR_OK

SIGNER = """
import sys
from pkcs11 import Module
module = Module(sys.argv[1], "release")
module.sign_init()
print("ready", flush=True)
sys.stdin.readline()
print(module.sign(b"hello")[0], flush=True)
"""


class Revocation(FreshGatewayCase):
    def setUp(self):
        super().setUp()
        self.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        self.number = self.gateway.approved_request("release", "engineer", "approver")

    def sign_after(self, happening):
        """Signs, with `happening` between C_SignInit and C_Sign; the code and what was said."""
        process = subprocess.Popen(
            [sys.executable, "-c", SIGNER, str(self.gateway.module)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.gateway.environment("engineer", PYTHONPATH=os.path.dirname(__file__) +
                                         "/../support"))
        self.assertEqual(process.stdout.readline(), "ready\n")
        happening()
        out, said = self.gateway.evidence.hear(process, "go\n", timeout=60)
        return int(out), said

    def assert_denied_after(self, text, *happening):
        code, said = self.sign_after(lambda: self.gateway.cli(*happening))
        self.assertEqual(code, CKR_FUNCTION_REJECTED)
        self.assertRegex(said, r"\Acountersign: [^\n]+\n\Z")
        self.assertIn(text, said)
        self.assertEqual(self.request(self.number)["used"], 0)

    def test_nothing_happened(self):
        self.assertEqual(self.sign_after(lambda: None), (CKR_OK, ""))

    def test_member_removed(self):
        self.assert_denied_after("release", "keeper", "member", "remove", "release", "engineer")

    def test_token_revoked(self):
        token = self.gateway.json("engineer", "token", "list")["tokens"][0]["id"]
        self.assert_denied_after("token", "admin", "token", "revoke", token)

    def test_signer_frozen(self):
        self.assert_denied_after("laptop stolen", "keeper", "signer", "freeze", "release",
                                 "--reason", "laptop stolen")

    def test_approval_revoked(self):
        self.assert_denied_after(f"request {self.number} was revoked", "keeper", "request",
                                 "revoke", self.number, "--comment", "wrong build")


if __name__ == "__main__":
    unittest.main()
