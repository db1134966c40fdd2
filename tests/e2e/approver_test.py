"""Steps that name a group or a claim, as people set and answer them."""

import grp
import os
import pwd
import unittest

from cases import DENIED, MEMBERS, GatewayCase
from gateway import approval


class Approvers(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        for name in ("helper", "outsider"):
            cls.gateway.account(name)

    def ask(self):
        return self.gateway.json("engineer", "request", "create", "release", "--reason",
                                 "version 2")["request"]["id"]

    def test_a_group_answers_by_whoever_is_in_it(self):
        self.gateway.cli("admin", "group", "create", "helpers")
        self.gateway.cli("admin", "group", "add", "helpers", "helper")
        for approver, flaw in (("group:helpers", "which is no member"),
                               ("group:nobody", "who is nobody here")):
            with self.assertRaisesRegex(RuntimeError, f"names {approver}, {flaw}"):
                self.gateway.set_policy("release", approval(approver))
        self.gateway.cli("keeper", "member", "add", "release", "helpers", "--role", "auditor")
        self.gateway.set_policy("release", approval("group:helpers"))
        number = self.ask()
        self.refused(DENIED, "", "approver", "request", "approve", number)
        answered = self.gateway.json("helper", "request", "approve", number)["request"]
        self.assertEqual(answered["state"], "active")

    def test_a_claim_answers_by_whoever_brings_it(self):
        claim = "unix:group:" + grp.getgrgid(os.getgid()).gr_name
        self.gateway.account("local", "--unix-user", pwd.getpwuid(os.getuid()).pw_name)
        self.gateway.cli("admin", "claim", "create", "group", claim.split(":")[2])
        self.gateway.cli("keeper", "member", "add", "release", claim, "--role", "auditor")
        self.gateway.set_policy("release", approval(claim))
        number = self.ask()
        self.refused(DENIED, "", "approver", "request", "approve", number)
        done = self.gateway.run("local", "request", "approve", number)
        self.assertNotEqual(done.returncode, 0, "a token brings no claim")
        answered = self.gateway.json(None, "request", "approve", number)["request"]
        self.assertEqual(answered["state"], "active")
        self.gateway.set_policy("release", approval("approver"))


if __name__ == "__main__":
    unittest.main()
