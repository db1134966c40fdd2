"""Several users on one machine: told apart by the kernel, and none can keep the others from signing."""

import base64
import hashlib
import json
import os
import time
import unittest

from cases import MEMBERS, GatewayCase
from gateway import NO_APPROVAL, START_SECONDS
from other_user import OtherUser

ASK = """
status, answer = call(sys.argv[1], "GET", "/v1/signers")
print(json.dumps([status, answer]))
"""

SIGN = """
status, _ = call(sys.argv[1], "POST", "/v1/signers/release/signatures", json.loads(sys.argv[2]))
print(status)
"""

# Six wrong tokens. While the answer to the last is awaited: the right one, which comes on stdin,
# and then whatever the test does until it says so there. Prints the statuses, whether that answer
# was still to come, and how many seconds the wrong ones took.
GUESS = """
import select, time
def guess(token):
    return {"method": "GET", "target": "/v1/signers", "headers": ["Authorization: Bearer " + token]}
right = sys.stdin.readline().strip()
begun = time.monotonic()
statuses = [call(sys.argv[1], **guess("cs_" + "a" * 25 + letter))[0] for letter in "abcde"]
with dial(sys.argv[1]) as last:
    send(last, **guess("cs_" + "a" * 25 + "f"))
    print("sent", flush=True)
    statuses.append(call(sys.argv[1], **guess(right))[0])
    sys.stdin.readline()
    held = not select.select([last], [], [], 0)[0]
    statuses.append(hear(last)[0])
print(json.dumps([statuses, held, time.monotonic() - begun]))
"""

# What the answer to the first wrong token takes, in seconds; each further one takes twice as long as
# the one before (gateway/server/wrong_tokens.h).
FIRST_WAIT = 0.1

# As many connections as are given, each asked something once; says on how many of them the gateway
# answered as one it serves, and keeps them all until its stdin ends.
HOLD = """
import time
held, served = [], 0
for each in range(int(sys.argv[2])):
    held.append(dial(sys.argv[1]))
    try:
        served += ask(held[-1], "GET", "/v1/signers")[0] in (200, 401)
    except OSError:
        pass
print(served, flush=True)
sys.stdin.read()
"""

# Sends rubbish, denied requests, and endless ones, until its stdin ends.
PESTER = """
import select
count = 0
silent = []
while not select.select([sys.stdin], [], [], 0)[0]:
    try:
        silent.append(dial(sys.argv[1]))
        silent[-1].sendall(b"POST /v1/signers HTTP/1.1\\r\\nContent-Length: 60000\\r\\n\\r\\n")
        if len(silent) > 300:
            silent.pop(0).close()
        call(sys.argv[1], "POST", "/v1/signers/1/signatures", {"nonsense": count})
        call(sys.argv[1], "GET", f"/v1/signers/guess-{count}")
        call(sys.argv[1], "DELETE", "/v1/" + "x" * 1000)
        with dial(sys.argv[1]) as connection:
            connection.sendall(b"\\xff" * 100)
    except OSError:
        pass
    count += 1
print(count)
"""


def wish(number):
    return {"operation": f"{number:032x}",
            "algorithm": {"scheme": "rsa-pkcs1", "hash": "sha256"},
            "digest": base64.b64encode(hashlib.sha256(str(number).encode()).digest()).decode()}


