"""osslsigncode: a program signed in one go, and with its signature made apart and attached."""

import unittest

from tools import ToolCase


class Osslsigncode(ToolCase):
    TOOL = "osslsigncode"

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.copy_program("app.exe")

    def setUp(self):
        for name in ("app.exe.data", "app.exe.p7", "app.attached.exe"):
            self.file(name).unlink(missing_ok=True)

    def verifies(self, program):
        self.run_or_fail("sbverify", "--cert", self.ca, program)
        self.run_or_fail("osslsigncode", "verify", "-CAfile", self.ca, "-in", program)

    def test_program(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.does("Get the certificate and its chain", signer)
                self.line_denied_then_signed("Sign a program", "app.signed.exe", signer,
                                             verify=lambda: self.verifies("app.signed.exe"))

    def test_detached(self):
        self.does("Get the certificate and its chain")
        self.does("Or detached: extract what is signed")

        def attached():
            self.does("and attach the signature")
            self.verifies("app.attached.exe")

        self.line_denied_then_signed("sign that", "app.exe.p7", verify=attached)


if __name__ == "__main__":
    unittest.main()
