"""Members, approvals and freezing, told through the command line."""

import unittest

from cases import (CONFLICT, DENIED, INVALID, MEMBERS, NOT_FOUND, OK, UNAUTHENTICATED,
                   FreshGatewayCase, GatewayCase)
from gateway import NO_APPROVAL, approval


class Story(FreshGatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.account("second")
        cls.gateway.signer("release", "rsa", approval("approver", signatures=5), MEMBERS)
        (cls.gateway.folder / "message").write_text("hello, world\n")

    def ask(self, account="engineer", *options):
        return self.gateway.json(account, "request", "create", "release", "--reason", "test",
                                 *options)["request"]["id"]

    def sign(self, account="engineer"):
        return self.gateway.run(account, "sign", "release", "--in",
                                self.gateway.folder / "message", "--out",
                                self.gateway.folder / "message.sig")

    def assert_denied(self, text, account="engineer", code=DENIED):
        done = self.sign(account)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertIn(text, done.stderr)

    # -- members ----------------------------------------------------------------------------------

    def test_unknown_and_invisible_are_the_same(self):
        hidden = self.gateway.http("second", "GET", "/v1/signers/release")
        missing = self.gateway.http("second", "GET", "/v1/signers/nothing")
        self.assertEqual(hidden[0], 404)
        self.assertEqual(hidden, missing)
        self.assertEqual(self.gateway.json("second", "signer", "list")["signers"], [])
        self.refused(NOT_FOUND, "", "second", "explain", "release")

    def test_auditor_neither_signs_nor_asks(self):
        self.refused(DENIED, "", "approver", "request", "create", "release", "--reason", "x")
        self.assert_denied("", "approver", code=NOT_FOUND)

    def test_product_admin_is_no_member(self):
        change = self.gateway.json("admin", "member", "add", "release", "admin", "--role",
                                   "operator")["change"]
        self.assertEqual(change["state"], "pending")
        self.refused(DENIED, "", "admin", "change", "consent", change["id"])
        self.refused(DENIED, "", "admin", "request", "create", "release", "--reason", "x")

    def test_removed_member_is_gone(self):
        self.gateway.approved_request("release", "engineer", "approver")
        self.gateway.cli("keeper", "member", "remove", "release", "engineer")
        self.assert_denied("", code=NOT_FOUND)

    def test_second_admin_is_asked_from_then_on(self):
        self.gateway.cli("keeper", "member", "add", "release", "second", "--role", "admin")
        change = self.gateway.json("keeper", "member", "add", "release", "admin", "--role",
                                   "operator")["change"]
        members = self.gateway.json("keeper", "member", "list", "release")["members"]
        self.assertNotIn("admin", [member["name"] for member in members])
        self.refused(NOT_FOUND, "no such member", "keeper", "member", "show", "release", "admin")
        self.gateway.cli("second", "change", "consent", change["id"])
        member = self.gateway.json("keeper", "member", "show", "release", "admin")["member"]
        self.assertEqual((member["name"], member["role"]), ("admin", "operator"))
        members = self.gateway.json("keeper", "member", "list", "release")["members"]
        self.assertIn("admin", [member["name"] for member in members])

    # -- approvals --------------------------------------------------------------------------------

    def test_requester_cannot_approve(self):
        self.gateway.set_policy("release", approval("approver", "engineer"))
        number = self.ask()
        self.refused(DENIED, "", "engineer", "request", "approve", number)
        self.assertEqual(self.request(number)["state"], "pending")

    def test_owner_cannot_approve_for_machine(self):
        self.gateway.account("robot", "--machine", "--owner", "approver")
        self.gateway.cli("keeper", "member", "add", "release", "robot", "--role", "operator")
        number = self.ask("robot")
        self.refused(DENIED, "", "approver", "request", "approve", number)

    def test_only_the_named_approve(self):
        number = self.ask()
        self.refused(DENIED, "", "keeper", "request", "approve", number)
        self.refused(NOT_FOUND, "", "second", "request", "approve", number)

    def test_two_distinct_people(self):
        self.gateway.cli("keeper", "member", "add", "release", "second", "--role", "auditor")
        self.gateway.set_policy("release", approval("approver", "second", count=2))
        number = self.ask()
        self.gateway.cli("approver", "request", "approve", number)
        self.refused(CONFLICT, "", "approver", "request", "approve", number)
        self.assertEqual(self.request(number)["state"], "pending")
        self.assert_denied("waits for its approval")
        self.gateway.cli("second", "request", "approve", number)
        self.assertEqual(self.request(number)["state"], "active")
        self.assertEqual(self.sign().returncode, OK)

    def test_count_is_never_exceeded(self):
        number = self.gateway.approved_request("release", "engineer", "approver", count=2)
        self.assertEqual(self.sign().returncode, OK)
        self.assertEqual(self.sign().returncode, OK)
        self.assert_denied("used up")
        self.assertEqual(self.request(number)["state"], "used_up")

    def test_approval_is_the_requesters_own(self):
        self.gateway.cli("keeper", "member", "add", "release", "second", "--role", "operator")
        self.gateway.approved_request("release", "engineer", "approver")
        self.assert_denied("needs an approval", "second")

    def test_more_than_the_ceiling_is_refused(self):
        for options in (("--count", 6), ("--window", "9h"), ("--count", 0), ("--window", "soon")):
            self.refused(INVALID, "", "engineer", "request", "create", "release", "--reason",
                         "x", *options)
        self.assertEqual(
            self.gateway.json("engineer", "request", "list", "--signer", "release")["requests"],
            [])

    def test_rejected_cancelled_revoked(self):
        rejected = self.ask()
        self.gateway.cli("approver", "request", "reject", rejected, "--comment", "not now")
        self.assert_denied(f"request {rejected} was rejected")
        cancelled = self.ask()
        self.refused(DENIED, "", "approver", "request", "cancel", cancelled)
        self.gateway.cli("engineer", "request", "cancel", cancelled)
        self.refused(CONFLICT, "", "approver", "request", "approve", cancelled)
        revoked = self.gateway.approved_request("release", "engineer", "approver")
        self.refused(DENIED, "", "engineer", "request", "revoke", revoked, "--comment", "x")
        self.gateway.cli("keeper", "request", "revoke", revoked, "--comment", "wrong build")
        self.assert_denied(f"request {revoked} was revoked")

    def test_new_policy_ends_what_was_approved(self):
        active = self.gateway.approved_request("release", "engineer", "approver")
        pending = self.ask()
        self.gateway.set_policy("release", approval("approver", signatures=2))
        self.assertEqual(self.request(active)["state"], "superseded")
        self.assertEqual(self.request(pending)["state"], "stale")
        self.assert_denied("policy")

    def test_no_policy_denies(self):
        self.gateway.signer("new", "p256", members=MEMBERS)
        done = self.gateway.run("engineer", "explain", "new")
        self.assertEqual(done.returncode, DENIED)
        self.assertIn("no_policy", done.stdout)

    def test_no_approval_where_the_policy_asks_none(self):
        self.gateway.set_policy("release", NO_APPROVAL)
        self.assertEqual(self.sign().returncode, OK)
        self.assertEqual(self.gateway.run("engineer", "explain", "release").returncode, OK)

    # -- freezing ---------------------------------------------------------------------------------

    def test_frozen_denies_whatever_was_approved(self):
        self.gateway.approved_request("release", "engineer", "approver")
        self.refused(DENIED, "", "engineer", "signer", "freeze", "release", "--reason", "x")
        self.gateway.cli("admin", "signer", "freeze", "release", "--reason", "laptop stolen")
        self.assert_denied("laptop stolen")
        self.refused(DENIED, "", "admin", "signer", "unfreeze", "release", "--reason", "x")
        self.gateway.cli("keeper", "signer", "unfreeze", "release", "--reason", "laptop found")
        self.assertEqual(self.sign().returncode, OK)


class Accounts(GatewayCase):
    def test_enrolment_code_works_once(self):
        self.refused(UNAUTHENTICATED, "", None, "token", "list")
        done = self.gateway.run(None, "token", "create", "--enrol",
                                input=self.gateway.codes["engineer"] + "\n")
        self.assertNotEqual(done.returncode, OK)
        self.assertEqual(done.stdout, "")
        self.assertNotIn(self.gateway.codes["engineer"], done.stderr)

    def test_revoked_token_names_nobody(self):
        self.gateway.account("leaver")
        token = self.gateway.json("leaver", "token", "list")["tokens"][0]["id"]
        self.refused(NOT_FOUND, "", "engineer", "token", "revoke", token)
        self.gateway.cli("leaver", "token", "revoke", token)
        self.refused(UNAUTHENTICATED, "", "leaver", "token", "list")

    def test_only_admins_manage(self):
        for arguments in (("account", "create", "x"), ("account", "list"), ("hsm", "list"),
                          ("hsm", "retry", "lab"), ("log", "list")):
            self.refused(DENIED, "", "engineer", *arguments)


if __name__ == "__main__":
    unittest.main()
