"""A daemon with few places for connections and more callers than that: it says when to come back, and
the module does."""

import os
import socket
import subprocess
import sys
import time
import unittest

from cases import MEMBERS, GatewayCase
from gateway import NO_APPROVAL, START_SECONDS

# Of so many descriptors half are for connections, and of these one user has half (http_listener.cc).
DESCRIPTORS, PLACES = 64, 16
PROCESSES, THREADS, ROUNDS = 4, 8, 5

# Threads that sign at once, each some times in a session of its own, as soon as stdin says so. Prints
# how many answers there were, and each that there was.
CALLERS = """
import sys, threading
from pkcs11 import CKM_ECDSA_SHA256, Module
label, threads, rounds = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
modules, codes = [Module(sys.argv[1], label)], []
modules += [modules[0].another(label) for _ in range(threads - 1)]
def sign(module):
    for _ in range(rounds):
        module.sign_init(CKM_ECDSA_SHA256)
        codes.append(module.signature(b"hello")[0])
threads = [threading.Thread(target=sign, args=[each]) for each in modules]
print("ready", flush=True)
sys.stdin.readline()
for each in threads: each.start()
for each in threads: each.join()
print(len(codes), sorted(set(codes)), flush=True)
"""


class Limit(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "p256", NO_APPROVAL, MEMBERS)

    def caller(self):
        """A process that finds its key, says so, and waits."""
        process = subprocess.Popen(
            [sys.executable, "-B", "-c", CALLERS, self.gateway.module, "release", str(THREADS),
             str(ROUNDS)], env=self.gateway.environment("engineer",
                                                        PYTHONPATH=os.environ["PYTHONPATH"]),
            text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(self.gateway.evidence.hear, process)
        return process

    def hold(self):
        """A connection that the daemon serves."""
        connection = socket.socket(socket.AF_UNIX)
        self.addCleanup(connection.close)
        connection.connect(str(self.gateway.socket))
        connection.sendall(b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n")
        self.assertNotIn(b" 503 ", connection.recv(4096))
        return connection

    def fill(self):
        """All but one of the places, anew: what held one before has lost it with the daemon."""
        self.gateway.stop()
        self.gateway.launcher = ["prlimit", f"--nofile={DESCRIPTORS}:{DESCRIPTORS}"]
        self.gateway.start()
        return [self.hold() for _ in range(PLACES - 1)]

    def wait_until_turned_away(self):
        deadline = time.monotonic() + START_SECONDS
        while f"turned user {os.getuid()} away" not in self.gateway.log():
            self.assertLess(time.monotonic(), deadline, self.gateway.log())
            time.sleep(0.02)

    def intents(self):
        return sum(each["kind"] == "signature.intent" for each in self.gateway.records())

    def check_signs(self, process):
        said, complained = self.gateway.evidence.hear(process, "go\n")
        self.assertEqual((said, complained), (f"{THREADS * ROUNDS} [0]\n", ""))

    def test_more_callers_than_places_all_sign(self):
        before = self.intents()
        processes = [self.caller() for _ in range(PROCESSES)]
        for process in processes:
            self.assertEqual(process.stdout.readline(), "ready\n")
        held = self.fill()
        for process in processes:
            process.stdin.write("go\n")
            process.stdin.flush()
        self.wait_until_turned_away()
        for connection in held:
            connection.close()
        for process in processes:
            self.check_signs(process)
        self.assertEqual(self.intents() - before, PROCESSES * THREADS * ROUNDS)

    def test_a_tool_that_starts_while_there_is_no_place_waits_for_one(self):
        held = [*self.fill(), self.hold()]
        process = self.caller()
        self.wait_until_turned_away()
        # Longer than a module waits for a gateway that says nothing.
        time.sleep(1.5)
        for connection in held:
            connection.close()
        self.assertEqual(process.stdout.readline(), "ready\n")
        self.check_signs(process)


if __name__ == "__main__":
    unittest.main()
