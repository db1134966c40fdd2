"""sbsign: an EFI program for Secure Boot."""

import unittest

from tools import ToolCase


class Sbsign(ToolCase):
    TOOL = "sbsign"

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.copy_program("app.efi")

    def verifies(self):
        self.run_or_fail("sbverify", "--cert", self.ca, "app.signed.efi")
        self.run_or_fail("osslsigncode", "verify", "-CAfile", self.ca, "-in", "app.signed.efi")

    def test_program(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.does("Get the certificate and its chain", signer)
                self.line_denied_then_signed("Sign an EFI program", "app.signed.efi", signer,
                                             verify=self.verifies)


if __name__ == "__main__":
    unittest.main()
