"""The daemon stopped and killed while eight tools sign: they see a pause, and every count is exact."""

import hashlib
import select
import subprocess
import sys
import time
import unittest

from cases import MEMBERS, GatewayCase
from gateway import ROOT, START_SECONDS, approval
from pkcs11 import CKR_DEVICE_ERROR, CKR_OK

TOOLS = 8
RESTARTS = 6  # half of them by SIGTERM, half by SIGKILL
COUNT = 100_000  # more than the tools get to

# A tool: one session and one key handle for its whole life, a message of its own each time, until
# the file `stop` is there. What it got is in the file named like it.
TOOL = """
import os, sys
from pkcs11 import Module
module = Module(sys.argv[1], "release")
number = 0
with open(sys.argv[2], "w") as got:
    while not os.path.exists("stop"):
        message = f"{sys.argv[2]}-{number}"
        module.sign_init()
        code, signature = module.signature(message.encode())
        print(code, message, signature.hex(), file=got)
        number += 1
"""

# A tool that signs once for each line it is told, with the same handles.
PATIENT = """
import sys
from pkcs11 import CKM_ECDSA_SHA256, Module
module = Module(sys.argv[1], "patient")
print("ready", flush=True)
for line in sys.stdin:
    module.sign_init(CKM_ECDSA_SHA256)
    print(module.signature(line.strip().encode())[0], flush=True)
"""

SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Restart(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver", signatures=COUNT), MEMBERS)
        cls.gateway.signer("patient", "p256", approval("approver"), MEMBERS)
        modulus = subprocess.run(
            ["openssl", "x509", "-in", cls.gateway.token / "rsa.pem", "-noout", "-modulus"],
            check=True, capture_output=True, text=True).stdout
        cls.modulus = int(modulus.partition("=")[2], 16)

    def start_tool(self, program, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(self.gateway.module), *map(str, arguments)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=self.gateway.folder, env=self.gateway.environment(
                "engineer", PYTHONPATH=ROOT / "tests/support"))
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        process.kill()
        self.gateway.evidence.hear(process)

    def is_signature(self, message, signature):
        """By arithmetic alone: RFC 8017 §8.2.2 with SHA-256 and e = 65537."""
        size = (self.modulus.bit_length() + 7) // 8
        encoded = SHA256_DIGEST_INFO + hashlib.sha256(message).digest()
        padded = b"\0\1" + b"\xff" * (size - len(encoded) - 3) + b"\0" + encoded
        return pow(int.from_bytes(signature, "big"), 65537, self.modulus) == \
            int.from_bytes(padded, "big")

    def used(self):
        return self.request(self.number)["used"]

    def wait_until_used(self, least):
        deadline = time.monotonic() + START_SECONDS
        while self.used() < least:
            self.assertLess(time.monotonic(), deadline, "the tools do not go on")
            time.sleep(0.02)

    def restart_in_the_middle(self, number):
        """Ends the daemon while they sign, and lets them sign again before the next time."""
        self.wait_until_used(self.used() + 3 * TOOLS)
        if number % 2 == 0:
            self.assertEqual(self.gateway.stop(), 0)
        else:
            self.gateway.kill()
        self.gateway.start()
        self.gateway.wait_for_token()

    def test_eight_tools_see_a_pause(self):
        self.number = self.gateway.approved_request("release", "engineer", "approver", COUNT)
        tools = {name: self.start_tool(TOOL, name)
                 for name in (f"tool{number}" for number in range(TOOLS))}
        for number in range(RESTARTS):
            self.restart_in_the_middle(number)
        (self.gateway.folder / "stop").touch()
        signed = {}
        for name, tool in tools.items():
            _, complained = self.gateway.evidence.hear(tool, timeout=START_SECONDS)
            self.assertEqual(tool.returncode, 0, complained)
            lines = (self.gateway.folder / name).read_text().splitlines()
            self.assertTrue(lines, "a tool signed nothing")
            for line in lines:
                code, message, signature = line.split(" ")
                self.assertEqual(int(code), CKR_OK, complained)
                self.assertTrue(self.is_signature(message.encode(), bytes.fromhex(signature)))
                signed[hashlib.sha256(message.encode()).hexdigest()] = bytes.fromhex(signature)
        self.gateway.stop()  # the last outcomes are recorded
        self.gateway.start()
        self.reconcile(signed)

    def reconcile(self, signed):
        """What the tools hold, what the request counts and what the log says are the same."""
        self.assertEqual(self.used(), len(signed))
        records = self.gateway.records()
        intents = [each for each in records if each["kind"] == "signature.intent"
                   and each.get("request") == self.number]
        digest_of = {each["operation"]: each["said"]["data"]["input"].rpartition(":")[2]
                     for each in intents}
        self.assertEqual(len(intents), len(signed))
        self.assertEqual(set(digest_of.values()), set(signed))
        outcomes = [each for each in records if each["kind"] == "signature.outcome"
                    and each.get("request") == self.number]
        self.assertEqual(len(outcomes), len({each["operation"] for each in outcomes}))
        for outcome in outcomes:
            data = outcome["said"]["data"]
            self.assertEqual(data["end"], "signed")
            self.assertEqual(data["signature_sha256"],
                             hashlib.sha256(signed[digest_of[outcome["operation"]]]).hexdigest())
        # Only what a kill caught between answer and outcome may be without one.
        self.assertGreaterEqual(len(outcomes), len(signed) - TOOLS * RESTARTS // 2)
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)

    def test_unreachable_beyond_the_deadline(self):
        self.number = self.gateway.approved_request("patient", "engineer", "approver", 2)
        self.gateway.write_client_config(sign_timeout="2s")
        self.addCleanup(self.gateway.write_client_config)
        tool = self.start_tool(PATIENT)
        self.assertEqual(tool.stdout.readline(), b"ready\n")

        def sign(message):
            tool.stdin.write(message + b"\n")
            tool.stdin.flush()
            return int(tool.stdout.readline())

        self.assertEqual(sign(b"before"), CKR_OK)
        self.gateway.kill()
        self.assertEqual(sign(b"while it is away"), CKR_DEVICE_ERROR)
        ready, _, _ = select.select([tool.stderr], [], [], START_SECONDS)
        complaint = tool.stderr.readline() if ready else b""
        self.gateway.evidence.output(complaint)
        self.assertIn(str(self.gateway.socket).encode(), complaint)
        self.gateway.start()
        self.gateway.wait_for_token()
        self.assertEqual(sign(b"after"), CKR_OK)
        self.assertEqual(self.used(), 2)


if __name__ == "__main__":
    unittest.main()
