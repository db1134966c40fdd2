"""Changes that take the consent of others, as people make them."""

import grp
import json
import os
import pwd
import unittest

from cases import CONFLICT, DENIED, MEMBERS, NOT_FOUND, GatewayCase
from gateway import NO_APPROVAL, approval


class Consent(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        for name in ("mate", "outsider"):
            cls.gateway.account(name)

    def test_a_second_admin_consents_from_then_on(self):
        self.gateway.cli("keeper", "member", "add", "release", "mate", "--role", "admin")
        waiting = self.gateway.json("keeper", "member", "add", "release", "outsider", "--role",
                                    "operator")["change"]
        self.assertEqual((waiting["state"], waiting["effect"]),
                         ("pending", "release: outsider as operator"))
        number = waiting["id"]
        self.refused(NOT_FOUND, "no such signer", "outsider", "signer", "show", "release")
        self.refused(NOT_FOUND, "no such change", "outsider", "change", "show", number)
        self.refused(DENIED, "is your own", "keeper", "change", "consent", number)
        self.refused(DENIED, "does not ask for your consent", "engineer", "change", "consent",
                     number)
        listed = self.gateway.json("mate", "change", "list", "--state", "pending")["changes"]
        self.assertEqual([each["id"] for each in listed], [number])
        made = self.gateway.json("mate", "change", "consent", number, "--comment", "fine")["change"]
        self.assertEqual(made["state"], "applied")
        members = self.gateway.json("outsider", "member", "list", "release")["members"]
        self.assertIn({"name": "outsider", "kind": "user", "role": "operator"}, members)
        access = self.gateway.json("mate", "access", "who", "release")["access"]
        self.assertEqual([(each["name"], each["may_sign"], each["may_approve"], each["may_change"],
                           each["through"]) for each in access if each["name"] in ("mate", "approver")],
                         [("approver", False, True, False, "membership signer auditor of release"),
                          ("mate", True, False, True, "membership signer admin of release")])

        explained = json.loads(self.gateway.run("outsider", "--json", "explain", "release").stdout)
        self.assertEqual(explained["access"], "membership signer operator of release")
        self.refused(DENIED, "does not allow", "outsider", "access", "review")
        review = self.gateway.json("admin", "access", "review", "--unused-days", "1")
        self.assertEqual((review["unused_days"], review["unused"], review["machines"]), (1, [], []))
        self.assertIn({"signer": "release", "step": "release", "needs": 1, "people": 1},
                      review["steps"])
        text = self.gateway.cli("admin", "access", "review")
        self.assertIn("steps that few can complete: 1", text)

        policy = self.gateway.folder / "none.json"
        policy.write_text(json.dumps(NO_APPROVAL))
        waiting = self.gateway.json("keeper", "policy", "set", "release", policy, "--reason",
                                    "faster")["change"]
        gone = self.gateway.json("mate", "change", "reject", waiting["id"], "--comment", "no")
        self.assertEqual(gone["change"]["state"], "rejected")
        self.refused(CONFLICT, "would be left with 1 of the 2 admins", "keeper", "member", "remove",
                     "release", "mate")
        self.gateway.cli("keeper", "member", "remove", "release", "mate", "--force")
        signer = self.gateway.json("keeper", "signer", "show", "release")["signer"]
        self.assertEqual(signer["state"], "frozen")

    def test_the_kernels_word_gives_what_a_group_of_the_host_holds(self):
        name = grp.getgrgid(os.getgid()).gr_name
        login = pwd.getpwuid(os.getuid()).pw_name
        self.gateway.account("local", "--unix-user", login)
        self.gateway.cli("admin", "claim", "create", "group", name)
        self.gateway.cli("admin", "role", "create", "log-reader", "--permissions", "/auditing/read/")
        self.refused(DENIED, "does not allow", None, "log", "list")
        self.gateway.cli("admin", "role", "grant", "log-reader", f"unix:group:{name}")
        self.assertTrue(self.gateway.json(None, "log", "list")["records"])
        chain = self.gateway.json(None, "access", "check", "--permission", "/auditing/read/")["chain"]
        self.assertEqual(chain[0], {"kind": "claim", "name": f"unix:group:{name}"})
        self.refused(DENIED, "does not allow", "local", "log", "list")
        self.gateway.cli("admin", "claim", "delete", f"unix:group:{name}")
        self.refused(DENIED, "does not allow", None, "log", "list")


if __name__ == "__main__":
    unittest.main()