@unittest.skipUnless(os.getuid() == 0, "only root can make users")
class Users(GatewayCase):
    @classmethod
    def bring_up(cls):
        cls.gateway.write_config(socket_mode="0666")
        cls.gateway.folder.chmod(0o711)
        super().bring_up()

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        cls.alice = cls.enterClassContext(OtherUser("cs-test-alice", ["cs-test-builders"]))
        cls.bob = cls.enterClassContext(OtherUser("cs-test-bob"))

    def setUp(self):
        """Until the gateway has noticed that the connections of the test before are gone."""
        descriptors = f"/proc/{self.gateway.daemon.pid}/fd"
        deadline = time.monotonic() + START_SECONDS
        while len(os.listdir(descriptors)) > 100:
            self.assertLess(time.monotonic(), deadline, "connections are left open")
            time.sleep(0.02)

    @classmethod
    def enterClassContext(cls, manager):
        value = manager.__enter__()
        cls.addClassCleanup(manager.__exit__, None, None, None)
        return value

    def ask(self, user):
        """Asks until the gateway has noticed that the connections of another test are gone."""
        while True:
            status, answer = json.loads(user.run(ASK, self.gateway.socket))
            if status != 503:
                return status, answer

    def test_users_and_groups_are_told_apart_by_the_kernel(self):
        self.gateway.cli("admin", "account", "create", "alice", "--unix-user", self.alice.login)
        self.gateway.cli("keeper", "member", "add", "release", "alice", "--role", "operator")
        status, answer = self.ask(self.alice)
        self.assertEqual((status, [each["name"] for each in answer["signers"]]), (200, ["release"]))
        status, answer = self.ask(self.bob)
        self.assertEqual((status, answer["error"]["code"]), (401, "unknown_caller"))

        self.gateway.cli("admin", "account", "create", "bob", "--unix-user", self.bob.login)
        self.assertEqual(self.ask(self.bob), (200, {"signers": [], "more": False}))

        # Both are refused something, and the records say what the kernel said of each.
        for user in (self.alice, self.bob):
            user.run('call(sys.argv[1], "POST", "/v1/accounts", {"name": "x", "kind": "person"})',
                     self.gateway.socket)
        attested = {}
        for record in self.gateway.records():
            if record["said"]["kind"] == "denied":
                facts = {name: fact["value"] for name, fact in json.loads(record["facts"]).items()}
                attested[facts["attested.uid"]] = facts
        for user, groups in ((self.alice, 2), (self.bob, 1)):
            facts = attested[str(user.uid)]
            self.assertEqual(facts["attested.gid"], str(user.gid))
            self.assertEqual(len(user.gids), groups)
            self.assertEqual(facts["attested.groups"].split(","),
                             [str(each) for each in sorted(user.gids)])

    def test_a_group_of_the_host_gives_its_users_what_it_holds(self):
        carol = self.enterContext(OtherUser("cs-test-carol", ["cs-test-signers"]))
        dave = self.enterContext(OtherUser("cs-test-dave"))
        claim = "unix:group:cs-test-signers"
        for name, user in (("carol", carol), ("dave", dave)):
            self.gateway.cli("admin", "account", "create", name, "--unix-user", user.login)
        self.gateway.cli("admin", "claim", "create", "group", "cs-test-signers")
        self.gateway.cli("admin", "group", "create", "signers")
        self.gateway.cli("admin", "group", "add", "signers", claim)
        number = 5000
        for member in (claim, "signers"):
            with self.subTest(member):
                for user in (carol, dave):
                    self.assertEqual(self.sees_and_signs(user, number), ([], 404))
                self.gateway.cli("keeper", "member", "add", "release", member, "--role", "operator")
                self.assertEqual(self.sees_and_signs(carol, number), (["release"], 200))
                self.assertEqual(self.sees_and_signs(dave, number + 1), ([], 404))
                self.gateway.cli("keeper", "member", "remove", "release", member)
                number += 2

    def sees_and_signs(self, user, number):
        """The signers that the gateway shows the user, and what it answers when he signs."""
        names = [each["name"] for each in self.ask(user)[1]["signers"]]
        return names, int(user.run(SIGN, self.gateway.socket, json.dumps(wish(number))))

    def sign(self, number):
        return self.gateway.http("engineer", "POST", "/v1/signers/1/signatures", wish(number))

    def test_wrong_tokens_lock_nobody_out(self):
        guesser = self.bob.spawn(GUESS, self.gateway.socket)
        self.addCleanup(guesser.wait)
        self.addCleanup(guesser.kill)
        print(self.gateway.environment("engineer")["COUNTERSIGN_TOKEN"], file=guesser.stdin,
              flush=True)
        self.assertEqual(guesser.stdout.readline(), "sent\n")
        self.assertEqual(self.sign(3)[0], 200)
        outcome, complained = guesser.communicate("signed\n")
        self.assertTrue(outcome, complained)
        statuses, held, seconds = json.loads(outcome)
        self.assertEqual(statuses, [401] * 5 + [200, 401])
        self.assertTrue(held, "others waited as long as he who guessed")
        self.assertGreaterEqual(seconds, FIRST_WAIT * (1 + 2 + 4 + 8 + 16 + 32))
        self.assertEqual(self.gateway.json("admin", "hsm", "list")["hsms"][0]["state"], "ready")

    def hold(self, user, count):
        """A process that holds so many connections, gone at the latest with the test."""
        holder = user.spawn(HOLD, self.gateway.socket, count)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        return holder

    def test_two_thousand_connections_at_once(self):
        holder = self.hold(self.bob, 2000)
        self.assertEqual(holder.stdout.readline().strip(), "2000", holder.stderr)
        more = self.hold(self.alice, 1000)
        self.assertEqual(more.stdout.readline().strip(), "1000")
        self.assertEqual(self.sign(1)[0], 200)
        for each in (holder, more):
            each.communicate("stop")

    def test_one_user_cannot_take_all_connections(self):
        holder = self.hold(self.bob, 5000)
        served = int(holder.stdout.readline())
        self.assertTrue(1000 < served < 5000, served)
        late = 'connection = dial(sys.argv[1]); print(json.dumps(ask(connection, "GET", "/")))'
        status, answer = json.loads(self.bob.run(late, self.gateway.socket))
        self.assertEqual((status, answer["error"]["code"]), (503, "too_many_connections"))
        self.assertEqual(self.sign(2)[0], 200)
        self.assertEqual(self.gateway.log().count(f"turned user {self.bob.uid} away"), 1)
        holder.communicate("stop")

    def test_pestering_neither_stops_signing_nor_fills_the_log(self):
        before = len(self.gateway.records())
        pests = [self.bob.spawn(PESTER, self.gateway.socket) for _ in range(4)]
        signed = 0
        end = time.monotonic() + 5
        while time.monotonic() < end:
            self.assertEqual(self.sign(1000 + signed)[0], 200)
            signed += 1
        tries = sum(int(each.communicate("stop\n")[0]) for each in pests)
        self.assertGreater(tries, 50)
        grown = len(self.gateway.records()) - before
        self.assertLess(grown - 2 * signed, 20, f"{tries} tries")


if __name__ == "__main__":
    unittest.main()
