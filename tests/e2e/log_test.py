"""Whoever edits the store's log is found out: by the daemon at its start, or by `log verify`."""

import shutil
import sqlite3
import unittest

from cases import MEMBERS, INVALID, NOT_VERIFIED, OK, GatewayCase
from gateway import NO_APPROVAL

# Each edit, and the record it must be pinned to (None: only that it is found).
EDITS = {
    "flipped body": ("UPDATE log_record SET body = replace(body, 'change', 'chanGe')"
                     " WHERE number = 4", 4),
    "flipped leaf": ("UPDATE log_record SET leaf_hash = CASE substr(leaf_hash, 1, 1)"
                     " WHEN '0' THEN '1' ELSE '0' END || substr(leaf_hash, 2)"
                     " WHERE number = 4", 4),
    "another column": ("UPDATE log_record SET time = time + 1000 WHERE number = 4", 4),
    "another account": ("UPDATE log_record SET account = account + 1 WHERE number = 4", 4),
    "a fact": ("UPDATE log_record SET facts = replace(facts, 'value\":\"', 'value\":\"0')"
               " WHERE number = 4", 4),
    "dropped": ("DELETE FROM log_record WHERE number = 4", 4),
    "dropped last": ("DELETE FROM log_record WHERE number ="
                     " (SELECT MAX(number) FROM log_record)", None),
    "reordered": ("UPDATE log_record SET number = CASE number WHEN 4 THEN -4 ELSE number END;"
                  "UPDATE log_record SET number = 4 WHERE number = 5;"
                  "UPDATE log_record SET number = 5 WHERE number = -4", 4),
    "another head": ("UPDATE meta SET value = replace(value, 'gw.test', 'gw.best')"
                     " WHERE key = 'log_head'", None),
}


class Log(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        message = cls.gateway.folder / "message"
        message.write_text("hello, world\n")
        cls.gateway.cli("engineer", "sign", "release", "--in", message, "--out",
                        cls.gateway.folder / "message.sig")

    def verify(self):
        return self.gateway.run("admin", "log", "verify", "--key", self.gateway.log_public_key)

    def edit(self, script):
        store = sqlite3.connect(self.gateway.folder / "store.db")
        store.executescript(script)
        changed = store.total_changes
        store.commit()
        store.close()
        self.assertGreater(changed, 0, "the edit changed nothing")

    def save(self):
        """The stopped store and its high-water mark."""
        self.gateway.stop()
        return {file: file.read_bytes()
                for file in (*self.gateway.folder.glob("store.db*"), self.gateway.mark)}

    def restore(self, saved):
        self.gateway.kill()
        for file in self.gateway.folder.glob("store.db*"):
            file.unlink()
        for file, content in saved.items():
            file.write_bytes(content)
            file.chmod(0o600)

    def assert_found(self, record):
        """Either the daemon refuses the store in one line, or `log verify` names the record."""
        try:
            self.gateway.start()
        except RuntimeError:
            self.gateway.daemon = None
            self.assertRegex(self.gateway.log(), r"\A[^\n]*\blog\b[^\n]*\n\Z")
            return
        done = self.verify()
        self.assertEqual(done.returncode, NOT_VERIFIED, done.stderr + done.stdout)
        if record is not None:
            self.assertIn(f"record {record}", done.stderr)

    def test_every_edit_is_found(self):
        self.assertEqual(self.verify().returncode, OK)
        saved = self.save()
        for name, (script, record) in EDITS.items():
            with self.subTest(name):
                self.edit(script)
                self.assert_found(record)
            self.restore(saved)
        self.gateway.start()
        self.assertEqual(self.verify().returncode, OK)

    def test_another_logs_key_is_no_key(self):
        other = self.gateway.folder / "other.pub"
        done = self.gateway.run("admin", "log", "verify", "--key", "/dev/null")
        self.assertEqual(done.returncode, INVALID, done.stderr)
        shutil.copy(self.gateway.log_public_key, other)
        text = other.read_text().strip()
        name, rest = text.split("+", 1)
        other.write_text(f"x{name}+{rest}\n")
        self.assertNotEqual(
            self.gateway.run("admin", "log", "verify", "--key", other).returncode, OK)

    def test_everything_is_recorded(self):
        self.refused(3, "", "engineer", "log", "list")
        kinds = [record["kind"] for record in self.gateway.records()]
        for kind in ("gateway.started", "change", "signature.intent", "signature.outcome",
                     "denied"):
            self.assertIn(kind, kinds)
        self.assertEqual([record["number"] for record in self.gateway.records()],
                         list(range(len(kinds))))


if __name__ == "__main__":
    unittest.main()
