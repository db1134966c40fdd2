"""Applications, as people use them: who sees what is in them, and what nobody else learns."""

import unittest

from cases import CONFLICT, DENIED, MEMBERS, NOT_FOUND, GatewayCase
from gateway import approval


class Applications(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        for name in ("watcher", "stranger"):
            cls.gateway.account(name)
        cls.gateway.cli("admin", "application", "create", "web", "--admin", "keeper",
                        "--description", "the shop")

    def test_members_see_the_signers_and_use_none(self):
        self.refused(NOT_FOUND, "no such signer", "watcher", "signer", "show", "release")
        application = self.gateway.json("keeper", "application", "add-signer", "web", "release")
        self.assertEqual(application["application"]["signers"], ["release"])
        self.gateway.cli("admin", "group", "create", "watchers")
        self.gateway.cli("admin", "group", "add", "watchers", "watcher")
        members = self.gateway.json("keeper", "application", "add-member", "web", "watchers",
                                    "--role", "auditor")["members"]
        self.assertEqual(members, [{"name": "keeper", "kind": "user", "role": "admin"},
                                   {"name": "watchers", "kind": "group", "role": "auditor"}])

        self.gateway.cli("engineer", "request", "create", "release", "--reason", "version 2")
        signers = self.gateway.json("watcher", "signer", "list")["signers"]
        self.assertEqual([each["name"] for each in signers], ["release"])
        self.assertNotEqual(signers[0]["certificate"], "")
        self.assertEqual((signers[0]["may_sign"], signers[0]["application"]), (False, "web"))
        requests = self.gateway.json("watcher", "request", "list")["requests"]
        self.assertEqual([each["requester"] for each in requests], ["engineer"])
        self.refused(DENIED, "does not allow", "watcher", "signer", "freeze", "release", "--reason", "x")
        self.refused(DENIED, "does not allow", "watcher", "application", "change", "web",
                     "--description", "mine")
        check = self.gateway.json("watcher", "access", "check", "--permission", "/signers/read/1/")
        self.assertEqual([(each["kind"], each["name"]) for each in check["chain"]],
                         [("group", "watchers"), ("membership", "application auditor of web")])

        self.refused(CONFLICT, "signers or containers in the application", "keeper", "application", "delete", "web")
        self.gateway.cli("keeper", "application", "remove-member", "web", "watchers")
        self.refused(NOT_FOUND, "no such signer", "watcher", "signer", "show", "release")

    def test_who_is_no_admin_of_it_proposes_its_members(self):
        self.gateway.cli("admin", "application", "create", "shop", "--admin", "keeper")
        change = self.gateway.json("admin", "application", "add-member", "shop", "watcher",
                                   "--role", "operator")["change"]
        self.assertEqual(change["parts"], [{"of": "application shop", "to": "members",
                                            "needs": 1, "consents": 0}])
        self.assertEqual(change["effect"], "application shop: watcher as operator")
        number = str(change["id"])
        self.refused(NOT_FOUND, "no such change", "watcher", "change", "show", number)
        self.assertEqual(self.gateway.json("keeper", "change", "consent", number)["change"]["state"],
                         "applied")
        members = self.gateway.json("watcher", "application", "members", "shop")["members"]
        self.assertEqual([each["name"] for each in members], ["keeper", "watcher"])
        answer = self.gateway.run("admin", "application", "remove-member", "shop", "watcher")
        self.assertEqual(answer.returncode, 0)
        self.assertIn("waits for consent", answer.stderr)

    def test_to_others_it_does_not_exist(self):
        self.assertEqual(self.gateway.json("stranger", "application", "list")["applications"], [])
        self.assertEqual(self.gateway.http("stranger", "GET", "/v1/applications/web"),
                         self.gateway.http("stranger", "GET", "/v1/applications/none"))
        self.assertEqual(self.gateway.http("stranger", "GET", "/v1/applications/1"),
                         self.gateway.http("stranger", "GET", "/v1/applications/77"))
        self.gateway.cli("engineer", "request", "create", "release", "--reason", "version 3")
        for hidden, absent in (("signers/release", "signers/none"), ("signers/1", "signers/77"),
                               ("requests/1", "requests/77"), ("signers/1/members", "signers/77/members")):
            self.assertEqual(self.gateway.http("stranger", "GET", "/v1/" + hidden),
                             self.gateway.http("stranger", "GET", "/v1/" + absent))
        self.refused(NOT_FOUND, "no such application", "stranger", "application", "members", "web")
        # A member of the signer who is none of the application learns nothing of it either.
        self.assertNotIn("application",
                         self.gateway.json("engineer", "signer", "show", "release")["signer"])


if __name__ == "__main__":
    unittest.main()
