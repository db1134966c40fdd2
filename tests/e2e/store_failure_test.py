"""A store or a mark that fails under a running gateway: nothing is signed, the reason is said, and
it goes on when that is mended."""

import contextlib
import errno
import os
import shutil
import sqlite3
import time
import unittest

from cases import INTERNAL, MEMBERS, UNAVAILABLE, GatewayCase
from faults import FaultyGateway
from faulty_disk import FaultyDisk
from gateway import NO_APPROVAL, START_SECONDS, approval
from pkcs11 import CKR_DEVICE_ERROR, CKR_OK
from signing_tool import SigningTool

PAGE = 4096

class OnFaultyDisk(FaultyGateway):
    """The token counts what it signs, and the disk fails on order."""

    def daemon_environment(self, fault=None):
        if not hasattr(self, "disk"):
            self.disk = FaultyDisk(self.folder / "disk-orders")
        return {**super().daemon_environment(fault), **self.disk.environment}


class ToolCase(GatewayCase):
    def start_tool(self, **more):
        self.tool = SigningTool(self.gateway, "engineer", "release", **more)
        self.addCleanup(self.tool.close)
        self.signs = self.tool.signs

    def signs_until(self, is_so):
        deadline = time.monotonic() + START_SECONDS
        while not is_so(*(last := self.signs())):
            self.assertLess(time.monotonic(), deadline, last)


class FailureCase(ToolCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = OnFaultyDisk()
        cls.addClassCleanup(cls.gateway.close)
        cls.bring_up()

    @classmethod
    def prepare(cls):
        cls.store = cls.gateway.folder / "store.db"
        cls.gateway.signer("release", "rsa", approval("approver", signatures=1000), MEMBERS)
        cls.message = cls.gateway.folder / "message"
        cls.message.write_bytes(b"hello")

    def setUp(self):
        self.number = self.gateway.approved_request("release", "engineer", "approver", 100)
        self.start_tool()

    def pkcs11_tool(self):
        return self.gateway.tool("engineer", "pkcs11-tool", "--module", self.gateway.module,
                                 "--token-label", "release", "--sign", "--mechanism",
                                 "SHA256-RSA-PKCS", "--input-file", "message", "--output-file",
                                 "signature")

    def lines(self, text):
        return [line for line in self.gateway.log().splitlines() if text in line]

    def refuses(self, reason, exit_code=UNAVAILABLE, code=CKR_DEVICE_ERROR):
        """Whoever asks is told why, and the token is not asked."""
        signed = self.gateway.faults.sign_calls
        for _ in range(3):
            refused, said = self.signs()
            self.assertEqual(refused, code, said)
            self.assertEqual(len(said.splitlines()), 1, said)
            self.assertIn(reason, said)
        self.refused(exit_code, reason, "engineer", "status")
        self.refused(exit_code, reason, "engineer", "sign", "release", "--in", self.message,
                     "--out", self.gateway.folder / "signature")
        self.assertFalse((self.gateway.folder / "signature").exists())
        self.assertEqual(self.gateway.faults.sign_calls, signed)

    def goes_on(self, reasons=1):
        """By itself, with the handles that the tool has; each signature has its record."""
        self.signs_until(lambda code, _: code == CKR_OK)
        self.gateway.stop()
        self.assertEqual(len(self.lines("nothing is signed: ")), reasons, self.gateway.log())
        self.assertEqual(len(self.lines("the store works again")), 1, self.gateway.log())
        self.gateway.start()
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)
        records = self.gateway.records()
        self.assertIn("signature.outcome", [each["kind"] for each in records])
        for number in range(1, self.number + 1):
            intents = [each for each in records
                       if each["kind"] == "signature.intent" and each.get("request") == number]
            self.assertEqual(len(intents), self.request(number)["used"])


class Disk(FailureCase):
    def fails_and_goes_on(self, call, path, reason, error=errno.EIO):
        self.assertEqual(self.signs()[0], CKR_OK)
        with self.gateway.disk.failing(call, path, error):
            self.refuses(reason)
            self.check_real_tool(reason)
        self.goes_on()

    def check_real_tool(self, reason):
        """pkcs11-tool finds no signer: listing them needs the store as well, and says why."""
        done = self.pkcs11_tool()
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(reason.encode(), done.stderr)
        self.assertFalse((self.gateway.folder / "signature").exists())

    def test_fsync_fails(self):
        self.fails_and_goes_on("sync", self.store, f"the store {self.store} failed: ")

    def test_the_store_becomes_read_only(self):
        self.fails_and_goes_on("write", self.store, f"the store {self.store} failed: ", errno.EROFS)

    def test_the_mark_cannot_be_written(self):
        self.fails_and_goes_on("write", self.gateway.mark,
                               f"mark {self.gateway.mark} cannot be written: Input/output error")

    def test_a_disk_that_fails_for_good_is_seen_by_the_next_start(self):
        with self.gateway.disk.failing("sync", self.store):
            self.refuses(str(self.store))
            self.gateway.kill()
            code, said = self.gateway.refuses_to_start()
            self.assertEqual(code, os.EX_UNAVAILABLE)
            self.assertIn(f"the store {self.store}", said)
            self.assertIn("failed: fsync: Input/output error", said)
        self.gateway.start()
        self.assertEqual(self.signs()[0], CKR_OK)

    def test_nobody_else_gets_at_the_store_and_who_has_it_meanwhile_is_waited_for(self):
        with contextlib.closing(sqlite3.connect(self.store, isolation_level=None, timeout=0)) as other:
            with self.assertRaisesRegex(sqlite3.OperationalError, "locked"):
                other.execute("BEGIN EXCLUSIVE")
            self.assertEqual(self.signs()[0], CKR_OK)
            with self.gateway.disk.failing("sync", self.store):
                self.refuses(str(self.store))
                other.execute("BEGIN EXCLUSIVE")
            self.signs_until(lambda _, said: "in use by another process" in said)
            self.refuses("in use by another process")
            other.execute("ROLLBACK")
        self.goes_on(reasons=2)


