"""The life of a request as its people see it: asked for, looked at, talked about, answered in
somebody's place, signed, preapproved, in an emergency."""

import base64
import datetime
import hashlib
import json
import os
import pty
import secrets
import select
import subprocess
import time
import unittest

from cases import CONFLICT, DENIED, INVALID, MEMBERS, GatewayCase
from gateway import approval

HOSTILE = "\x1b]0;owned\x07 <b>bold</b> \u202egnp.exe & \"quoted\" \u009b31m"


def moment(**ahead):
    time_ = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**ahead)
    return time_.strftime("%Y-%m-%dT%H:%M:%SZ")


class Requests(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "p256", approval("approver", "keeper"), MEMBERS)
        (cls.gateway.folder / "app").write_text("app")

    def setUp(self):
        self.gateway.set_policy("release", approval("approver", "keeper"))

    def create(self, *options, account="engineer", reason="2.1"):
        return self.gateway.json(account, "request", "create", "release", "--reason", reason,
                                 *options)["request"]["id"]

    def show(self, number, account="approver"):
        return self.gateway.json(account, "request", "show", number)["request"]

    def sign(self, account="engineer"):
        return self.gateway.run(account, "sign", "release", "--in", self.gateway.folder / "app",
                                "--out", self.gateway.folder / "app.sig")

    def ask_by_signing(self, file, out, cwd=None, **more):
        """Has `countersign sign` ask, with `more` in its environment, and give up; the request."""
        done = subprocess.run(
            [self.gateway.build / "bin/countersign", "sign", "release", "--in",
             self.gateway.folder / file, "--out", out], cwd=cwd, stdin=subprocess.DEVNULL,
            env=self.gateway.environment("engineer", COUNTERSIGN_WAIT="1s", **more),
            capture_output=True)
        self.gateway.evidence.output(done.stdout, done.stderr)
        return self.gateway.json("engineer", "request", "list", "--limit",
                                 "1000")["requests"][-1]["id"]

    def test_the_inbox_shows_what_waits_oldest_first(self):
        first, second = self.create(), self.create()
        items = self.gateway.json("approver", "inbox")["items"]
        self.assertEqual([each["number"] for each in items if each["number"] in (first, second)],
                         [first, second])
        self.assertEqual(self.gateway.json("engineer", "inbox")["items"], [])
        self.gateway.cli("approver", "request", "approve", first)
        items = self.gateway.json("approver", "inbox")["items"]
        self.assertNotIn(first, [each["number"] for each in items])
        self.assertIn("request", self.gateway.cli("approver", "inbox"))

    def test_the_inbox_is_a_screen_with_keys(self):
        old = [each["number"] for each in self.gateway.json("approver", "inbox")["items"]]
        number, other = self.create(), self.create()
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        process = subprocess.Popen([self.gateway.build / "bin/countersign", "inbox"],
                                   env=self.gateway.environment("approver"), stdin=slave,
                                   stdout=slave, stderr=slave, close_fds=True)
        os.close(slave)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        seen = b""

        def until(text):
            nonlocal seen
            deadline = time.monotonic() + 30
            while text not in seen:
                ready, _, _ = select.select([master], [], [], max(0, deadline - time.monotonic()))
                self.assertTrue(ready, seen)
                seen += os.read(master, 65536)
            self.gateway.evidence.output(seen)
            shown, seen = seen, b""
            return shown

        until(b"q quit")
        for _ in old:
            os.write(master, b"j")
            until(b"q quit")
        os.write(master, b"\n")
        closer = until(b"any key goes back").decode()
        self.assertIn("attested", closer)
        os.write(master, b"x")
        until(b"q quit")
        os.write(master, b"a")
        until(b"comment")
        os.write(master, b"seen by eye\n")
        until(b"request %d approved" % number)
        os.write(master, b"r")
        until(b"why: ")
        os.write(master, b"wrong branch\n")
        until(b"request %d rejected" % other)
        os.write(master, b"q")
        self.assertEqual(process.wait(30), 0)
        self.assertEqual(self.show(number)["responses"][0]["comment"], "seen by eye")
        self.assertEqual(self.show(other)["state"], "rejected")

    def test_watching_ends_with_the_decision(self):
        for answer, options, code in (("approve", (), 0), ("reject", ("--comment", "no"), DENIED)):
            number = self.create()
            process = subprocess.Popen(
                [self.gateway.build / "bin/countersign", "request", "watch", str(number)],
                env=self.gateway.environment("engineer"), stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            said = process.stderr.readline()
            self.gateway.evidence.output(said)
            self.assertIn("is pending; step release lacks 1", said)
            self.gateway.cli("approver", "request", answer, number, *options)
            out, _ = self.gateway.evidence.hear(process, timeout=30)
            self.assertEqual(process.returncode, code)
            self.assertIn("state", out)

    def test_a_thread_of_comments_and_a_reminder(self):
        number = self.create()
        self.gateway.cli("approver", "request", "comment", number, "which branch is this?")
        self.gateway.cli("engineer", "request", "comment", number, "main")
        self.assertEqual([each["text"] for each in self.show(number)["comments"]],
                         ["which branch is this?", "main"])
        self.refused(DENIED, "does not allow", "approver", "request", "remind", number)
        self.gateway.cli("engineer", "request", "remind", number)
        self.refused(CONFLICT, "ago", "engineer", "request", "remind", number)
        said = [json.loads(each["body"])["data"].get("operation") for each in self.gateway.records()]
        self.assertIn("request.remind", said)

    def test_claimed_text_reaches_the_terminal_escaped(self):
        self.refused(INVALID, "control", "engineer", "request", "create", "release", "--reason",
                     HOSTILE)
        folder = self.gateway.folder / ("cwd" + HOSTILE.replace("/", ""))
        folder.mkdir(exist_ok=True)
        number = self.ask_by_signing("app", folder / "x", folder)
        shown = self.gateway.cli("approver", "request", "show", number)
        self.assertRegex(shown, r"claimed folder: .*cwd")
        for character in "\x1b\x07\u202e\u009b":
            self.assertNotIn(character, shown)
        answer = self.gateway.run("approver", "--json", "request", "show", str(number)).stdout
        for character in "\x1b\x07\u009b":
            self.assertNotIn(character, answer)
        self.assertIn("cwd", json.loads(answer)["request"]["claimed"]["folder"])

    def test_what_the_approver_sees(self):
        number = self.create("--count", "1")
        self.gateway.cli("approver", "request", "approve", number)
        self.assertEqual(self.sign().returncode, 0)
        (self.gateway.folder / "other").write_text("other")
        request = self.show(self.ask_by_signing(
            "other", self.gateway.folder / "x", COUNTERSIGN_METADATA="ticket=REL-7",
            CI_COMMIT_SHA="4f1c0ffee", GITHUB_JOB="sign-it", GITHUB_RUN_ID="77"))
        claimed = request["claimed"]
        self.assertEqual((claimed["commit"], claimed["job"], claimed["pipeline"], claimed["file"]),
                         ("4f1c0ffee", "sign-it", "77", "other"))
        self.assertNotIn("command", claimed)
        self.assertEqual(request["metadata"], {"ticket": "REL-7"})
        self.assertIn("attested.uid", request["attested"])
        self.assertEqual(request["signed_before"][0]["request"], number)
        self.assertEqual(request["steps"][0]["lacks"], 1)

    def test_the_command_line_is_told_where_that_is_enabled(self):
        self.gateway.write_client_config(claim_command_line=True,
                                         request_metadata={"ticket": "REL-8"})
        self.addCleanup(self.gateway.write_client_config)
        (self.gateway.folder / "third").write_text("third")
        request = self.show(self.ask_by_signing("third", self.gateway.folder / "x"))
        self.assertIn("sign release --in", request["claimed"]["command"])
        self.assertEqual(request["metadata"], {"ticket": "REL-8"})

    def test_a_colleague_answers_in_somebodys_place(self):
        self.gateway.set_policy("release", approval("approver"))
        number = self.create()
        self.refused(DENIED, "does not name you", "keeper", "request", "approve", number)
        delegation = self.gateway.json("approver", "delegation", "create", "keeper", "--until",
                                       moment(hours=1), "--reason", "holiday")["delegation"]
        self.assertEqual(delegation["state"], "holds")
        self.gateway.cli("keeper", "request", "approve", number)
        self.assertEqual(self.show(number)["responses"][0]["in_place_of"], "approver")
        self.assertIn("keeper", self.gateway.cli("approver", "delegation", "list"))
        self.gateway.cli("keeper", "delegation", "end", delegation["id"])
        self.refused(CONFLICT, "over already", "approver", "delegation", "end", delegation["id"])

    def test_a_signed_approval(self):
        policy = approval("approver")
        policy["approval"][0]["signed"] = True
        self.gateway.set_policy("release", policy)
        key = self.gateway.folder / "approve.key"
        self.gateway.tool(None, "openssl", "genpkey", "-algorithm", "ed25519", "-out", str(key))
        self.gateway.tool(None, "openssl", "pkey", "-in", str(key), "-pubout", "-out",
                          f"{key}.pub")
        self.gateway.json("approver", "approval-key", "add", f"{key}.pub", "--label", "laptop")
        self.refused(CONFLICT, "already", "approver", "approval-key", "add", f"{key}.pub")
        number = self.create()
        self.refused(INVALID, "signed approval", "approver", "request", "approve", number)
        key.chmod(0o644)
        self.refused(INVALID, "others may read", "approver", "request", "approve", number,
                     "--sign-with", key)
        key.chmod(0o600)
        self.gateway.cli("approver", "request", "approve", number, "--sign-with", key)
        response = self.show(number)["responses"][0]
        self.assertTrue(response["signature"])
        record = next(each for each in reversed(self.gateway.records())
                      if '"request.approve"' in each["body"])
        self.assertIn(response["signature"], record["body"].replace("\\/", "/"))

    def test_a_fresh_token_where_the_step_wants_one(self):
        policy = approval("approver")
        policy["approval"][0]["token_younger_than"] = "1h"
        self.gateway.set_policy("release", policy)
        number = self.create()
        self.gateway.cli("approver", "request", "approve", number)  # enrolled a moment ago
        policy["approval"][0]["client_certificate"] = True
        (self.gateway.folder / "policy.json").write_text(json.dumps(policy))
        self.refused(INVALID, "/policy/approval/0/client_certificate", "keeper", "policy", "set",
                     "release", self.gateway.folder / "policy.json", "--reason", "x")

    def test_preapproved_for_another(self):
        self.refused(DENIED, "does not", "engineer", "request", "preapprove", "release", "engineer",
                     "--reason", "x")
        request = self.gateway.json("keeper", "request", "preapprove", "release", "engineer",
                                    "--reason", "nightly", "--count", "1")["request"]
        self.assertEqual((request["kind"], request["state"], request["beneficiary"]),
                         ("preapproval", "active", "engineer"))
        self.assertEqual(self.sign().returncode, 0)
        self.assertEqual(self.show(request["id"])["state"], "used_up")

    def test_an_emergency_and_its_review(self):
        policy = approval("approver")
        policy["break_glass"] = {"members": ["engineer"], "signatures": 1, "window": "1h",
                                 "token_younger_than": "1h", "reviewers": ["approver"],
                                 "review_within": "1d"}
        self.gateway.set_policy("release", policy)
        self.refused(DENIED, "does not name you", "keeper", "request", "break-glass", "release",
                     "--reason", "outage")
        request = self.gateway.json("engineer", "request", "break-glass", "release", "--reason",
                                    "outage")["request"]
        self.assertEqual(self.sign().returncode, 0)
        items = self.gateway.json("approver", "inbox")["items"]
        self.assertIn(("review", request["id"]), [(each["kind"], each["number"]) for each in items])
        self.refused(DENIED, "your own", "engineer", "request", "review", request["id"], "--comment",
                     "fine")
        self.gateway.cli("approver", "request", "review", request["id"], "--comment", "fine")
        self.assertEqual(self.show(request["id"])["review"]["account"], "approver")

    def test_it_begins_later(self):
        number = self.create("--from", moment(hours=1), "--window", "1h")
        self.gateway.cli("approver", "request", "approve", number)
        done = self.sign()
        self.assertEqual(done.returncode, DENIED)
        self.assertRegex(done.stderr, r"holds from \d{4}-.* on")
        self.gateway.cli("keeper", "request", "revoke", number, "--comment", "not today")

    def decided(self, door):
        """The code by which a signature of "app" was decided, through one of the doors."""
        if door == "command line":
            done = self.gateway.run("engineer", "--json", "sign", "release", "--in",
                                    self.gateway.folder / "app", "--out",
                                    self.gateway.folder / "app.sig")
            answer = json.loads(done.stdout or done.stderr)
            return answer["error"]["code"] if "error" in answer else "ok"
        if door == "API":
            digest = hashlib.sha256(b"app").digest()
            _, answer = self.gateway.http(
                "engineer", "POST", "/v1/signers/1/signatures",
                {"operation": secrets.token_hex(16), "digest": base64.b64encode(digest).decode(),
                 "algorithm": {"scheme": "ecdsa", "hash": "sha256"}})
            return answer["error"]["code"] if "error" in answer else "ok"
        tool = self.gateway.tool(
            "engineer", "pkcs11-tool", "--module", self.gateway.module, "--token-label", "release",
            "--sign", "--mechanism", "ECDSA-SHA256", "--input-file", "app", "--output-file", "out")
        if tool.returncode == 0:
            return "ok"
        said = {b"have changed since": "approval_superseded", b"are used up": "approval_used_up",
                b"is frozen": "signer_frozen"}
        return next((code for text, code in said.items() if text in tool.stderr), "no such slot")

    def test_every_door_decides_alike(self):
        approve = lambda: self.gateway.approved_request("release", "engineer", "approver")
        facts = (("approval_superseded", lambda: None, lambda: None),
                 ("ok", approve, lambda: None),
                 ("approval_used_up", lambda: None, lambda: None),
                 ("signer_frozen",
                  lambda: self.gateway.cli("keeper", "signer", "freeze", "release", "--reason", "x"),
                  lambda: self.gateway.cli("keeper", "signer", "unfreeze", "release", "--reason",
                                           "x")),
                 ("not_a_signing_member",
                  lambda: self.gateway.cli("keeper", "member", "add", "release", "engineer", "--role",
                                           "auditor"),
                  lambda: self.gateway.cli("keeper", "member", "add", "release", "engineer", "--role",
                                           "operator")))
        for door in ("command line", "API", "module"):
            self.create()
            self.gateway.set_policy("release", approval("approver", "keeper", signatures=7))
            self.gateway.set_policy("release", approval("approver", "keeper"))
            for code, before, after in facts:
                before()
                found = self.decided(door)
                after()
                # Who may not sign with it sees no slot, and no such signer to sign with.
                hidden = code == "not_a_signing_member" and found != code
                self.assertTrue(found == code or hidden and door != "API", (door, code, found))

    def test_a_hundred_thousand_digests(self):
        self.gateway.set_policy("release", approval("approver", signatures=1_000_000))
        listed = self.gateway.folder / "manifest"
        listed.write_text("".join(f"{i:064x}  packages/some-package-{i}.deb\n"
                                  for i in range(1 << 140, (1 << 140) + 99_999)) +
                          subprocess.run(["sha256sum", "app"], cwd=self.gateway.folder, check=True,
                                         capture_output=True, text=True).stdout)
        number = self.create("--digest-file", listed)
        self.gateway.cli("approver", "request", "approve", number)
        self.assertEqual(self.sign().returncode, 0)
        self.assertEqual(self.show(number)["used"], 1)
        self.assertEqual(self.show(number)["count"], 100_000)
        listed.write_text(listed.read_text() + f"{7:064x}  one-more\n")
        self.refused(INVALID, "100,000", "engineer", "request", "create", "release", "--reason",
                     "x", "--digest-file", listed)


if __name__ == "__main__":
    unittest.main()
