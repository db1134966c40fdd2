"""`countersign store backup`: a whole copy of the store while it is worked on, or none."""

import contextlib
import json
import pathlib
import sqlite3
import threading
import time
import unittest

from cases import CONFLICT, DENIED, MEMBERS, OK, UNAVAILABLE, FreshGatewayCase
from gateway import NO_APPROVAL, START_SECONDS, approval

CALLERS = 8


class BackupCase(FreshGatewayCase):
    @classmethod
    def bring_up(cls):
        cls.folder = cls.gateway.folder / "backups"
        cls.folder.mkdir(mode=0o700)
        cls.gateway.write_config(backups=str(cls.folder))
        super().bring_up()

    @classmethod
    def prepare(cls):
        cls.store = cls.gateway.folder / "store.db"
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        cls.message = cls.gateway.folder / "message"
        cls.message.write_bytes(b"hello")

    def grow(self, rows=3000):
        """Requests of long ago, with long reasons, so that copying takes more than one step."""
        number = self.gateway.json("engineer", "request", "create", "free", "--reason", "x")[
            "request"]["id"]
        self.gateway.stop()
        with contextlib.closing(sqlite3.connect(self.store)) as store, store:
            columns = [row[1] for row in store.execute("PRAGMA table_info(request)")][1:]
            values = ", ".join({"reason": "?", "state": "'used_up'"}.get(each, each)
                               for each in columns)
            store.executemany(f"INSERT INTO request ({', '.join(columns)}) SELECT {values}"
                              f" FROM request WHERE id = {number}", [("x" * 4096,)] * rows)
        self.gateway.start()

    def sign(self, out="signature"):
        return self.gateway.run("engineer", "sign", "release", "--hash", "sha256", "--in",
                                self.message, "--out", self.gateway.folder / out)

    def sign_until(self, ended, signed, failed):
        while not ended.is_set():
            done = self.sign(f"signature-{threading.get_ident()}")
            (signed if done.returncode == OK else failed).append(done.stderr)

    def backup_while_signing(self):
        """Made while eight callers sign, before and after which each has signed about once."""
        ended, signed, failed = threading.Event(), [], []
        callers = [threading.Thread(target=self.sign_until, args=(ended, signed, failed))
                   for _ in range(CALLERS)]
        for each in callers:
            each.start()
        try:
            self.wait_for_signatures(signed, CALLERS)
            before = len(signed)
            file = self.backup()
            self.wait_for_signatures(signed, before + CALLERS)
        finally:
            ended.set()
            for each in callers:
                each.join()
        self.assertEqual(failed, [])
        self.assertGreater(self.records_in(file), before)
        self.assertGreater(len(self.gateway.records()), self.records_in(file))
        return file

    def wait_for_signatures(self, signed, number):
        deadline = time.monotonic() + 2 * START_SECONDS
        while len(signed) < number:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def backup(self):
        return pathlib.Path(self.gateway.json("admin", "store", "backup")["file"])

    def records_in(self, file):
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as store:
            self.assertEqual(store.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            return store.execute("SELECT COUNT(*) FROM log_record").fetchone()[0]

    def changes(self):
        return [each["said"]["data"] for each in self.gateway.records()
                if each["kind"] == "change"
                and each["said"]["data"].get("operation") == "store.backup"]

    def check_file(self, file):
        self.assertEqual(file.parent, self.folder)
        self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        self.assertEqual([*self.folder.iterdir()], [file])
        self.assertEqual(self.changes(), [{"operation": "store.backup", "file": str(file),
                                           "bytes": str(file.stat().st_size)}])


class Refused(BackupCase):
    def test_by_whom_and_where(self):
        self.refused(DENIED, "", "keeper", "store", "backup")
        self.folder.chmod(0o777)
        self.refused(UNAVAILABLE, f"chmod 700 {self.folder}", "admin", "store", "backup")
        self.folder.rmdir()
        self.refused(UNAVAILABLE, str(self.folder), "admin", "store", "backup")
        self.assertEqual(self.changes(), [])
        self.gateway.stop()
        self.gateway.write_config(backups="relative")
        self.assertIn("/backups is not an absolute path", self.gateway.refuses_to_start()[1])
        self.gateway.write_config()
        self.gateway.start()
        self.refused(CONFLICT, '"backups" in gateway.json', "admin", "store", "backup")


class WhileSigning(BackupCase):
    @classmethod
    def prepare(cls):
        super().prepare()
        cls.gateway.signer("free", "p256", approval("approver"), MEMBERS)

    def test_backup_restore_recover(self):
        """Eight callers sign on; what is restored is the store of that time, and says so."""
        self.grow()
        active = self.gateway.approved_request("free", "engineer", "approver")
        file = self.backup_while_signing()
        self.check_file(file)

        self.gateway.stop()
        restored = self.gateway.offline("store", "restore", file)
        self.assertEqual(restored.returncode, OK, restored.stderr)
        self.assertIn("countersign recover", restored.stderr)
        self.gateway.start()
        self.assertEqual(self.sign().returncode, UNAVAILABLE)
        self.gateway.stop()
        recovered = self.gateway.offline("recover", "--reason", "disk lost")
        self.assertEqual(recovered.returncode, OK, recovered.stderr)
        self.gateway.start()
        self.assertEqual(self.request(active)["state"], "revoked")
        self.assertEqual(self.sign().returncode, DENIED)
        self.gateway.cli("keeper", "signer", "unfreeze", "release", "--reason", "checked")
        self.assertEqual(self.sign().returncode, OK)
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)

    def killed_at(self, point):
        self.gateway.stop()
        self.gateway.start(fault=point)
        self.gateway.wait_for_token()
        self.assertEqual(self.gateway.run("admin", "store", "backup").returncode, UNAVAILABLE)
        self.assertEqual(self.gateway.wait(), -9)
        left = [each.name for each in self.folder.iterdir()]
        self.assertEqual([name for name in left if name.endswith(".db")], [])
        self.assertEqual(len(left), 1)
        self.gateway.start()
        self.assertEqual([*self.folder.iterdir()], [])

    def test_killed_in_the_midst(self):
        self.grow()
        self.killed_at("during_copy")
        self.killed_at("before_backup_named")
        file = self.backup()
        self.assertEqual(self.sign().returncode, OK)
        self.records_in(file)


class Embedded(BackupCase):
    shape = "embedded"

    def test_backup_and_restore(self):
        self.assertEqual(self.sign().returncode, OK)
        file = self.backup()
        self.check_file(file)
        records = self.records_in(file)
        self.assertEqual(self.sign().returncode, OK)
        (self.folder / "store-of-another.db.partial").write_bytes(b"half")
        second = self.backup_while_signing()
        self.assertNotEqual(second, file)
        self.assertEqual({*self.folder.iterdir()}, {file, second})
        self.assertGreater(self.records_in(second), records)
        self.store.write_bytes(b"lost")
        restored = self.gateway.offline("--json", "store", "restore", file)
        self.assertEqual(restored.returncode, OK, restored.stderr)
        self.assertEqual(json.loads(restored.stdout)["records"], records)
        self.assertEqual(self.sign().returncode, OK)


if __name__ == "__main__":
    unittest.main()
