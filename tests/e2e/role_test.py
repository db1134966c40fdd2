"""Roles, permission sets and groups, as people use them: what they give, and what they never give."""

import json
import tempfile
import unittest

from cases import CONFLICT, DENIED, INVALID, MEMBERS, NOT_FOUND, GatewayCase
from gateway import approval


class Roles(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.cli("engineer", "request", "create", "release", "--reason", "version 2")
        cls.gateway.account("auditor")
        cls.gateway.account("rooted")

    def test_a_group_gives_its_members_the_role_it_holds(self):
        self.refused(DENIED, "does not allow", "auditor", "log", "list")
        self.gateway.cli("admin", "role", "create", "log-reader", "--permissions",
                         "/auditing/read/,/signers/read/1/", "--description", "reads the log")
        self.gateway.cli("admin", "group", "create", "readers")
        self.gateway.cli("admin", "group", "add", "readers", "auditor")
        self.gateway.cli("admin", "role", "grant", "log-reader", "readers")
        self.assertTrue(self.gateway.json("auditor", "log", "list")["records"])
        signers = self.gateway.json("auditor", "signer", "list")["signers"]
        self.assertEqual([each["name"] for each in signers], ["release"])
        self.assertEqual(signers[0]["certificate"], "")
        self.assertFalse(signers[0]["may_sign"])
        requests = self.gateway.json("auditor", "request", "list", "--signer", "release")
        self.assertEqual([each["requester"] for each in requests["requests"]], ["engineer"])

        answer = self.gateway.json("auditor", "access", "check", "--permission", "/auditing/read/")
        self.assertTrue(answer["allowed"])
        self.assertEqual([(each["kind"], each["name"]) for each in answer["chain"]],
                         [("group", "readers"), ("role", "log-reader"),
                          ("permission set", "Global (/)"), ("string", "/auditing/read/")])
        role = self.gateway.json("admin", "role", "show", "Log-Reader")["role"]
        self.assertEqual(role["holders"], [{"name": "readers", "kind": "group"}])

        self.gateway.cli("admin", "group", "remove", "readers", "auditor")
        self.refused(DENIED, "does not allow", "auditor", "log", "list")
        self.refused(NOT_FOUND, "no such signer", "auditor", "signer", "show", "release")

    def test_access_is_told_to_oneself_and_to_who_may_read_accounts(self):
        answer = self.gateway.json("admin", "access", "check", "--as", "engineer", "--signer",
                                   "release", "--action", "sign")
        self.assertEqual((answer["permission"], answer["allowed"], answer["reason"]),
                         ("/signers/sign/1/", True, "membership signer operator of release"))
        answer = self.gateway.json("approver", "access", "check", "--signer", "release",
                                   "--action", "sign")
        self.assertFalse(answer["allowed"])
        self.refused(NOT_FOUND, "no such account", "approver", "access", "check", "--as", "engineer",
                     "--permission", "/auditing/read/")
        self.refused(NOT_FOUND, "no such signer", "auditor", "access", "check", "--signer", "release",
                     "--action", "sign")
        self.refused(INVALID, "an action on a signer", "auditor", "access", "check")

    def test_a_set_caps_its_roles(self):
        self.gateway.cli("admin", "permission-set", "create", "watching", "--permissions",
                         "/auditing/,/monitoring/")
        self.refused(DENIED, "/security/read/", "admin", "role", "create", "watcher",
                     "--permissions", "/security/read/", "--permission-set", "watching")
        role = self.gateway.json("admin", "role", "create", "watcher", "--permissions",
                                 "/monitoring/,/auditing/read/", "--permission-set", "watching")
        self.assertEqual(role["role"]["without_operations"], ["/monitoring/"])
        self.refused(CONFLICT, "is in the set", "admin", "permission-set", "delete", "watching")
        self.refused(INVALID, "is covered by", "admin", "role", "change", "watcher",
                     "--permissions", "/auditing/,/auditing/read/")

    def test_a_role_of_another_system(self):
        document = {"Name": "Power Users", "PermissionSetId": "4f1c", "Enabled": True,
                    "Permissions": ["Auditing: Read", "/reports/", "/signers/sign/1/"],
                    "Claims": [{"ClaimType": "User", "ClaimValue": "EXAMPLE\\dana",
                                "ProviderAuthenticationScheme": "Directory"}]}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            self.refused(INVALID, "role name", "admin", "role", "import", file.name,
                         "--permission-set", "Global")
            self.refused(INVALID, "no permission set 4f1c", "admin", "role", "import", file.name,
                         "--name", "power-users")
            answer = self.gateway.json("admin", "role", "import", file.name, "--name", "power-users",
                                       "--permission-set", "Global")
        self.assertEqual([(each["string"], each["result"]) for each in answer["report"]],
                         [("/auditing/read/", "taken"), ("/reports/", "taken_without_operation"),
                          ("/signers/sign/1/", "refused")])
        self.assertEqual(answer["report"][2]["code"], "by_membership")
        self.assertEqual([each["code"] for each in answer["claims"]], ["no_such_provider"])
        self.assertEqual(answer["ignored"], ["Enabled"])
        role = self.gateway.json("admin", "role", "show", "power-users")["role"]
        self.assertEqual(role["permissions"], ["/auditing/read/", "/reports/"])

    def test_root_never_signs(self):
        self.gateway.cli("admin", "role", "create", "root", "--permissions", "/")
        self.gateway.cli("admin", "role", "grant", "root", "rooted")
        self.refused(DENIED, "would give", "admin", "role", "grant", "root", "admin")
        self.assertNotEqual(
            self.gateway.json("rooted", "signer", "show", "release")["signer"]["certificate"], "")
        wish = {"operation": "1" * 32, "algorithm": {"scheme": "rsa-pkcs1", "hash": "sha256"},
                "digest": "ZxyZ3xuL8qz4PQv0CGS5BUi5Rk6qEkJUDhYbFqvTqxg="}
        status, answer = self.gateway.http("rooted", "POST", "/v1/signers/release/signatures", wish)
        self.assertEqual((status, answer["error"]["code"]), (403, "not_a_signing_member"))
        change = self.gateway.json("rooted", "member", "add", "release", "rooted", "--role",
                                   "operator")["change"]
        self.refused(DENIED, "is your own", "rooted", "change", "consent", change["id"])
        self.refused(DENIED, "does not ask for your consent", "admin", "change", "consent",
                     change["id"])
        self.refused(INVALID, "membership only", "rooted", "role", "create", "signing",
                     "--permissions", "/signers/sign/1/")


if __name__ == "__main__":
    unittest.main()
