"""GnuTLS: p11tool and certtool."""

import unittest

from tools import ToolCase


class GnuTls(ToolCase):
    TOOL = "gnutls"

    def test_p11tool_lists(self):
        listed = self.does("List what the signer shows").decode()
        for each in ("Type: X.509 Certificate (RSA-3072)", "Type: Public key (RSA-3072)",
                     "Label: release"):
            self.assertIn(each, listed)
        self.assertNotIn("curve", listed)

    def test_p11tool_tries_a_signature(self):
        # It keeps the signature to itself and verifies it with the token's public key.
        line = self.line("Make a signature for a try")
        self.assert_denied(self.shell(line))
        self.gateway.approved_request("release", "engineer", "approver")
        done = self.shell(line)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"ok", done.stdout + done.stderr)

    def test_certtool(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.does("Get the certificate and its chain", signer)
                self.line_denied_then_signed(
                    "Make a CMS signature", "app.bin.p7", signer,
                    verify=lambda: self.run_or_fail(
                        "openssl", "cms", "-verify", "-binary", "-inform", "PEM", "-in",
                        "app.bin.p7", "-CAfile", self.ca, "-purpose", "any", "-out", "/dev/null"))


if __name__ == "__main__":
    unittest.main()
