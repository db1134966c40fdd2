"""The daemon itself: who calls, how it stops, what it records, what it does not wait for."""

import base64
import hashlib
import json
import pwd
import os
import subprocess
import time
import unittest

from cases import MEMBERS, FreshGatewayCase, GatewayCase
from gateway import NO_APPROVAL, START_SECONDS, WRONG_PIN, approval


def wish(operation, message=b"hello"):
    return {"operation": operation, "algorithm": {"scheme": "rsa-pkcs1", "hash": "sha256"},
            "digest": base64.b64encode(hashlib.sha256(message).digest()).decode()}


class Callers(GatewayCase):
    """The kernel's word counts where no token is sent, and a token names the caller alone."""

    @classmethod
    def prepare(cls):
        login = pwd.getpwuid(os.getuid()).pw_name
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        cls.login = login

    def test_login_and_token(self):
        status, answer = self.gateway.http(None, "GET", "/v1/signers")
        self.assertEqual((status, answer["error"]["code"]), (401, "unknown_caller"))

        self.gateway.cli("admin", "account", "create", "local", "--unix-user", self.login)
        self.assertEqual(self.gateway.http(None, "GET", "/v1/signers")[1]["signers"], [])
        self.gateway.cli("keeper", "member", "add", "release", "local", "--role", "operator")
        status, answer = self.gateway.http(None, "POST", "/v1/signers/1/signatures", wish("1" * 32))
        self.assertEqual(status, 200, answer)
        intent = self.gateway.records()[answer["record"]]
        names = self.gateway.json("admin", "log", "list", "--limit", 1000)["names"]["accounts"]
        self.assertEqual(names[str(intent["account"])], "local")

        # The same process with somebody's token is that somebody: approver may not sign.
        status, answer = self.gateway.http("approver", "POST", "/v1/signers/1/signatures",
                                           wish("2" * 32))
        self.assertEqual((status, answer["error"]["code"]), (403, "not_a_signing_member"))

    def test_strangers_learn_nothing_about_tokens(self):
        body = {"name": "x", "key": "pkcs11:token=nowhere;object=rsa", "certificate": "x",
                "admin": "keeper"}
        status, answer = self.gateway.http("engineer", "POST", "/v1/signers", body)
        self.assertEqual((status, answer["error"]["code"]), (403, "not_allowed"))

    def test_nobody_is_asked_for_a_pass_phrase(self):
        pem = ("-----BEGIN CERTIFICATE-----\nProc-Type: 4,ENCRYPTED\n"
               "DEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\nAAAA\n"
               "-----END CERTIFICATE-----\n")
        body = {"name": "x", "key": "pkcs11:token=lab;object=p256", "certificate": pem,
                "admins": ["keeper"]}
        status, answer = self.gateway.http("admin", "POST", "/v1/signers", body)
        self.assertEqual((status, answer["error"]["code"]), (400, "bad_certificate"))


