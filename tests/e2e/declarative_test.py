"""The whole policy as a document, as people use it: exported, looked at, applied."""

import json
import unittest

from cases import CONFLICT, DENIED, INVALID, MEMBERS, GatewayCase
from gateway import approval


class Declarative(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.account("outsider")
        cls.gateway.cli("admin", "role", "create", "viewer", "--permissions", "/signers/read/")
        cls.gateway.cli("admin", "role", "grant", "viewer", "outsider")

    def export(self, account="admin"):
        return json.loads(self.gateway.cli(account, "export"))

    def file(self, document):
        path = self.gateway.folder / "policy-document.json"
        path.write_text(json.dumps(document))
        return path

    def apply(self, account, document, *options):
        return self.gateway.json(account, "apply", self.file(document), *options)

    def test_an_export_is_stable_and_changes_nothing(self):
        first = self.gateway.cli("admin", "export")
        self.assertEqual(self.gateway.cli("admin", "export"), first)
        self.assertEqual(self.gateway.cli("admin", "export", "--json").strip(),
                         json.dumps(json.loads(first), separators=(",", ":"), sort_keys=True))
        answer = self.apply("admin", json.loads(first))
        self.assertEqual((answer["plan"], answer["left_out"], answer["result"]), ([], [], "unchanged"))
        self.refused(DENIED, "/identity_providers takes the right /identity_providers/read/",
                     "outsider", "apply", self.file(json.loads(first)))
        self.refused(DENIED, "does not allow: export", "keeper", "export")
        for secret in ("cs_", "cse_", *self.gateway.tokens.values()):
            self.assertNotIn(secret, first)

    def test_a_plan_is_shown_and_then_made(self):
        document = self.export()
        document["groups"].append({"name": "builders", "members": ["engineer"]})
        document["roles"].append({"name": "auditing", "permissions": ["/auditing/read/"],
                                  "holders": ["builders"]})
        shown = self.gateway.cli("admin", "apply", self.file(document), "--dry-run")
        for line in ("group create builders", "group add builders engineer",
                     "role create auditing", "role grant auditing builders",
                     "all of it would be made at once"):
            self.assertIn(line, shown)
        self.assertNotIn("builders", json.dumps(self.export()))
        self.assertEqual(self.apply("admin", document, "--reason", "as agreed")["result"], "made")
        self.gateway.cli("engineer", "log", "list")
        self.assertEqual(self.apply("admin", document)["result"], "unchanged")
        document["groups"] = [each for each in document["groups"] if each["name"] != "builders"]
        self.refused(INVALID, "/roles", "admin", "apply", self.file(
            {**document, "roles": [{"name": "1", "permissions": [], "holders": []}]}))
        self.refused(CONFLICT, "/groups/0: group create approver", "admin", "apply", self.file(
            {"version": 1, "groups": [{"name": "approver", "members": []}]}))
        self.assertIn("builders", json.dumps(self.export()), "nothing of it was made")

    def test_what_takes_consent_waits_as_one(self):
        document = self.export()
        document["groups"].append({"name": "helpers", "members": []})
        signer = document["signers"][0]
        signer["members"].append({"principal": "outsider", "role": "operator"})
        dry = self.apply("admin", document, "--dry-run")
        self.assertEqual((dry["result"], dry["change"]["effect"]),
                         ("waits", "release: outsider as operator"))
        self.assertEqual(self.gateway.json("keeper", "change", "list", "--state", "pending")["changes"], [])
        waiting = self.apply("admin", document)["change"]
        seen = self.gateway.json("keeper", "change", "show", waiting["id"])["change"]
        self.assertEqual([each["text"] for each in seen["arguments"]["steps"]],
                         ["member add release outsider --role operator"],
                         "the group is none of keeper's business")
        made = self.gateway.json("keeper", "change", "consent", waiting["id"])["change"]
        self.assertEqual(made["state"], "applied")
        self.assertEqual(self.apply("admin", document)["result"], "unchanged")
        self.assertTrue(self.gateway.json("outsider", "signer", "show", "release")["signer"]["may_sign"])

    def test_a_signer_is_made_of_a_document(self):
        document = {"version": 1, "signers": self.export()["signers"]}
        release = self.gateway.json("engineer", "signer", "show", "release")["signer"]
        other = {**document["signers"][0], "name": "other", "certificates": [release["certificate"]]}
        self.refused(CONFLICT, "/signers/0: signer create other: the key belongs to signer release",
                     "admin", "apply", self.file({"version": 1, "signers": [other]}))
        other["public_key"] = "AAEC"
        self.refused(DENIED, "does not allow: signer create", "outsider", "apply",
                     self.file({"version": 1, "signers": [other]}))
        self.refused(CONFLICT, "/signers/0: the key on the token is another one", "admin", "apply",
                     self.file({"version": 1, "signers": [other]}))


if __name__ == "__main__":
    unittest.main()
