"""openssl through libp11's engine: dgst, cms and req."""

import unittest

from tools import ToolCase


class OpenSsl(ToolCase):
    TOOL = "openssl"

    def pkcs11_tool_verifies(self, signer):
        mechanism = {"release": ("SHA256-RSA-PKCS",),
                     "curve": ("ECDSA-SHA256", "--signature-format", "openssl")}[signer]
        said = self.run_or_fail("pkcs11-tool", "--module", self.gateway.module, "--token-label",
                                signer, "--verify", "--mechanism", *mechanism, "--label", signer,
                                "--input-file", "app.bin", "--signature-file", "app.bin.sig",
                                account="engineer")
        self.assertIn(b"Signature is valid", said)

    def test_dgst(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.line_denied_then_signed(
                    "Sign a file", "app.bin.sig", signer, leaves_empty=True,
                    verify=lambda: self.pkcs11_tool_verifies(signer))

    def test_cms(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.does("Get the certificate and its chain", signer)
                self.line_denied_then_signed(
                    "Make a CMS signature", "app.bin.p7s", signer, leaves_empty=True,
                    verify=lambda: self.run_or_fail(
                        "certtool", "--p7-verify", "--inder", "--load-ca-certificate", self.ca,
                        "--load-data", "app.bin", "--infile", "app.bin.p7s"))

    def test_req(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.line_denied_then_signed(
                    "Make a certificate request", f"{signer}.csr", signer,
                    verify=lambda: self.assertIn(
                        b"Self signature: verified",
                        self.run_or_fail("certtool", "--crq-info", "--infile", f"{signer}.csr")))


if __name__ == "__main__":
    unittest.main()
