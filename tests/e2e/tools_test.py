"""Real signing tools, unchanged: each is denied without an approval and signs with one."""

import pathlib
import shutil
import unittest

from cases import MEMBERS, GatewayCase
from gateway import approval

EFI = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"
LARGE = 3 * 1024 * 1024


def engine():
    return next(pathlib.Path("/usr/lib").glob("*/engines-3/pkcs11.so"))


class Tools(GatewayCase):
    @classmethod
    def prepare(cls):
        for name, key in (("release", "rsa"), ("curve", "p256")):
            cls.gateway.signer(name, key, approval("approver"), MEMBERS)
            cls.write_public_key(name, key)
        (cls.gateway.folder / "small").write_bytes(b"hello, world\n")
        (cls.gateway.folder / "large").write_bytes(bytes(range(256)) * (LARGE // 256))
        shutil.copy(EFI, cls.gateway.folder / "boot.efi")

    @classmethod
    def write_public_key(cls, name, key):
        done = cls.gateway.tool(None, "openssl", "x509", "-in", cls.gateway.token / f"{key}.pem",
                                "-pubkey", "-noout", "-out", f"{name}.pub")
        assert done.returncode == 0, done.stderr

    def setUp(self):
        self.out = self.gateway.folder / "out"
        self.out.unlink(missing_ok=True)

    def approve(self, signer, count=1):
        return self.gateway.approved_request(signer, "engineer", "approver", count)

    def assert_denied(self, done, signer):
        said = done.stderr.decode(errors="replace")
        self.assertNotEqual(done.returncode, 0, said)
        lines = [line for line in said.splitlines() if line.startswith("countersign: ")]
        self.assertEqual(len(lines), 1, said)
        self.assertRegex(lines[0], "approval|used up")
        self.assertIn(f"countersign request create {signer} --reason", lines[0])
        self.assertFalse(self.out.exists() and self.out.stat().st_size, "something was written")

    def assert_verifies(self, signer, file, *options):
        done = self.gateway.tool(None, "openssl", "dgst", "-sha256", "-verify", f"{signer}.pub",
                                 *options, "-signature", "out", file)
        self.assertEqual(done.returncode, 0, done.stderr + done.stdout)

    def denied_then_signed(self, sign, signer, verify):
        """`sign` runs the tool once: first without an approval, then with one for one signature,
        and then again, when that is used up."""
        self.assert_denied(sign(), signer)
        self.out.unlink(missing_ok=True)
        request = self.approve(signer)
        done = sign()
        self.assertEqual(done.returncode, 0, done.stderr)
        verify()
        self.assertEqual(self.request(request)["used"], 1)
        self.out.unlink()
        self.assert_denied(sign(), signer)

    def pkcs11_tool(self, label, mechanism, file, *options):
        return self.gateway.tool(
            "engineer", "pkcs11-tool", "--module", self.gateway.module, "--token-label", label,
            "--sign", "--mechanism", mechanism, "--label", label, "--input-file", file,
            "--output-file", "out", *options)

    def test_pkcs11_tool_small_file(self):
        self.denied_then_signed(
            lambda: self.pkcs11_tool("release", "SHA256-RSA-PKCS", "small"), "release",
            lambda: self.assert_verifies("release", "small"))

    def test_pkcs11_tool_large_file_in_parts(self):
        self.denied_then_signed(
            lambda: self.pkcs11_tool("release", "SHA256-RSA-PKCS", "large"), "release",
            lambda: self.assert_verifies("release", "large"))

    def test_pkcs11_tool_pss(self):
        self.denied_then_signed(
            lambda: self.pkcs11_tool("release", "SHA256-RSA-PKCS-PSS", "small"), "release",
            lambda: self.assert_verifies("release", "small", "-sigopt", "rsa_padding_mode:pss",
                                         "-sigopt", "rsa_pss_saltlen:digest"))

    def test_pkcs11_tool_ecdsa(self):
        self.denied_then_signed(
            lambda: self.pkcs11_tool("curve", "ECDSA-SHA256", "small", "--signature-format",
                                     "openssl"), "curve",
            lambda: self.assert_verifies("curve", "small"))

    def openssl(self, label):
        return self.gateway.tool(
            "engineer", "openssl", "dgst", "-engine", "pkcs11", "-keyform", "engine", "-sign",
            f"pkcs11:token={label};object={label};type=private;pin-value=none", "-sha256", "-out",
            "out", "small", more={"PKCS11_MODULE_PATH": str(self.gateway.module)})

    def test_openssl_through_the_engine(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.denied_then_signed(lambda: self.openssl(signer), signer,
                                        lambda: self.assert_verifies(signer, "small"))

    def osslsigncode(self):
        return self.gateway.tool(
            "engineer", "osslsigncode", "sign", "-pkcs11engine", engine(), "-pkcs11module",
            self.gateway.module, "-certs", self.gateway.token / "rsa.pem", "-key",
            "pkcs11:token=release;object=release;type=private;pin-value=none", "-h", "sha256",
            "-in", "boot.efi", "-out", "out")

    def verify_authenticode(self):
        done = self.gateway.tool(None, "osslsigncode", "verify", "-CAfile",
                                 self.gateway.token / "ca.pem", "-in", "out")
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_osslsigncode_signs_a_pe_file(self):
        self.denied_then_signed(self.osslsigncode, "release", self.verify_authenticode)

    def countersign_sign(self, signer, *options):
        return self.gateway.tool("engineer", self.gateway.build / "bin/countersign", "sign", signer,
                                 "--in", "large", "--out", "out", *options)

    def test_countersign_sign(self):
        for signer, options, verify in (
                ("release", (), ()),
                ("release", ("--pss",), ("-sigopt", "rsa_padding_mode:pss", "-sigopt",
                                         "rsa_pss_saltlen:digest")),
                ("curve", (), ())):
            with self.subTest(signer + " ".join(options)):
                self.denied_then_signed(lambda: self.countersign_sign(signer, *options), signer,
                                        lambda: self.assert_verifies(signer, "large", *verify))

    def test_who_is_no_member_sees_no_token(self):
        seen = self.gateway.tool("engineer", "pkcs11-tool", "--module", self.gateway.module,
                                 "--list-token-slots")
        self.assertIn(b"release", seen.stdout)
        seen = self.gateway.tool("admin", "pkcs11-tool", "--module", self.gateway.module,
                                 "--list-token-slots")
        self.assertNotIn(b"release", seen.stdout + seen.stderr)


if __name__ == "__main__":
    unittest.main()
