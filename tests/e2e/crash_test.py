"""The daemon killed at each point of a signature, then started again: the count holds."""

import base64
import hashlib
import unittest

from cases import MEMBERS, GatewayCase
from gateway import approval

# Fault point -> what is left behind: signatures taken and records of the operation.
POINTS = {
    "before_commit": (0, []),
    "after_commit": (1, ["signature.intent"]),
    "after_token": (1, ["signature.intent"]),
    "after_answer": (1, ["signature.intent"]),
}


class Crash(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.signer = cls.gateway.json("keeper", "signer", "show", "release")["signer"]["id"]

    def sign(self, operation, account="engineer", message=b"hello"):
        return self.gateway.http(account, "POST", f"/v1/signers/{self.signer}/signatures", {
            "operation": operation,
            "algorithm": {"scheme": "rsa-pkcs1", "hash": "sha256"},
            "digest": base64.b64encode(hashlib.sha256(message).digest()).decode()})

    def kinds(self, operation):
        return [record["kind"] for record in self.gateway.records()
                if record.get("operation") == operation]

    def crash(self, point, operation):
        """Signs on a daemon that dies at `point`, and starts it again. The answer, if one came."""
        self.gateway.stop()
        self.gateway.start(fault=point)
        self.gateway.wait_for_token()
        answer = self.sign(operation)
        self.assertEqual(self.gateway.wait(), -9, "the daemon should have been killed")
        self.gateway.start()
        return answer

    def assert_log_verifies(self):
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)

    def test_count_holds_at_every_point(self):
        for number, (point, (taken, records)) in enumerate(POINTS.items()):
            with self.subTest(point):
                operation = f"{number:032x}"
                request = self.gateway.approved_request("release", "engineer", "approver", 2)
                status, _ = self.crash(point, operation)
                self.assertEqual(status, 200 if point == "after_answer" else 0)
                self.assertEqual(self.request(request)["used"], taken)
                self.assertEqual(self.kinds(operation), records)
                self.assert_log_verifies()
                self.check_what_is_left(request, operation)

    def check_what_is_left(self, request, operation):
        """A retry takes nothing more than the first attempt would have; two are two."""
        status, first = self.sign(operation)
        self.assertEqual(status, 200, first)
        self.assertEqual(self.request(request)["used"], 1)
        self.assertEqual(self.sign(operation)[0], 200)
        self.assertEqual(self.request(request)["used"], 1)
        self.assertEqual(self.kinds(operation).count("signature.intent"), 1)

        self.assertEqual(self.sign(operation, message=b"another")[0], 409)
        self.assertIn(self.sign(operation, account="keeper")[0], (403, 409))

        self.assertEqual(self.sign("f" + operation[1:])[0], 200)
        status, refusal = self.sign("e" + operation[1:])
        self.assertEqual((status, refusal["error"]["code"]), (403, "approval_used_up"))
        self.assertEqual(self.request(request)["used"], 2)

    def test_a_retry_that_cannot_sign_gives_nothing_back(self):
        request = self.gateway.approved_request("release", "engineer", "approver", 1)
        operation = "c" * 32
        self.assertEqual(self.crash("after_answer", operation)[0], 200)
        pin = self.gateway.token / "pin"
        self.gateway.stop()
        pin.rename(pin.with_suffix(".away"))
        self.gateway.start()
        status, refusal = self.sign(operation)
        self.assertEqual(status, 503, refusal)
        self.assertNotIn(str(self.gateway.token), refusal["error"]["message"])
        pin.with_suffix(".away").rename(pin)
        self.gateway.stop()
        self.gateway.start()
        self.assertEqual(self.request(request)["used"], 1)
        self.assertEqual(self.kinds(operation), ["signature.intent"])
        self.assertEqual(self.sign("b" * 32, message=b"another")[0], 403)

    def test_the_outcome_follows_the_intent(self):
        self.gateway.approved_request("release", "engineer", "approver", 1)
        operation = "d" * 32
        self.assertEqual(self.sign(operation)[0], 200)
        self.gateway.stop()
        self.gateway.start()
        self.assertEqual(self.kinds(operation), ["signature.intent", "signature.outcome"])

    def test_a_killed_client_leaves_the_daemon_alone(self):
        self.gateway.raw(b"POST /v1/signers/1/signatures HTTP/1.1\r\nHost: g\r\nContent-Le")
        self.assertEqual(self.gateway.http("admin", "GET", "/v1/hsms")[0], 200)


if __name__ == "__main__":
    unittest.main()
