"""Keys with CKA_ALWAYS_AUTHENTICATE: the token is given its PIN for every signature, and one that is
wrong once, however many ask."""

import os
import subprocess
import sys
import unittest

from cases import MEMBERS, GatewayCase
from faults import FaultyGateway
from gateway import NO_APPROVAL, WRONG_PIN
from keys import make_key

AT_ONCE = 8
CKR_DEVICE_ERROR = "0x30"

# Signs once; then again, as often as its stdin has lines. Says what C_Sign answered.
SIGNER = """
import itertools, sys
from pkcs11 import CKM_ECDSA_SHA256, Module
module = Module(sys.argv[1], "careful")
for line in itertools.chain([""], sys.stdin):
    module.sign_init(CKM_ECDSA_SHA256)
    print(hex(module.signature(b"hello")[0]), flush=True)
"""


class AlwaysAuthenticate(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = FaultyGateway(deadline="30s", shape=cls.shape)
        cls.addClassCleanup(cls.gateway.close)
        make_key(cls.gateway.token, "careful", "EC:prime256v1", "77", "--always-auth")
        cls.pin = (cls.gateway.token / "pin").read_text().strip()
        cls.bring_up()

    @classmethod
    def prepare(cls):
        cls.gateway.signer("careful", "careful", NO_APPROVAL, MEMBERS)
        (cls.gateway.folder / "message").write_bytes(b"hello")

    def sign(self):
        """pkcs11-tool's own run; its output was verified by openssl when it ended well."""
        done = self.gateway.tool(
            "engineer", "pkcs11-tool", "--module", self.gateway.module, "--token-label", "careful",
            "--sign", "--mechanism", "ECDSA-SHA256", "--signature-format", "openssl",
            "--input-file", "message", "--output-file", "signature")
        if done.returncode == 0:
            verified = self.gateway.tool(
                None, "openssl", "dgst", "-sha256", "-verify", self.gateway.token / "careful.pub",
                "-signature", "signature", "message")
            self.assertEqual(verified.returncode, 0, verified.stderr)
        return done

    def test_1_a_tool_signs_and_the_pin_is_given_each_time(self):
        self.assertEqual(self.sign().returncode, 0)
        before = self.gateway.faults.logins
        for _ in range(3):
            self.assertEqual(self.sign().returncode, 0)
        # In the embedded shape each tool's own process logs in besides.
        each = 2 if self.shape == "embedded" else 1
        self.assertEqual(self.gateway.faults.logins - before, 3 * each)

    def start(self):
        """A process that has signed once and waits for the word to do so again."""
        process = subprocess.Popen(
            [sys.executable, "-B", "-c", SIGNER, self.gateway.module], text=True,
            env=self.gateway.environment("engineer", PYTHONPATH=os.environ["PYTHONPATH"]),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.gateway.evidence.hear, process)
        self.assertEqual(process.stdout.readline(), "0x0\n")
        return process

    def test_2_a_pin_that_is_wrong_costs_one_attempt_however_many_ask(self):
        self.addCleanup(self.gateway.set_pin, self.pin)
        processes = [self.start() for _ in range(AT_ONCE)]
        before = self.gateway.faults.logins
        self.gateway.set_pin(WRONG_PIN)
        for process in processes:
            process.stdin.write("again\n")
            process.stdin.flush()
        answers = [process.stdout.readline().strip() for process in processes]
        self.assertEqual(answers, [CKR_DEVICE_ERROR] * AT_ONCE)
        self.assertEqual(self.gateway.faults.logins, before + 1)
        said = [self.gateway.evidence.hear(process)[1] for process in processes]
        self.assertEqual([each for each in said if "token lab" not in each], [])
        locked = [each for each in self.gateway.records()
                  if each["said"]["kind"] == "token.locked"]
        self.assertEqual(len(locked), 1)

        self.gateway.set_pin(self.pin)
        self.assertNotEqual(self.sign().returncode, 0)
        self.gateway.cli("admin", "hsm", "retry", "lab")
        self.assertEqual(self.sign().returncode, 0)


class AlwaysAuthenticateEmbedded(AlwaysAuthenticate):
    shape = "embedded"


if __name__ == "__main__":
    unittest.main()
