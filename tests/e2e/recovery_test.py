"""An older store in the store's place is noticed, and signs nothing until it is recovered."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import unittest

from cases import (CONFLICT, DENIED, INTERNAL, INVALID, MEMBERS, OK, UNAVAILABLE,
                   FreshGatewayCase)
from gateway import ROOT, approval
from pkcs11 import CKR_DEVICE_ERROR, CKR_OK

# A tool that signs each time it is told to, with the handles it has.
TOOL = """
import sys
from pkcs11 import Module
module = Module(sys.argv[1], "release")
print("ready", flush=True)
for line in sys.stdin:
    module.sign_init()
    print(module.sign(b"hello")[0], flush=True)
"""


class RecoveryCase(FreshGatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", approval("approver"), MEMBERS)
        cls.gateway.signer("other", "p256", approval("approver"), MEMBERS)
        cls.message = cls.gateway.folder / "message"
        cls.message.write_bytes(b"hello")

    def sign(self, signer="release"):
        return self.gateway.run("engineer", "sign", signer, "--in", self.message, "--out",
                                self.gateway.folder / "signature")

    def start_tool(self):
        tool = subprocess.Popen(
            [sys.executable, "-c", TOOL, str(self.gateway.module)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env=self.gateway.environment("engineer", PYTHONPATH=ROOT / "tests/support"))
        self.addCleanup(lambda: (tool.kill(), self.gateway.evidence.hear(tool)))
        self.assertEqual(tool.stdout.readline(), "ready\n")
        return tool

    def tool_signs(self, tool):
        print("go", file=tool.stdin, flush=True)
        return int(tool.stdout.readline())

    def files(self):
        return [*self.gateway.folder.glob("store.db*"), self.gateway.mark]

    def copy(self):
        """What an administrator copies of the stopped gateway: the store, and the mark."""
        return {file: file.read_bytes() for file in self.files()}

    def put_back(self, copy, mark=False):
        for file in self.files():
            if file != self.gateway.mark or mark:
                file.unlink()
        for file, content in copy.items():
            if file != self.gateway.mark or mark:
                file.write_bytes(content)
                file.chmod(0o600)

    def records_of(self, kind):
        return [each for each in self.gateway.records() if each["kind"] == kind]

    def state(self, number):
        return self.request(number)["state"]

    def recover(self):
        done = self.gateway.offline("recover", "--reason", "disk lost")
        self.assertEqual(done.returncode, OK, done.stderr)
        return done.stdout


class OlderStore(RecoveryCase):
    def test_refuses_until_recovered(self):
        active = self.gateway.approved_request("release", "engineer", "approver", 2)
        pending = self.gateway.json("engineer", "request", "create", "other", "--reason", "x",
                                    "--count", 1)["request"]["id"]
        tool = self.start_tool()
        self.gateway.stop()
        older = self.copy()
        self.gateway.start()
        for _ in range(2):
            self.assertEqual(self.tool_signs(tool), CKR_OK)
        self.assertEqual(self.state(active), "used_up")
        self.gateway.stop()
        newest = self.copy()
        self.put_back(older)

        # Two signatures would be left to take: nothing is signed, and everybody is told why.
        self.gateway.start()
        self.assertIn("countersign recover", self.gateway.log())
        self.assertEqual(self.tool_signs(tool), CKR_DEVICE_ERROR)
        self.assertIn("countersign recover", tool.stderr.readline())
        for account, command in (("engineer", ("explain", "release")), ("admin", ("log", "list")),
                                 ("keeper", ("signer", "unfreeze", "release", "--reason", "x"))):
            self.refused(UNAVAILABLE, "countersign recover", account, *command)
        self.assertEqual(self.sign().returncode, UNAVAILABLE)

        # The mistake can still be mended.
        self.gateway.stop()
        self.put_back(newest)
        self.gateway.start()
        self.assertEqual(self.sign().returncode, DENIED)
        self.assertEqual(self.state(active), "used_up")
        self.gateway.stop()
        self.put_back(older)
        self.check_recovery(active, pending, tool)

    def check_recovery(self, active, pending, tool):
        said = self.recover()
        self.assertIn("requests ended: 2", said)
        self.assertIn("signers frozen: release, other", said)
        self.gateway.start()
        self.assertEqual((self.state(active), self.state(pending)), ("revoked", "stale"))
        for signer in ("release", "other"):
            self.refused(DENIED, "frozen", "engineer", "sign", signer, "--in", self.message,
                         "--out", self.gateway.folder / "signature")
            shown = self.gateway.json("engineer", "signer", "show", signer)["signer"]
            self.assertEqual(shown["state"], "frozen")
            self.assertIn("disk lost", shown["state_reason"])
        whole, *signers = self.records_of("store.recovered")
        self.assertEqual(whole["said"]["data"]["reason"], "disk lost")
        self.assertTrue(whole["said"]["data"]["mark"].startswith("gw.test "))
        self.assertEqual([each["said"]["data"] for each in signers],
                         [{"frozen": "true", "ended": str(active)},
                          {"frozen": "true", "ended": str(pending)}])
        self.gateway.cli("admin", "log", "verify", "--key", self.gateway.log_public_key)
        self.refused_offline(CONFLICT, "in use")
        self.gateway.cli("keeper", "signer", "unfreeze", "release", "--reason", "checked")
        self.gateway.approved_request("release", "engineer", "approver", 1)
        self.assertEqual(self.tool_signs(tool), CKR_OK)
        self.gateway.stop()
        self.refused_offline(CONFLICT, "newest")

    def refused_offline(self, code, text):
        done = self.gateway.offline("recover", "--reason", "again")
        self.assertIn(text, done.stderr)
        self.assertIn(done.returncode, (code, UNAVAILABLE))


class Mark(RecoveryCase):
    def test_without_a_mark_nothing_is_signed(self):
        self.gateway.approved_request("release", "engineer", "approver", 2)
        for spoil in (self.gateway.mark.unlink, lambda: self.gateway.mark.write_bytes(b"x" * 512),
                      lambda: self.gateway.mark.write_bytes(b"")):
            self.gateway.stop()
            spoil()
            self.gateway.start()
            self.refused(UNAVAILABLE, str(self.gateway.mark), "engineer", "sign", "release", "--in",
                         self.message, "--out", self.gateway.folder / "signature")
            self.gateway.stop()
            self.recover()
            self.gateway.start()
            self.assertEqual(self.sign().returncode, DENIED)

    def test_a_mark_left_behind_by_a_crash_locks_nobody_out(self):
        self.gateway.approved_request("release", "engineer", "approver", 2)
        behind = self.gateway.mark.read_bytes()
        self.assertEqual(self.sign().returncode, OK)
        self.gateway.kill()
        newest = self.gateway.mark.read_bytes()
        self.assertNotEqual(newest, behind)
        self.gateway.mark.write_bytes(behind)
        self.gateway.start()
        self.assertEqual(self.sign().returncode, OK)

    def test_another_history_of_the_same_length_is_noticed(self):
        self.gateway.approved_request("release", "engineer", "approver", 2)
        self.gateway.stop()
        fork = self.copy()
        self.gateway.start()
        self.assertEqual(self.sign().returncode, OK)
        self.gateway.stop()
        mark = self.gateway.mark.read_bytes()
        self.put_back(fork, mark=True)
        for _ in range(2):  # and longer
            self.gateway.start()
            self.assertEqual(self.sign().returncode, OK)
            self.gateway.stop()
        self.gateway.mark.write_bytes(mark)
        self.gateway.start()
        self.assertEqual(self.sign().returncode, UNAVAILABLE)

    def test_init_never_replaces_a_mark(self):
        self.gateway.stop()
        for file in (*self.gateway.folder.glob("store.db*"), *self.gateway.folder.glob("log.key*")):
            file.unlink()
        done = self.gateway.init()
        self.assertEqual(done.returncode, CONFLICT)
        self.assertIn(str(self.gateway.mark), done.stderr)
        self.gateway.mark.unlink()
        self.gateway.mark.parent.rmdir()
        done = self.gateway.init()
        self.assertEqual(done.returncode, INVALID)
        self.assertIn("folder of the high-water mark", done.stderr)
        self.assertEqual([*self.gateway.folder.glob("store.db*")], [])


class Restore(RecoveryCase):
    def backup(self):
        """What docs/operations.md says to copy: the one file of the stopped daemon."""
        self.gateway.stop()
        file = self.gateway.folder / "backup.db"
        shutil.copy(self.gateway.folder / "store.db", file)
        return file

    def restore(self, file, code=OK, *options):
        done = self.gateway.offline(*options, "store", "restore", file)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def replaced(self):
        return sorted(self.gateway.folder.glob("store.db.replaced-*"))

    def refuses_to_restore(self, file, code):
        before = self.copy()
        self.assertIn(str(file), self.restore(file, code).stderr)
        self.assertEqual(self.copy(), before)

    def test_a_good_backup(self):
        self.gateway.approved_request("release", "engineer", "approver", 1)
        backup = self.backup()
        content = backup.read_bytes()
        pin = (self.gateway.token / "pin").read_bytes().strip()
        for secret in (*self.gateway.tokens.values(), *self.gateway.codes.values()):
            self.assertNotIn(secret.encode(), content)
        self.assertNotIn(pin, content)

        # In the place of one that is lost, and of one that is there.
        for file in self.gateway.folder.glob("store.db*"):
            file.unlink()
        self.assertNotIn("kept", self.restore(backup).stderr)
        self.assertEqual(self.replaced(), [])
        answer = json.loads(self.restore(backup, OK, "--json").stdout)
        self.assertEqual([str(each) for each in self.replaced()], [answer["replaced"]])
        self.assertFalse(answer["needs_recovery"])
        self.gateway.start()
        self.assertEqual(len(self.gateway.records()), answer["records"] + 1)
        self.assertEqual(self.sign().returncode, OK)

        self.assertIn("in use", self.restore(backup, UNAVAILABLE).stderr)
        self.assertEqual(self.sign().returncode, DENIED)

    def test_a_damaged_backup_replaces_nothing(self):
        backup = self.backup()
        good = backup.read_bytes()
        for damaged, code in ((b"", INVALID), (b"no database", INVALID),
                              (good[:len(good) // 2], INTERNAL),
                              (good[:4096] + bytes(4096) + good[8192:], INTERNAL)):
            backup.write_bytes(damaged)
            self.refuses_to_restore(backup, code)
        backup.write_bytes(good)
        with contextlib.closing(sqlite3.connect(backup)) as store, store:
            store.execute("UPDATE log_record SET time = time + 1000 WHERE number = 4")
        self.refuses_to_restore(backup, INTERNAL)
        backup.unlink()
        self.refuses_to_restore(backup, INVALID)
        self.gateway.start()

    def test_an_older_backup_signs_nothing_until_recovered(self):
        active = self.gateway.approved_request("release", "engineer", "approver", 1)
        backup = self.backup()
        self.gateway.start()
        self.assertEqual(self.sign().returncode, OK)
        self.gateway.stop()
        self.assertIn("countersign recover", self.restore(backup).stderr)
        self.gateway.start()
        self.assertEqual(self.sign().returncode, UNAVAILABLE)

        # The newest store, kept aside, can be put back.
        self.gateway.stop()
        newest = self.replaced()[0]
        self.assertNotIn("countersign recover", self.restore(newest).stderr)
        self.gateway.start()
        self.assertEqual(self.state(active), "used_up")
        self.gateway.stop()

        self.restore(backup)
        self.assertIn("requests ended: 1", self.recover())
        self.gateway.start()
        self.assertEqual(self.state(active), "revoked")
        self.assertEqual(self.sign().returncode, DENIED)


if __name__ == "__main__":
    unittest.main()
