"""Certificates of signers and collections of them, as people use them."""

import subprocess
import unittest

from cases import DENIED, INVALID, MEMBERS, NOT_FOUND, GatewayCase
from gateway import approval


class Certificates(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.signer("nightly", "p256")
        for name in ("curator", "watcher"):
            cls.gateway.account(name)
        cls.gateway.cli("admin", "role", "create", "curating", "--permissions",
                        "/certificates/collections/modify/,/certificates/collections/read/")
        cls.gateway.cli("admin", "role", "grant", "curating", "curator")

    def found(self, account, *conditions):
        answer = self.gateway.json(account, "certificate", "list", *conditions)
        return [each["signer"] for each in answer["certificates"]]

    def test_who_is_a_member_or_holds_a_string_sees_them(self):
        self.assertEqual(self.found("engineer"), ["release"])
        self.assertEqual(self.found("admin"), [], "a product admin exports none")
        self.assertEqual(self.found("curator"), ["release", "nightly"])
        self.refused(NOT_FOUND, "no such certificate", "engineer", "certificate", "show", "nightly")
        hidden = self.gateway.http("engineer", "GET", "/v1/certificates/nightly")
        self.assertEqual(hidden, self.gateway.http("engineer", "GET", "/v1/certificates/absent"))

        shown = self.gateway.json("curator", "certificate", "show", "release")["certificate"]
        self.assertEqual((shown["signer"], shown["state"], shown["key_type"]),
                         ("release", "active", "rsa"))
        file = self.gateway.folder / "shown.pem"
        file.write_text(self.gateway.cli("curator", "certificate", "show", "release", "--pem"))
        told = subprocess.run(["openssl", "x509", "-in", file, "-noout", "-serial", "-fingerprint",
                               "-sha256"], check=True, capture_output=True, text=True).stdout
        self.assertIn(f"serial={shown['serial'].upper().removeprefix('00')}\n", told)
        self.assertEqual(told.split("Fingerprint=")[1].strip().replace(":", "").lower(),
                         shown["fingerprint"])

    def test_conditions_narrow_what_is_found(self):
        self.assertEqual(self.found("curator", "--key-type", "rsa"), ["release"])
        self.assertEqual(self.found("curator", "--signer", "NIGHT"), ["nightly"])
        self.assertEqual(self.found("curator", "--subject", "7"), [])
        self.assertEqual(self.found("curator", "--expires-within", "1s"), [])
        self.assertEqual(self.found("curator", "--expires-within", "3650d"), ["release", "nightly"])
        self.refused(INVALID, "no type of key", "curator", "certificate", "list", "--key-type", "x")
        self.refused(INVALID, "no duration", "curator", "certificate", "list",
                     "--expires-within", "soon")
        page = self.gateway.json("curator", "certificate", "list", "--limit", "1")
        self.assertTrue(page["more"])
        self.assertEqual(self.found("curator", "--after", page["certificates"][0]["id"]), ["nightly"])

    def test_a_collection_shows_what_is_in_it(self):
        self.refused(DENIED, "does not allow", "admin", "collection", "create", "nights")
        made = self.gateway.json("curator", "collection", "create", "nights", "--signer", "night",
                                 "--description", "built at night")["collection"]
        self.assertEqual((made["name"], made["signer"]), ("nights", "night"))
        self.refused(NOT_FOUND, "no such collection", "watcher", "collection", "show", "nights")
        for hidden, absent in (("nights", "days"), (made["id"], 77)):
            self.assertEqual(self.gateway.http("watcher", "GET", f"/v1/collections/{hidden}"),
                             self.gateway.http("watcher", "GET", f"/v1/collections/{absent}"))
        self.gateway.cli("admin", "role", "create", "night-reader", "--permissions",
                         f"/certificates/collections/read/{made['id']}/")
        self.gateway.cli("admin", "role", "grant", "night-reader", "watcher")
        self.assertEqual(self.found("watcher"), ["nightly"])
        self.assertEqual(self.found("watcher", "--collection", str(made["id"])), ["nightly"])
        listed = self.gateway.json("watcher", "collection", "list")["collections"]
        self.assertEqual([each["name"] for each in listed], ["nights"])
        self.assertIn("nightly", self.gateway.cli("watcher", "certificate", "list"))

        self.refused(DENIED, "does not allow", "watcher", "collection", "change", "nights",
                     "--signer", "")
        self.gateway.cli("curator", "collection", "change", "nights", "--signer", "",
                         "--key-type", "rsa")
        self.assertEqual(self.found("watcher"), ["release"])
        self.gateway.cli("curator", "collection", "delete", "nights")
        self.assertEqual(self.found("watcher"), [])


if __name__ == "__main__":
    unittest.main()
