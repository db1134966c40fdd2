"""What the tests of signing tools share: the very command lines that `countersign setup` prints are
run, first denied, then with an approval."""

import os
import shutil

from cases import MEMBERS, GatewayCase
from gateway import approval

EFI = "/usr/lib/systemd/boot/efi/systemd-bootx64.efi"


class ToolCase(GatewayCase):
    """Signers `release` (RSA) and `curve` (P-256) that need an approval; app.bin, 5,000 bytes.

    A subclass names its TOOL, as `countersign setup` knows it."""

    TOOL = None

    @classmethod
    def prepare(cls):
        for name, key in (("release", "rsa"), ("curve", "p256")):
            cls.gateway.signer(name, key, approval("approver"), MEMBERS)
            cls.write_public_key(name, key)
        cls.ca = cls.gateway.token / "ca.pem"
        (cls.gateway.folder / "app.bin").write_bytes(bytes(range(250)) * 20)

    @classmethod
    def write_public_key(cls, name, key):
        """NAME.key.pub, from the certificate that the token's key came with."""
        cls.run_or_fail("openssl", "x509", "-in", cls.gateway.token / f"{key}.pem", "-pubkey",
                        "-noout", "-out", f"{name}.key.pub")

    @classmethod
    def copy_program(cls, name):
        shutil.copy(EFI, cls.gateway.folder / name)

    @classmethod
    def run_or_fail(cls, *command, account=None):
        """Another program; its output. For what is not under test, verification included."""
        done = cls.gateway.tool(account, *command)
        if done.returncode != 0:
            raise AssertionError(f"{command[0]}: {done.stdout + done.stderr}")
        return done.stdout + done.stderr

    def file(self, name):
        return self.gateway.folder / name

    # -- the lines of `countersign setup` ---------------------------------------------------------

    def line(self, what, signer="release"):
        """The command line that does that, as it is printed for this machine."""
        lines = self.gateway.json("engineer", "setup", self.TOOL, signer)["lines"]
        return {each["what"]: each["command"] for each in lines}[what]

    def shell(self, line, account="engineer"):
        """Runs a printed line as a user would, with `countersign` on the PATH."""
        path = f"{self.gateway.build / 'bin'}:{os.environ['PATH']}"
        return self.gateway.tool(account, "bash", "-c", line, more={"PATH": path})

    def does(self, what, signer="release"):
        """Runs the line, which must succeed."""
        done = self.shell(self.line(what, signer))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    # -- denials ----------------------------------------------------------------------------------

    def assert_denied(self, done, signer="release"):
        """The tool failed, and its user reads why in one line, with what to do next."""
        said = done.stderr.decode(errors="replace")
        self.assertNotEqual(done.returncode, 0, said)
        lines = [line for line in said.splitlines() if "countersign: " in line]
        self.assertEqual(len(lines), 1, said)
        self.assertRegex(lines[0], "countersign: .*(approval|used up)")
        self.assertIn(f"countersign request create {signer} --reason", lines[0])

    def denied_then_signed(self, sign, out, signer="release", verify=None, leaves_empty=False):
        """`sign` runs the tool once: first without an approval, then with one for one signature,
        and then again, when that is used up. `leaves_empty`: the tool itself makes its output
        before it has anything to write there, and leaves it empty."""
        for approved in (False, True, False):
            self.file(out).unlink(missing_ok=True)
            if not approved:
                self.assert_denied(sign(), signer)
                self.assertEqual(self.left(out), b"" if leaves_empty else None)
                continue
            request = self.gateway.approved_request(signer, "engineer", "approver")
            done = sign()
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            verify()
            self.assertEqual(self.request(request)["used"], 1)

    def line_denied_then_signed(self, what, out, signer="release", **options):
        line = self.line(what, signer)
        self.denied_then_signed(lambda: self.shell(line), out, signer, **options)

    def left(self, name):
        """What is in the file; None when there is none."""
        return self.file(name).read_bytes() if self.file(name).exists() else None

    # -- verifying --------------------------------------------------------------------------------

    def openssl_verifies(self, signer, signature, data="app.bin", digest="sha256", *options):
        self.run_or_fail("openssl", "dgst", f"-{digest}", "-verify", f"{signer}.key.pub", *options,
                         "-signature", signature, data)
