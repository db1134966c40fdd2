"""The embedded shape: it counts as the daemon does, and neither takes the other's store."""

import unittest

import counting_test
from cases import GatewayCase


class CountingEmbedded(counting_test.Counting):
    shape = "embedded"


class Refused(GatewayCase):
    def test_a_store_that_a_daemon_holds_is_refused(self):
        self.gateway.shape = "embedded"
        try:
            done = self.gateway.run("admin", "signer", "list")
        finally:
            self.gateway.shape = "gateway"
        self.assertEqual(done.returncode, 7, done.stderr)
        self.assertIn("in use by another process; stop the countersignd", done.stderr)


if __name__ == "__main__":
    unittest.main()
