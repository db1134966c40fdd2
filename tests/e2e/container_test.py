"""Containers of keys, and where PINs come from: what an administrator does with them on a real token."""

import time
import unittest

from cases import CONFLICT, DENIED, INVALID, MEMBERS, NOT_FOUND, GatewayCase
from gateway import approval


class Containers(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.account("watcher")
        cls.gateway.cli("admin", "container", "create", "web-keys")
        cls.gateway.cli("admin", "container", "create", "spare", "--description", "none yet")
        cls.gateway.cli("admin", "container", "add-key", "web-keys", "pkcs11:token=lab;object=rsa")
        cls.gateway.cli("admin", "role", "create", "web-watcher", "--permissions",
                        "/certificate_stores/read/1/,/certificate_stores/schedule/1/,/pam/read/1/")
        cls.gateway.cli("admin", "role", "grant", "web-watcher", "watcher")

    def keys(self):
        return self.gateway.json("watcher", "container", "show", "web-keys")["container"]["keys"]

    def test_keys_are_checked_regularly_and_when_asked(self):
        self.assertEqual(self.keys()[0]["state"], "unchecked")
        self.refused(INVALID, "/every", "watcher", "container", "schedule", "web-keys", "--every", "1s")
        self.gateway.cli("watcher", "container", "schedule", "web-keys", "--every", "1d")
        # The first of the regular checks is made at once.
        for _ in range(200):
            if self.keys()[0]["state"] != "unchecked":
                break
            time.sleep(0.1)
        self.assertEqual(self.keys()[0]["state"], "matches")
        shown = self.gateway.json("watcher", "container", "show", "web-keys")["container"]
        self.assertEqual(shown["every"], "1d")
        self.gateway.cli("watcher", "container", "schedule", "web-keys", "--every", "never")
        container = self.gateway.json("watcher", "container", "check", "web-keys")["container"]
        self.assertEqual([(each["key"], each["state"]) for each in container["keys"]],
                         [("pkcs11:token=lab;object=rsa", "matches")])

    def test_rights_reach_one_container(self):
        listed = self.gateway.json("watcher", "container", "list")["containers"]
        self.assertEqual([each["name"] for each in listed], ["web-keys"])
        self.refused(NOT_FOUND, "no such container", "watcher", "container", "show", "spare")
        self.refused(DENIED, "does not allow", "watcher", "container", "add-key", "web-keys",
                     "pkcs11:token=lab;object=p256")
        self.refused(CONFLICT, "already", "admin", "container", "add-key", "web-keys",
                     "pkcs11:token=lab;object=rsa")
        self.refused(INVALID, "is not on the token", "admin", "container", "add-key", "web-keys",
                     "pkcs11:token=lab;object=none")
        self.gateway.cli("admin", "container", "add-key", "spare", "pkcs11:token=lab;object=p256")
        self.gateway.cli("admin", "container", "remove-key", "spare", "2")
        self.gateway.cli("admin", "container", "delete", "spare")

    def test_a_pin_is_never_shown_and_its_source_is(self):
        sources = self.gateway.json("watcher", "pin-source", "list")["pin_sources"]
        self.assertEqual([(each["hsm"], each["kind"], each["from"]) for each in sources],
                         [("lab", "file", str(self.gateway.token / "pin"))])
        self.refused(DENIED, "does not allow", "watcher", "pin-source", "retry", "lab")
        self.gateway.cli("admin", "pin-source", "describe", "lab", "--description", "changed each spring")
        self.assertEqual(self.gateway.json("watcher", "pin-source", "show", "1")["pin_source"]
                         ["description"], "changed each spring")
        self.assertEqual(self.gateway.json("admin", "pin-source", "retry", "lab")["hsm"]["state"], "ready")
        self.assertEqual(self.gateway.json("engineer", "pin-source", "list")["pin_sources"], [])

    def test_who_manages_requests_ends_them_and_grants_none(self):
        self.gateway.cli("admin", "role", "create", "request-manager", "--permissions",
                         "/workflows/instances/")
        self.gateway.cli("admin", "role", "grant", "request-manager", "watcher")
        number = self.gateway.json("engineer", "request", "create", "release", "--reason",
                                   "version 2")["request"]["id"]
        self.refused(DENIED, "does not allow", "watcher", "request", "approve", number)
        self.refused(DENIED, "does not allow", "approver", "request", "end", number, "--comment", "x")
        ended = self.gateway.json("watcher", "request", "end", number, "--comment", "left the team")
        self.assertEqual(ended["request"]["state"], "cancelled")
        self.refused(CONFLICT, "not pending", "watcher", "request", "end", number, "--comment", "again")


if __name__ == "__main__":
    unittest.main()
