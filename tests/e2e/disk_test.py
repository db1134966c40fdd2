"""A store that cannot be written signs nothing, says why, and goes on when that is mended.

The disk is a small tmpfs of the test's own, so this runs as root.
"""

import errno
import os
import sqlite3
import subprocess
import unittest

from cases import MEMBERS, OK, UNAVAILABLE, GatewayCase
from gateway import Gateway, approval
from pkcs11 import CKR_DEVICE_ERROR, CKR_OK
from signing_tool import SigningTool


@unittest.skipUnless(os.getuid() == 0, "only root can mount a disk")
class Disk(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = Gateway()
        cls.addClassCleanup(cls.gateway.close)
        cls.disk = cls.gateway.folder / "disk"
        cls.disk.mkdir(mode=0o700)
        for disk in (cls.disk, cls.gateway.mark.parent):
            subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "none", disk],
                           check=True)
            cls.addClassCleanup(subprocess.run, ["umount", "--lazy", disk], check=True)
        cls.addClassCleanup(cls.gateway.kill)
        cls.store = cls.disk / "store.db"
        cls.gateway.write_config(store=str(cls.store))
        cls.gateway.init()
        (cls.gateway.folder / "store.db").symlink_to(cls.store)
        cls.bring_up()

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.message = cls.gateway.folder / "message"
        cls.message.write_bytes(b"hello")

    def sign(self):
        return self.gateway.run("engineer", "sign", "release", "--in", self.message, "--out",
                                self.gateway.folder / "signature")

    def intents(self, request):
        return [each for each in self.gateway.records()
                if each["kind"] == "signature.intent" and each.get("request") == request]

    def fill(self, disk):
        filler = disk / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as error:
                self.assertEqual(error.errno, errno.ENOSPC)
        return filler

    def test_full(self):
        request = self.gateway.approved_request("release", "engineer", "approver", 1)
        tool = SigningTool(self.gateway, "engineer", "release")
        self.addCleanup(tool.close)
        filler = self.fill(self.disk)
        code, said = tool.signs()
        self.assertEqual(code, CKR_DEVICE_ERROR)
        self.assertIn(f"the store {self.store} failed: database or disk is full", said)
        real = self.gateway.tool("engineer", "pkcs11-tool", "--module", self.gateway.module,
                                 "--token-label", "release", "--sign", "--mechanism",
                                 "SHA256-RSA-PKCS", "--input-file", self.message, "--output-file",
                                 "by-tool")
        self.assertNotEqual(real.returncode, 0)
        self.assertIn(str(self.store).encode(), real.stderr)
        self.assertFalse((self.gateway.folder / "by-tool").exists())
        for _ in range(3):
            refused = self.sign()
            self.assertEqual(refused.returncode, UNAVAILABLE, refused.stderr)
            self.assertIn(str(self.store), refused.stderr)
        self.assertEqual(self.gateway.log().count(f"the store {self.store} failed"), 1)
        filler.unlink()
        code, said = tool.signs()
        self.assertEqual(code, CKR_OK, said)
        self.assertEqual(self.request(request)["used"], 1)
        self.assertEqual(len(self.intents(request)), 1)

    def test_the_mark_needs_no_space(self):
        self.gateway.approved_request("release", "engineer", "approver", 1)
        before = self.gateway.mark.read_bytes()
        filler = self.fill(self.gateway.mark.parent)
        self.assertEqual(self.sign().returncode, OK)
        filler.unlink()
        self.assertNotEqual(self.gateway.mark.read_bytes(), before)

    def remount(self, option):
        subprocess.run(["mount", "-o", f"remount,{option}", self.disk], check=True)

    def test_read_only_or_in_use_at_the_start(self):
        self.gateway.stop()
        self.remount("ro")
        code, said = self.gateway.refuses_to_start()
        self.remount("rw")
        self.assertNotEqual(code, 0)
        self.assertIn(str(self.store), said)

        other = sqlite3.connect(self.store, isolation_level=None)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        code, said = self.gateway.refuses_to_start()
        other.execute("ROLLBACK")
        other.close()
        self.assertEqual(code, os.EX_UNAVAILABLE)
        self.assertIn("in use by another process", said)
        self.gateway.start()
        self.gateway.approved_request("release", "engineer", "approver", 1)
        self.assertEqual(self.sign().returncode, OK)


if __name__ == "__main__":
    unittest.main()