class Mark(FailureCase):
    def test_taken_away_with_its_folder(self):
        self.assertEqual(self.signs()[0], CKR_OK)
        away = self.gateway.folder / "away"
        self.gateway.mark.parent.rename(away)
        self.refuses("the high-water mark was taken away")
        away.rename(self.gateway.mark.parent)
        self.goes_on()

    def test_lost_with_its_disk(self):
        shutil.rmtree(self.gateway.mark.parent)
        self.refuses("the high-water mark was taken away")
        self.gateway.mark.parent.mkdir(mode=0o700)
        self.goes_on()

    def test_replaced_by_another(self):
        good = self.gateway.mark.read_bytes()
        self.gateway.mark.unlink()
        self.gateway.mark.write_bytes(b"x" * len(good))
        self.gateway.mark.chmod(0o600)
        self.refuses("is not this store's")
        self.gateway.mark.write_bytes(good)
        self.goes_on()


class Damaged(FailureCase):
    ROWS = 3000

    def grow(self):
        """More pages than SQLite keeps in memory: requests of long ago, with long reasons."""
        self.gateway.stop()
        with contextlib.closing(sqlite3.connect(self.store)) as store, store:
            columns = [row[1] for row in store.execute("PRAGMA table_info(request)")]
            columns.remove("id")
            values = ", ".join({"reason": "?", "state": "'used_up'"}.get(each, each)
                               for each in columns)
            store.executemany(f"INSERT INTO request ({', '.join(columns)}) SELECT {values}"
                              f" FROM request WHERE id = {self.number}",
                              [("x" * PAGE,)] * self.ROWS)
        self.gateway.start()

    def damage(self):
        """The last pages; returns what puts them back."""
        good = self.store.read_bytes()
        at = len(good) - 2 * self.ROWS // 3 * PAGE
        with open(self.store, "r+b") as file:
            file.seek(at)
            file.write(b"\xff" * (len(good) - at))

        def mend():
            with open(self.store, "r+b") as file:
                file.seek(at)
                file.write(good[at:])
        return mend

    def test_damaged_pages(self):
        self.grow()
        self.assertEqual(self.signs()[0], CKR_OK)
        mend = self.damage()
        done = self.gateway.run("engineer", "request", "list", "--after", self.ROWS // 2)
        self.assertEqual(done.returncode, INTERNAL, done.stderr)
        self.refuses("is damaged", INTERNAL, 0x5)
        mend()
        self.goes_on()

        self.gateway.stop()
        mend = self.damage()
        code, said = self.gateway.refuses_to_start()
        self.assertEqual(code, os.EX_SOFTWARE)
        self.assertIn(f"the store {self.store} is damaged", said)
        mend()
        self.gateway.start()
        self.assertEqual(self.signs()[0], CKR_OK)


class Embedded(ToolCase):
    """The tool's own process has the store open, and goes on with it."""

    shape = "embedded"

    @classmethod
    def prepare(cls):
        cls.store = cls.gateway.folder / "store.db"
        cls.disk = FaultyDisk(cls.gateway.folder / "disk-orders")
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        cls.gateway.write_client_config(sign_timeout="3s")

    def setUp(self):
        self.start_tool(**self.disk.environment)

    def refuses(self, reason):
        refused, said = self.signs()
        self.assertEqual(refused, CKR_DEVICE_ERROR, said)
        self.assertIn(reason, said)

    def test_fsync_fails(self):
        self.assertEqual(self.signs()[0], CKR_OK)
        with self.disk.failing("sync", self.store):
            self.refuses(f"the store {self.store} failed: disk I/O error")
        self.signs_until(lambda code, _: code == CKR_OK)

    def test_the_store_becomes_read_only(self):
        self.assertEqual(self.signs()[0], CKR_OK)
        with self.disk.failing("write", self.store, errno.EROFS):
            for _ in range(2):
                self.refuses(f"the store {self.store} failed: ")
        self.signs_until(lambda code, _: code == CKR_OK)

    def test_another_process_keeps_the_store(self):
        self.assertEqual(self.signs()[0], CKR_OK)
        with contextlib.closing(sqlite3.connect(self.store, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            self.refuses(f"the store {self.store} is kept busy by other processes")
            other.execute("ROLLBACK")
        self.assertEqual(self.signs()[0], CKR_OK)


if __name__ == "__main__":
    unittest.main()
