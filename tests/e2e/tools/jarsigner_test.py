"""jarsigner: a JAR, by Java's own PKCS#11 provider."""

import base64
import hashlib
import unittest
import zipfile

from tools import ToolCase

BLOCKS = {"release": "META-INF/RELEASE.RSA", "curve": "META-INF/CURVE.EC"}


def digests(text):
    """Name -> SHA-256 of each section of a manifest that has one."""
    found = {}
    for section in text.replace("\r\n ", "").split("\r\n\r\n"):
        fields = dict(line.split(": ", 1) for line in section.splitlines() if line)
        if "Name" in fields:
            found[fields["Name"]] = base64.b64decode(fields["SHA-256-Digest"])
        elif "SHA-256-Digest-Manifest" in fields:
            found[""] = base64.b64decode(fields["SHA-256-Digest-Manifest"])
    return found


class Jarsigner(ToolCase):
    TOOL = "jarsigner"

    @classmethod
    def prepare(cls):
        super().prepare()
        with zipfile.ZipFile(cls.gateway.folder / "app.jar", "w") as jar:
            jar.writestr("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n")
            jar.writestr("Hello.txt", "hello\n")

    def verifies(self, signer):
        """From the signature over the .SF file to the manifest to the file."""
        with zipfile.ZipFile(self.file("app.signed.jar")) as jar:
            block = BLOCKS[signer]
            signature_file = jar.read(block.rsplit(".", 1)[0] + ".SF")
            manifest, hello = jar.read("META-INF/MANIFEST.MF"), jar.read("Hello.txt")
            self.file("signature").write_bytes(jar.read(block))
            self.file("signed").write_bytes(signature_file)
        self.run_or_fail("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in",
                         "signature", "-content", "signed", "-CAfile", self.ca, "-purpose", "any",
                         "-out", "/dev/null")
        self.assertEqual(digests(signature_file.decode())[""], hashlib.sha256(manifest).digest())
        self.assertEqual(digests(manifest.decode())["Hello.txt"], hashlib.sha256(hello).digest())

    def test_jar(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.does("Describe the signer to Java", signer)
                self.line_denied_then_signed("Sign a JAR", "app.signed.jar", signer,
                                             verify=lambda: self.verifies(signer))


if __name__ == "__main__":
    unittest.main()
