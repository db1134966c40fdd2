"""pkcs11-tool: every mechanism, in one part and in many, its listings, and its own test."""

import hashlib
import unittest

from cases import MEMBERS
from gateway import NO_APPROVAL, approval
from keys import make_key
from tools import ToolCase

LARGE = 3 * 1024 * 1024
SMALL = 500  # pkcs11-tool signs less than 1,025 bytes in one part
SHA2 = ("sha256", "sha384", "sha512")
PSS = ("-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest")
DIGEST_INFO = {  # RFC 8017 §9.2, note 1
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440"}


class Mechanisms(ToolCase):
    TOOL = "pkcs11-tool"

    @classmethod
    def prepare(cls):
        super().prepare()
        (cls.gateway.folder / "small").write_bytes(bytes(range(250)) * (SMALL // 250))
        (cls.gateway.folder / "large").write_bytes(bytes(range(256)) * (LARGE // 256))
        for name in ("small", "large"):
            for each in SHA2:
                digest = hashlib.new(each, (cls.gateway.folder / name).read_bytes()).digest()
                (cls.gateway.folder / f"{name}.{each}").write_bytes(digest)
                (cls.gateway.folder / f"{name}.{each}.info").write_bytes(
                    bytes.fromhex(DIGEST_INFO[each]) + digest)

    def sign(self, signer, mechanism, file, *options):
        return self.gateway.tool(
            "engineer", "pkcs11-tool", "--module", self.gateway.module, "--token-label", signer,
            "--sign", "--mechanism", mechanism, "--label", signer, "--input-file", file,
            "--output-file", "out", *options)

    def cases(self):
        """Signer, mechanism, what it is given, the tool's options; file, hash and options to verify."""
        ecdsa = ("--signature-format", "openssl")
        for file in ("small", "large"):
            for each in SHA2:
                name = each.upper()
                pss = ("--hash-algorithm", name, "--mgf", f"MGF1-{name}")
                yield "release", f"{name}-RSA-PKCS", file, (), file, each, ()
                yield "release", f"{name}-RSA-PKCS-PSS", file, (), file, each, PSS
                yield "release", "RSA-PKCS", f"{file}.{each}.info", (), file, each, ()
                yield "release", "RSA-PKCS-PSS", f"{file}.{each}", pss, file, each, PSS
                yield "curve", f"ECDSA-{name}", file, ecdsa, file, each, ()
                yield "curve", "ECDSA", f"{file}.{each}", ecdsa, file, each, ()

    def test_each_is_denied_then_signs(self):
        cases = list(self.cases())
        for signer, mechanism, given, options, *_ in cases:
            with self.subTest(denied=mechanism, given=given):
                self.assert_denied(self.sign(signer, mechanism, given, *options), signer)
                self.assertIsNone(self.left("out"))
        for signer in ("release", "curve"):
            count = sum(1 for case in cases if case[0] == signer)
            for _ in range(-(-count // 10)):
                self.gateway.approved_request(signer, "engineer", "approver", min(count, 10))
        for signer, mechanism, given, options, file, digest, verify in cases:
            with self.subTest(mechanism, given=given):
                done = self.sign(signer, mechanism, given, *options)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.openssl_verifies(signer, "out", file, digest, *verify)
                self.file("out").unlink()


class Eddsa(ToolCase):
    """Ed25519, whose signatures are over the message itself, of up to 1 MiB."""

    TOOL = "pkcs11-tool"

    @classmethod
    def bring_up(cls):
        make_key(cls.gateway.token, "ed25519", "EC:edwards25519", "19")
        super().bring_up()

    @classmethod
    def prepare(cls):
        cls.gateway.signer("edwards", "ed25519", approval("approver"), MEMBERS)
        for name, size in (("empty", 0), ("app.bin", 5000), ("longest", 1 << 20),
                           ("longer", (1 << 20) + 1)):
            (cls.gateway.folder / name).write_bytes(b"x" * size)

    def sign(self, file):
        return self.gateway.tool(
            "engineer", "pkcs11-tool", "--module", self.gateway.module, "--token-label", "edwards",
            "--sign", "--mechanism", "EDDSA", "--label", "edwards", "--input-file", file,
            "--output-file", "out")

    def verify(self, file):
        intent = [each["said"] for each in self.gateway.records()
                  if each["kind"] == "signature.intent"][-1]
        digest = hashlib.sha256(self.file(file).read_bytes()).hexdigest()
        self.assertEqual(intent["data"]["input"], f"ed25519:{digest}")
        if file == "empty":  # which pkeyutl does not read; the gateway has verified it
            return self.assertEqual(self.file("out").stat().st_size, 64)
        self.run_or_fail("openssl", "pkeyutl", "-verify", "-pubin", "-inkey",
                         self.gateway.token / "ed25519.pub", "-rawin", "-in", file, "-sigfile",
                         "out")

    def test_denied_then_signed(self):
        for file in ("empty", "app.bin", "longest"):
            with self.subTest(file):
                self.denied_then_signed(lambda: self.sign(file), "out", "edwards",
                                        lambda: self.verify(file))

    def test_a_longer_message_is_refused_and_costs_nothing(self):
        self.file("out").unlink(missing_ok=True)
        request = self.gateway.approved_request("edwards", "engineer", "approver")
        done = self.sign("longer")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(b"CKR_DATA_LEN_RANGE", done.stderr)
        self.assertIsNone(self.left("out"))
        done = self.gateway.run("engineer", "sign", "edwards", "--in", self.file("longer"), "--out",
                                self.file("out"))
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("1048576", done.stderr)
        self.assertIsNone(self.left("out"))
        self.assertEqual(self.request(request)["used"], 0)
        self.assertEqual(self.sign("app.bin").returncode, 0)
        self.assertEqual(self.request(request)["used"], 1)


class Lines(ToolCase):
    TOOL = "pkcs11-tool"

    def test_sign(self):
        for signer in ("release", "curve"):
            with self.subTest(signer):
                self.line_denied_then_signed(
                    "Sign a file", "app.bin.sig", signer,
                    verify=lambda: self.openssl_verifies(signer, "app.bin.sig"))

    def test_lists(self):
        objects = self.does("List what the signer shows").decode()
        for each in ("Private Key Object; RSA", "Public Key Object; RSA 3072 bits",
                     "Certificate Object", "label:      release"):
            self.assertIn(each, objects)
        mechanisms = self.does("List its mechanisms").decode()
        self.assertIn("SHA256-RSA-PKCS, keySize={2048,16384}, sign, verify", mechanisms)
        for never in ("SHA1-RSA", "RSA-X-509", "decrypt", "wrap", "generate", "ECDSA"):
            self.assertNotIn(never, mechanisms)
        slots = self.run_or_fail("pkcs11-tool", "--module", self.gateway.module, "--list-slots",
                                 account="engineer").decode()
        for signer in ("release", "curve"):
            self.assertRegex(slots, rf"token label +: {signer}\n")

    def test_who_is_no_member_sees_no_token(self):
        for account, seen in (("engineer", True), ("admin", False)):
            done = self.gateway.tool(account, "pkcs11-tool", "--module", self.gateway.module,
                                     "--list-token-slots")
            self.assertEqual(b"release" in done.stdout + done.stderr, seen)


class Sha1(ToolCase):
    """`pkcs11-tool --test` signs over SHA-1, without asking whether that is wanted."""

    TOOL = "pkcs11-tool"

    @classmethod
    def prepare(cls):
        super().prepare()
        for name, key in (("open", "rsa2048"), ("opencurve", "p384")):
            cls.gateway.signer(name, key, NO_APPROVAL, MEMBERS)
            cls.write_public_key(name, key)

    def tool(self, signer, *arguments):
        return self.gateway.tool("engineer", "pkcs11-tool", "--module", self.gateway.module,
                                 "--token-label", signer, *arguments)

    def own_test(self):
        return self.tool("open", "--login", "--pin", "none", "--allow-sw", "--test")

    def assert_own_test_refused(self):
        done = self.own_test()
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stderr.count(
            b"countersign: open: the policy of open does not allow SHA-1"), 1, done.stderr)

    def assert_signs(self, signer, mechanism, allowed, *verify):
        self.file("out").unlink(missing_ok=True)
        done = self.tool(signer, "--sign", "--mechanism", mechanism, "--label", signer,
                         "--signature-format", "openssl", "--input-file", "app.bin",
                         "--output-file", "out")
        self.assertEqual(done.returncode == 0, allowed, done.stderr)
        if allowed:
            self.openssl_verifies(signer, "out", "app.bin", "sha1", *verify)
        else:
            self.assertIsNone(self.left("out"))

    def assert_each_signs(self, allowed):
        self.assert_signs("open", "SHA1-RSA-PKCS", allowed)
        self.assert_signs("open", "SHA1-RSA-PKCS-PSS", allowed, *PSS)
        self.assert_signs("opencurve", "ECDSA-SHA1", allowed)

    def last_policy_change(self):
        return [record["said"]["data"] for record in self.gateway.records()
                if record["said"].get("data", {}).get("operation") == "policy.set"][-1]

    def test_only_where_the_policy_names_it(self):
        self.assert_own_test_refused()
        self.assert_each_signs(False)

        for signer in ("open", "opencurve"):
            self.gateway.set_policy(signer, {**NO_APPROVAL, "weak_hashes": ["sha1"]})
        self.assertEqual(self.last_policy_change()["loosens"], "true")
        self.assertIn('"weak_hashes":["sha1"]', self.last_policy_change()["policy"])
        done = self.own_test()
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertRegex(done.stderr, rb"\A(countersign: open: warning: open signed a .*\n)+\Z")
        self.assertTrue(done.stdout.endswith(b"No errors\n"), done.stdout)
        self.assertIn(b"all 4 signature functions seem to work", done.stdout)
        for mechanism in (b"RSA-PKCS", b"SHA1-RSA-PKCS"):
            self.assertEqual(done.stdout.count(b" " + mechanism + b": OK"), 2, done.stdout)
        self.assert_each_signs(True)

        for signer in ("open", "opencurve"):
            self.gateway.set_policy(signer, NO_APPROVAL)
        self.assertEqual(self.last_policy_change()["loosens"], "false")
        self.assert_own_test_refused()
        self.assert_each_signs(False)


if __name__ == "__main__":
    unittest.main()
