"""signtool's detached flow, this machine's part of it: countersign sign-digest."""

import base64
import hashlib
import unittest

from cases import INVALID
from tools import ToolCase

DIGEST, SIGNED = "app.exe.dig", "app.exe.dig.signed"


class SignDigest(ToolCase):
    TOOL = "signtool"

    def write(self, name, line_end=""):
        self.digest = hashlib.new(name, b"what signtool would hash").digest()
        self.file(DIGEST).write_text(base64.b64encode(self.digest).decode() + line_end)

    def verifies(self, signer, name):
        text = self.file(SIGNED).read_text()
        self.file("raw").write_bytes(base64.b64decode(text, validate=True))
        self.file("digest").write_bytes(self.digest)
        named = ("-pkeyopt", f"digest:{name}") if signer == "release" else ()
        self.run_or_fail("openssl", "pkeyutl", "-verify", "-pubin", "-inkey",
                         f"{signer}.key.pub", "-in", "digest", "-sigfile", "raw", *named)

    def test_each_length(self):
        for signer in ("release", "curve"):
            for name, line_end in (("sha256", ""), ("sha384", "\n"), ("sha512", "\r\n")):
                with self.subTest(signer, hash=name):
                    self.write(name, line_end)
                    self.line_denied_then_signed("Sign it", SIGNED, signer,
                                                 verify=lambda: self.verifies(signer, name))

    def test_replaces_what_was_there(self):
        self.write("sha256")
        self.file(SIGNED).write_text("of another program")
        self.assert_denied(self.shell(self.line("Sign it")))
        self.assertEqual(self.left(SIGNED), b"of another program")
        self.gateway.approved_request("release", "engineer", "approver")
        self.does("Sign it")
        self.verifies("release", "sha256")

    def test_what_is_no_digest_uses_nothing_up(self):
        request = self.gateway.approved_request("release", "engineer", "approver")
        for content in (b"", b"no base64", b"\x00" * 32, base64.b64encode(b"x" * 20),
                        base64.b64encode(b"x" * 32) + b"\n\n", b"A" * 100_000):
            with self.subTest(content[:40]):
                self.file(DIGEST).write_bytes(content)
                self.file(SIGNED).unlink(missing_ok=True)
                self.refused(INVALID, "digest file", "engineer", "sign-digest", "release",
                             self.file(DIGEST))
                self.assertIsNone(self.left(SIGNED))
        self.assertEqual(self.request(request)["used"], 0)
        self.gateway.cli("keeper", "request", "revoke", request, "--comment", "test")


if __name__ == "__main__":
    unittest.main()
