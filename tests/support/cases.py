"""What the end-to-end tests share: a running gateway with people around a signer."""

import unittest

from gateway import Gateway

# What `countersign` exits with (tools/cli/exit_code.h).
OK, INTERNAL, INVALID, DENIED, NOT_FOUND, CONFLICT, UNAUTHENTICATED, UNAVAILABLE = range(8)
NOT_VERIFIED = 8

# The members of a signer, besides its admin `keeper`.
MEMBERS = {"engineer": "operator", "approver": "auditor"}


class GatewayCase(unittest.TestCase):
    """A gateway for all tests of the class, with the accounts admin, keeper, engineer, approver.
    A subclass with `shape = "embedded"` runs the same tests without a daemon."""

    shape = "gateway"

    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway(shape=cls.shape)
        cls.addClassCleanup(cls.gateway.close)
        cls.bring_up()

    @classmethod
    def bring_up(cls):
        cls.gateway.start()
        for name in ("keeper", "engineer", "approver"):
            cls.gateway.account(name)
        cls.prepare()

    @classmethod
    def prepare(cls):
        """For subclasses: what they need besides."""

    def refused(self, code, text, account, *arguments):
        """The command is refused with that exit code, in one line on stderr that holds `text`."""
        done = self.gateway.run(account, *arguments)
        self.assertEqual(done.returncode, code, done.stderr + done.stdout)
        self.assertRegex(done.stderr, r"\Acountersign: [^\n]+\n\Z")
        self.assertIn(text, done.stderr)
        return done

    def request(self, number, account="keeper"):
        return self.gateway.json(account, "request", "show", number)["request"]


class FreshGatewayCase(GatewayCase):
    """The same with a gateway for each test."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        type(self).gateway = Gateway(shape=self.shape)
        self.addCleanup(self.gateway.close)
        self.bring_up()
