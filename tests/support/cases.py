"""What the end-to-end tests share: a running gateway for each class of tests."""

import unittest

from gateway import Gateway

# What `countersign` exits with (tools/cli/exit_code.h).
OK, INTERNAL, INVALID, DENIED, NOT_FOUND, CONFLICT, UNAUTHENTICATED, UNAVAILABLE = range(8)
NOT_VERIFIED = 8


class GatewayCase(unittest.TestCase):
    """A gateway with the accounts admin, keeper (signer admin), engineer and approver."""

    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway()
        cls.addClassCleanup(cls.gateway.close)
        cls.gateway.start()
        for name in ("keeper", "engineer", "approver"):
            cls.gateway.account(name)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """For subclasses: what they need besides."""

    @classmethod
    def add_signer(cls, name, key="rsa", policy=None):
        """A signer of keeper with engineer as operator and approver as auditor."""
        cls.gateway.signer(name, key)
        cls.gateway.cli("keeper", "member", "add", name, "engineer", "--role", "operator")
        cls.gateway.cli("keeper", "member", "add", name, "approver", "--role", "auditor")
        if policy is not None:
            cls.gateway.set_policy(name, policy)

    def refused(self, code, text, account, *arguments):
        """The command is refused with that exit code, in one line on stderr that holds `text`."""
        done = self.gateway.run(account, *arguments)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        self.assertRegex(done.stderr, r"\Acountersign: [^\n]+\n\Z")
        self.assertIn(text, done.stderr)
        return done

    def request(self, number, account="keeper"):
        return self.gateway.json(account, "request", "show", number)["request"]


