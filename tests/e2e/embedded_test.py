"""The embedded shape: it decides, counts and records as the daemon does, with no process but the
signing tool's own, and neither shape takes the other's store."""

import os
import signal
import subprocess
import sys
import unittest

import counting_test
import login_test
from cases import MEMBERS, FreshGatewayCase, GatewayCase
from gateway import NO_APPROVAL, WRONG_PIN, approval

ROUNDS, AT_ONCE = 5, 8


class CountingEmbedded(counting_test.Counting):
    shape = "embedded"


class TokenLoginEmbedded(login_test.TokenLogin):
    shape = "embedded"


class Embedded(FreshGatewayCase):
    shape = "embedded"

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.signer("free", "p256", NO_APPROVAL, MEMBERS)
        (cls.gateway.folder / "message").write_bytes(b"hello")

    def command(self, label, out="signature"):
        mechanism = "SHA256-RSA-PKCS" if label == "release" else "ECDSA-SHA256"
        return ["pkcs11-tool", "--module", self.gateway.module, "--token-label", label, "--sign",
                "--mechanism", mechanism, "--input-file", "message", "--output-file", out]

    def sign(self, label, **more):
        return self.gateway.tool("engineer", *self.command(label), more=more)

    def start_together(self, label):
        """Eight tools at once; what each ended with, and what it said."""
        tools = [subprocess.Popen(list(map(str, self.command(label, f"signature-{each}"))),
                                  cwd=self.gateway.folder, env=self.gateway.environment("engineer"),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
                 for each in range(AT_ONCE)]
        said = [self.gateway.evidence.hear(tool)[1] for tool in tools]
        return [tool.returncode for tool in tools], said

    def kinds(self):
        return [each["said"]["kind"] for each in self.gateway.records()]


class Story(Embedded):
    def test_from_denial_to_a_verified_log(self):
        denied = self.sign("release")
        self.assertNotEqual(denied.returncode, 0)
        self.assertIn(b"countersign: release: ", denied.stderr)
        self.assertIn(b"countersign request create release", denied.stderr)
        self.assertIn("approval", self.gateway.run("engineer", "explain", "release").stdout)

        request = self.gateway.approved_request("release", "engineer", "approver")
        self.assertEqual(self.sign("release").returncode, 0)
        key = self.gateway.folder / "key.pem"
        key.write_bytes(self.gateway.tool(None, "openssl", "x509", "-in",
                                          self.gateway.token / "rsa.pem", "-pubkey",
                                          "-noout").stdout)
        verified = self.gateway.tool(None, "openssl", "dgst", "-sha256", "-verify", key,
                                     "-signature", "signature", "message")
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertEqual(self.request(request)["state"], "used_up")
        self.assertNotEqual(self.sign("release").returncode, 0)

        self.gateway.cli("engineer", "sign", "free", "--hash", "sha256", "--in",
                         self.gateway.folder / "message", "--out", self.gateway.folder / "by-cli")
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)


class Together(Embedded):
    def test_tools_that_start_at_once_all_sign(self):
        for _ in range(ROUNDS):
            codes, said = self.start_together("free")
            self.assertEqual(codes, [0] * AT_ONCE, said)

    def test_a_wrong_pin_costs_one_attempt_however_many_try(self):
        self.sign("free")
        before = self.kinds().count("token.locked")
        self.gateway.set_pin(WRONG_PIN)
        codes, said = self.start_together("free")
        self.assertNotIn(0, codes)
        self.assertEqual(sum("C_Login gives" in each for each in said), 1, said)
        self.assertEqual(self.kinds().count("token.locked") - before, 1)


class Killed(Embedded):
    """Killed for real at the worst moments; what is recorded and counted afterwards."""

    def check(self, point, intents, outcomes, used):
        request = self.gateway.approved_request("release", "engineer", "approver", count=5)
        done = self.sign("release", COUNTERSIGN_FAULT=point)
        self.assertEqual(done.returncode, -signal.SIGKILL, done.stderr)
        kinds = self.kinds()
        self.assertEqual(kinds.count("signature.intent"), intents)
        self.assertEqual(kinds.count("signature.outcome"), outcomes)
        self.assertEqual(self.request(request)["used"], used)
        self.assertEqual(self.sign("release").returncode, 0)
        self.assertEqual(self.request(request)["used"], used + 1)
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)

    def test_before_the_commit(self):
        self.check("before_commit", intents=0, outcomes=0, used=0)

    def test_after_the_commit(self):
        self.check("after_commit", intents=1, outcomes=0, used=1)

    def test_after_the_token_signed(self):
        self.check("after_token", intents=1, outcomes=0, used=1)


class Refused(GatewayCase):
    def test_a_store_that_a_daemon_holds_is_refused(self):
        self.gateway.shape = "embedded"
        try:
            done = self.gateway.run("admin", "signer", "list")
        finally:
            self.gateway.shape = "gateway"
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("in use by another process; stop the countersignd", done.stderr)


# Has the store open, as every tool has that signed; says so, and keeps it until its stdin ends.
HOLDER = """
import sys
from pkcs11 import CKM_ECDSA_SHA256, Module
module = Module(sys.argv[1], "free")
module.sign_init(CKM_ECDSA_SHA256)
print(module.signature(b"hello")[0], flush=True)
sys.stdin.read()
"""


class RefusedToTheDaemon(Embedded):
    def test_a_store_that_a_tool_has_open_is_refused(self):
        holder = subprocess.Popen(
            [sys.executable, "-B", "-c", HOLDER, self.gateway.module], text=True,
            env=self.gateway.environment("engineer", PYTHONPATH=os.environ["PYTHONPATH"]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.assertEqual(holder.stdout.readline().strip(), "0")
        code, said = self.gateway.refuses_to_start()
        holder.communicate("end")
        self.assertNotEqual(code, 0)
        self.assertIn("in use by another process", said)


if __name__ == "__main__":
    unittest.main()
