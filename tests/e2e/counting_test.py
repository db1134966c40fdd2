"""An approval for ten signatures gives ten, however many ask at once; what signs nothing takes none."""

import os
import subprocess
import sys
import unittest

from cases import MEMBERS, GatewayCase
from gateway import approval
from pkcs11 import CKR_BUFFER_TOO_SMALL, CKR_FUNCTION_REJECTED, CKR_OK

PROCESSES = 64
AT_ONCE = 8  # processes that start together; all of them sign together
COUNT = 10

# One process of the race: ready when C_SignInit is done, signs when told to.
RACER = """
import sys
from pkcs11 import Module
module = Module(sys.argv[1], "race")
module.sign_init()
print("ready", flush=True)
sys.stdin.readline()
print(module.sign(b"hello")[0], flush=True)
"""

# What must not take anything, then one signature, which must.
FRUGAL = """
import sys
from pkcs11 import Module
module = Module(sys.argv[1], "race")
module.sign_init()
print(*module.sign(b"hello", None))
print(*module.sign(b"hello", 10))
module.cancel()
module.sign_init()
module.call("C_SignUpdate", module.session, b"hello", 5)
module.cancel()
module.sign_init()
module.call("C_CloseSession", module.session)
module.session = module._open("race")
module.sign_init()
print("nothing so far", flush=True)
sys.stdin.readline()
print(*module.sign(b"hello"), flush=True)
"""


class Counting(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("race", "rsa", approval("approver", signatures=COUNT), MEMBERS)

    def start(self, program):
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(self.gateway.module)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.gateway.environment("engineer", PYTHONPATH=os.path.dirname(__file__) +
                                         "/../support"))
        self.addCleanup(self.end, process)
        return process

    def end(self, process):
        process.kill()
        self.gateway.evidence.hear(process)

    def test_race_for_the_last_signatures(self):
        request = self.gateway.approved_request("race", "engineer", "approver", COUNT)
        racers = []
        while len(racers) < PROCESSES:
            group = [self.start(RACER) for _ in range(AT_ONCE)]
            racers += group
            for racer in group:
                self.assertEqual(racer.stdout.readline(), "ready\n")
        for racer in racers:
            print("go", file=racer.stdin, flush=True)
        codes = [int(racer.stdout.readline()) for racer in racers]
        self.assertEqual(codes.count(CKR_OK), COUNT)
        self.assertEqual(codes.count(CKR_FUNCTION_REJECTED), PROCESSES - COUNT)
        self.assertEqual(self.request(request)["used"], COUNT)
        intents = [each for each in self.gateway.records()
                   if each["kind"] == "signature.intent" and each.get("request") == request]
        self.assertEqual(len(intents), COUNT)

    def test_what_signs_nothing_takes_nothing(self):
        request = self.gateway.approved_request("race", "engineer", "approver", 1)
        frugal = self.start(FRUGAL)
        self.assertEqual(frugal.stdout.readline().split(), [str(CKR_OK), "384"])
        self.assertEqual(frugal.stdout.readline().split(), [str(CKR_BUFFER_TOO_SMALL), "384"])
        self.assertEqual(frugal.stdout.readline(), "nothing so far\n")
        self.assertEqual(self.request(request)["used"], 0)
        said, _ = self.gateway.evidence.hear(frugal, "go\n")
        self.assertEqual(said.split(), [str(CKR_OK), "384"])
        self.assertEqual(self.request(request)["used"], 1)


if __name__ == "__main__":
    unittest.main()
