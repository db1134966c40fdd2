"""countersign sign: the product's own tool."""

import unittest

from tools import ToolCase

PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")


class CountersignSign(ToolCase):
    def test_files(self):
        for signer, options, verify in (("release", (), ()), ("release", ("--pss",), PSS),
                                        ("curve", (), ())):
            with self.subTest(signer, options=options):
                self.denied_then_signed(
                    lambda: self.gateway.tool("engineer", self.gateway.build / "bin/countersign",
                                              "sign", signer, "--in", "app.bin", "--out", "out",
                                              *options),
                    "out", signer,
                    verify=lambda: self.openssl_verifies(signer, "out", "app.bin", "sha256",
                                                         *verify))


if __name__ == "__main__":
    unittest.main()
