"""Gateways, settings, metadata types and what a signer's admin changes of it, as people use them."""

import datetime
import json
import subprocess
import unittest

from cases import CONFLICT, DENIED, INVALID, MEMBERS, NOT_FOUND, GatewayCase
from gateway import approval


class KnownGateways(GatewayCase):
    def test_the_gateway_knows_itself(self):
        self.refused(DENIED, "does not allow", "engineer", "gateway", "list")
        gateways = self.gateway.json("admin", "gateway", "list")["gateways"]
        self.assertEqual([(each["shape"], each["host"]) for each in gateways],
                         [("daemon" if self.shape == "gateway" else "embedded",
                           subprocess.run(["hostname"], check=True, capture_output=True,
                                          text=True).stdout.strip())])
        shown = self.gateway.json("admin", "gateway", "show", gateways[0]["id"])["gateway"]
        self.assertEqual(shown, gateways[0])
        version = self.gateway.json("admin", "status")["version"]
        self.assertEqual(shown["version"], version)
        self.refused(CONFLICT, "was at work", "admin", "gateway", "forget", shown["id"])
        self.refused(NOT_FOUND, "no such gateway", "admin", "gateway", "show", 77)


class EmbeddedGateways(KnownGateways):
    shape = "embedded"


class Administration(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.account("outsider")

    def test_settings_hold_from_then_on(self):
        self.assertEqual(self.gateway.json("outsider", "settings", "show")["settings"], [])
        settings = {each["name"]: each["value"]
                    for each in self.gateway.json("admin", "settings", "show")["settings"]}
        self.assertEqual(settings["enrolment_code_lifetime"], "1d")
        self.refused(INVALID, "cannot be", "admin", "settings", "set", "token_lifetime", "1000d")
        self.refused(DENIED, "does not allow", "outsider", "settings", "set", "token_lifetime", "1d")
        self.gateway.cli("admin", "settings", "set", "token_lifetime", "12h")
        token = self.gateway.json("engineer", "token", "create")["token"]
        created, expires = (datetime.datetime.fromisoformat(token[name].replace("Z", "+00:00"))
                            for name in ("created", "expires"))
        self.assertEqual(expires - created, datetime.timedelta(hours=12))
        self.assertIn("token_lifetime", self.gateway.cli("admin", "settings", "set",
                                                         "token_lifetime", "default"))

    def test_a_policy_demands_a_field_by_its_type(self):
        self.refused(DENIED, "does not allow", "keeper", "metadata-type", "create", "ticket",
                     "--kind", "text")
        self.refused(INVALID, "/pattern", "admin", "metadata-type", "create", "ticket", "--kind",
                     "pattern")
        made = self.gateway.json("admin", "metadata-type", "create", "ticket", "--kind", "pattern",
                                 "--pattern", "[A-Z]+-[0-9]+", "--description", "of the tracker")
        self.assertEqual(made["metadata_type"]["pattern"], "[A-Z]+-[0-9]+")
        self.gateway.cli("admin", "metadata-type", "create", "branch", "--kind", "choice",
                         "--choices", "main,next")
        for body, field in (({"kind": "text", "required": False}, "/required"), ({"name": "x"}, "/name")):
            status, answer = self.gateway.http("admin", "PUT", "/v1/metadata-types/ticket", body)
            self.assertEqual(status, 400)
            self.assertIn(field, answer["error"]["message"])
        self.gateway.cli("admin", "metadata-type", "change", "ticket", "--description", "of ours")
        shown = self.gateway.json("admin", "metadata-type", "show", "Ticket")["metadata_type"]
        self.assertEqual((shown["kind"], shown["description"]), ("pattern", "of ours"))
        listed = self.gateway.cli("admin", "metadata-type", "list")
        self.assertRegex(listed, r"branch +choice +main, next")

        policy = approval("approver")
        policy["demands"] = {"metadata": [{"type": "ticket"}, {"type": "branch", "required": False}]}
        self.gateway.set_policy("release", policy)
        self.refused(INVALID, "demands the field ticket", "engineer", "request", "create", "release",
                     "--reason", "x")
        self.refused(INVALID, "does not match", "engineer", "request", "create", "release",
                     "--reason", "x", "--metadata", "ticket=12")
        self.gateway.cli("admin", "metadata-type", "delete", "ticket")
        self.gateway.cli("engineer", "request", "create", "release", "--reason", "x", "--metadata",
                         "ticket=AB-12")
        self.refused(INVALID, "/policy/demands/metadata/0/type", "keeper", "policy", "set",
                     "release", self.gateway.folder / "policy.json", "--reason", "again")
        document = {"version": 1, "signers": json.loads(self.gateway.cli("admin", "export"))["signers"]}
        document["signers"][0]["policy"]["demands"]["metadata"] = [{"type": "none"}]
        file = self.gateway.folder / "document.json"
        file.write_text(json.dumps(document))
        self.refused(INVALID, "/signers/0/policy/demands/metadata/0/type", "admin", "apply", file)
        self.gateway.set_policy("release", approval("approver"))

    def test_who_sees_a_signer_sees_its_records(self):
        self.gateway.cli("engineer", "request", "create", "release", "--reason", "for the records")
        answer = self.gateway.json("approver", "signer", "records", "release")
        self.assertEqual({each["signer"] for each in answer["records"]}, {1})
        self.assertIn("for the records", json.dumps(answer))
        self.assertEqual(answer["names"]["signers"], {"1": "release"})
        page = self.gateway.json("approver", "signer", "records", "release", "--limit", 1)
        self.assertTrue(page["more"])
        rest = self.gateway.json("approver", "signer", "records", "release", "--after", page["next"])
        self.assertEqual(page["records"] + rest["records"], answer["records"])
        self.assertIn("signer.create", self.gateway.cli("admin", "signer", "records", "release"))
        self.refused(NOT_FOUND, "no such signer", "outsider", "signer", "records", "release")
        self.refused(DENIED, "does not allow", "approver", "log", "list")

    def test_a_signers_admin_describes_it_and_renews_its_certificate(self):
        self.refused(DENIED, "does not allow", "engineer", "signer", "change", "release",
                     "--description", "mine")
        signer = self.gateway.json("keeper", "signer", "change", "release", "--description",
                                   "of the shop")["signer"]
        self.assertEqual(signer["description"], "of the shop")
        pem = self.gateway.token / "p256.pem"
        self.refused(INVALID, "not that of the key", "keeper", "signer", "change", "release",
                     "--cert", pem)
        before = self.gateway.json("engineer", "certificate", "show", "release")["certificate"]
        renewed = self.gateway.folder / "renewed.pem"
        renewed.write_text((self.gateway.token / "rsa.pem").read_text() + pem.read_text())
        self.gateway.cli("keeper", "signer", "change", "release", "--cert", renewed)
        shown = self.gateway.json("engineer", "certificate", "show", "release")["certificate"]
        self.assertEqual(shown["certificate"], before["certificate"])
        self.assertGreater(len(shown["chain"]), len(before["chain"]))
        self.gateway.cli("keeper", "signer", "change", "release", "--cert",
                         self.gateway.token / "rsa.pem")


if __name__ == "__main__":
    unittest.main()