class Records(FreshGatewayCase):
    """Every decision, failure and event is a record, refusals once each."""

    def said(self, kind):
        return [record["said"]["data"] for record in self.gateway.records()
                if record["kind"] == kind]

    def test_refusals(self):
        self.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        self.gateway.account("outsider")
        target = "/v1/signers/release/signatures"
        tried = [("outsider", "POST", target, wish("1" * 32), "not_found"),
                 ("approver", "POST", target, wish("1" * 32), "not_a_signing_member"),
                 ("engineer", "POST", target, wish("1" * 32), "approval_needed"),
                 ("engineer", "POST", "/v1/accounts", {"name": "x"}, "not_allowed"),
                 ("admin", "POST", "/v1/accounts", {"name": "x", "product_role": "admin"},
                  "needs_second_admin"),
                 ("engineer", "PUT", "/v1/signers/release/members/outsider", {"role": "admin"},
                  "not_allowed"),
                 ("outsider", "GET", "/v1/signers/nothing", None, "not_found")]
        for account, method, path, body, code in tried:
            for _ in range(3):
                self.assertEqual(self.gateway.http(account, method, path, body)[1]["error"]["code"],
                                 code)
        self.assertEqual([each["code"] for each in self.said("denied")],
                         [code for *_, code in tried])
        signers = [record.get("signer") for record in self.gateway.records()
                   if record["kind"] == "denied"]
        self.assertEqual(signers, [None, 1, 1, None, None, 1, None])
        self.gateway.stop()
        self.gateway.start()
        self.assertEqual([each["times"] for each in self.said("denied.again")], ["2"] * len(tried))

    def test_events(self):
        self.gateway.tokens["nobody"] = "cs_" + "a" * 26
        self.assertEqual(self.gateway.http("nobody", "GET", "/v1/signers")[0], 401)
        self.gateway.set_pin(WRONG_PIN)
        self.gateway.stop()
        self.gateway.start()
        deadline = time.monotonic() + START_SECONDS
        while self.gateway.json("admin", "hsm", "list")["hsms"][0]["state"] != "locked":
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual([each["code"] for each in self.said("sign_in.failed")], ["bad_token"])
        self.assertEqual(len(self.said("token.locked")), 1)
        self.assertEqual(len(self.said("gateway.stopped")), 1)
        self.assertEqual(len(self.said("gateway.started")), 2)
        # Who failed to sign in stands beside the record, where it can be redacted.
        failed = [each for each in self.gateway.records() if each["kind"] == "sign_in.failed"][0]
        self.assertNotIn("uid", json.dumps(failed["said"]["data"]))
        self.assertIn("attested.uid", failed["facts"])

    def test_unknown_token_is_no_change(self):
        self.assertEqual(self.gateway.http("admin", "POST", "/v1/hsms/no%0Asuch/retry")[0], 404)
        self.assertNotIn("hsm.retry", [each.get("operation") for each in self.said("change")])


class Stopping(FreshGatewayCase):
    """SIGTERM: what is in flight is finished, and every intent has its outcome."""

    def test_in_flight_is_finished(self):
        self.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        message = self.gateway.folder / "message"
        message.write_bytes(b"hello")
        public = self.gateway.folder / "public.pem"
        public.write_bytes(subprocess.run(
            ["openssl", "x509", "-in", self.gateway.token / "rsa.pem", "-noout", "-pubkey"],
            check=True, capture_output=True).stdout)
        callers = [subprocess.Popen(
            [self.gateway.build / "bin/countersign", "sign", "release", "--in", message, "--out",
             self.gateway.folder / f"signature{number}"],
            env=self.gateway.environment("engineer"), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE) for number in range(24)]
        deadline = time.monotonic() + START_SECONDS
        while not (self.gateway.folder / "signature0").exists():
            self.assertLess(time.monotonic(), deadline)
        self.assertEqual(self.gateway.stop(), 0)
        self.gateway.start()
        for number, caller in enumerate(callers):
            self.gateway.evidence.hear(caller)
            self.assertEqual(caller.returncode, 0, "a restart is a pause, not a failure")
            subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature",
                            self.gateway.folder / f"signature{number}", message],
                           check=True, capture_output=True)
        kinds = [record["kind"] for record in self.gateway.records()]
        self.assertEqual(kinds.count("signature.intent"), len(callers))
        self.gateway.stop()
        self.gateway.start()
        kinds = [record["kind"] for record in self.gateway.records()]
        self.assertEqual(kinds.count("signature.outcome"), len(callers))


class Settings(FreshGatewayCase):
    """What the config can choose, through the whole daemon."""

    def sign_once(self):
        return self.gateway.http("engineer", "POST", "/v1/signers/release/signatures",
                                 wish(os.urandom(16).hex()))[0]

    def restart(self, environment=None, **changes):
        self.gateway.stop()
        self.gateway.write_config(**changes)
        os.environ.update(environment or {})
        self.gateway.start()

    def test_verify_off_and_pin_sources(self):
        self.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        self.assertEqual(self.sign_once(), 200)
        self.restart(verify="off")
        self.assertEqual(self.sign_once(), 200)

        token = self.gateway.config()["tokens"][0]
        token["pin"] = {"command": ["/bin/cat", str(self.gateway.token / "pin")]}
        self.restart(tokens=[token])
        self.assertEqual(self.sign_once(), 200)

        token["pin"] = {"credential": "pin"}
        self.addCleanup(os.environ.pop, "CREDENTIALS_DIRECTORY", None)
        self.restart({"CREDENTIALS_DIRECTORY": str(self.gateway.token)}, tokens=[token])
        self.assertEqual(self.sign_once(), 200)


if __name__ == "__main__":
    unittest.main()
