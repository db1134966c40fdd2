"""Under which conditions a signing policy lets sign: hours, freeze windows, rates; its revisions. In
both shapes."""

import datetime
import subprocess
import unittest

from cases import CONFLICT, DENIED, INVALID, MEMBERS, NOT_FOUND, GatewayCase
from gateway import NO_APPROVAL, approval

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
AT_ONCE = 6


def moment(**ahead):
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**ahead)
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Conditions(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        (cls.gateway.folder / "message").write_bytes(b"hello")

    def sign_command(self, out):
        return ["pkcs11-tool", "--module", self.gateway.module, "--token-label", "release", "--sign",
                "--mechanism", "SHA256-RSA-PKCS", "--input-file", "message", "--output-file", out]

    def sign(self):
        return self.gateway.run("engineer", "sign", "release", "--in",
                                self.gateway.folder / "message", "--out",
                                self.gateway.folder / "signature")

    def denied_by(self, text):
        done = self.sign()
        self.assertEqual(done.returncode, DENIED, done.stderr)
        self.assertIn(text, done.stderr)
        return done

    def denied(self, text):
        done = self.denied_by(text)
        self.assertRegex(done.stderr, r"sign at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ or later")
        explained = self.gateway.run("engineer", "explain", "release")
        self.assertEqual(explained.returncode, DENIED)
        self.assertIn(text, explained.stdout)

    def test_hours(self):
        today = datetime.datetime.now(datetime.timezone.utc).weekday()
        other = [DAYS[(today + days) % 7] for days in (2, 3, 4, 5)]
        hours = {"zone": "UTC", "open": [{"days": other, "from": "00:00", "until": "24:00"}]}
        self.gateway.set_policy("release", {**NO_APPROVAL, "hours": hours})
        self.denied("signs in certain hours only")
        hours["open"][0]["days"] = DAYS
        self.gateway.set_policy("release", {**NO_APPROVAL, "hours": hours})
        self.assertEqual(self.sign().returncode, 0)

    def test_freeze_windows_come_before_approval(self):
        window = {"from": moment(hours=-1), "until": moment(hours=1), "reason": "stock-taking"}
        self.gateway.set_policy("release", {**approval("approver"), "freeze_windows": [window]})
        self.gateway.approved_request("release", "engineer", "approver")
        self.denied("stock-taking")
        rules = self.gateway.run("engineer", "--json", "explain", "release").stdout
        self.assertIn('"rule":"approval"', rules)

    def test_freeze_windows_of_the_product(self):
        self.gateway.set_policy("release", NO_APPROVAL)
        self.refused(DENIED, "does not allow", "keeper", "freeze", "create", "--until",
                     moment(hours=1), "--reason", "x")
        self.refused(INVALID, "before it begins", "admin", "freeze", "create", "--until",
                     moment(hours=-1), "--reason", "x")
        freeze = self.gateway.json("admin", "freeze", "create", "--until", moment(hours=1),
                                   "--reason", "all hands off")["freeze"]
        self.assertEqual(freeze["state"], "holds")
        self.denied("all hands off")
        listed = self.gateway.json("engineer", "freeze", "list")["freezes"]
        self.assertIn(freeze["id"], [each["id"] for each in listed])
        self.refused(NOT_FOUND, "no such freeze window", "admin", "freeze", "end", "99", "--reason",
                     "x")
        self.gateway.cli("admin", "freeze", "end", freeze["id"], "--reason", "it is over")
        self.refused(CONFLICT, "is over already", "admin", "freeze", "end", freeze["id"], "--reason",
                     "x")
        self.assertEqual(self.sign().returncode, 0)

    def test_rates_let_nobody_through_who_races(self):
        rates = [{"count": 3, "per": "1h", "of": "caller"}, {"count": 9, "per": "1d", "of": "caller"}]
        self.gateway.set_policy("release", {**NO_APPROVAL, "rates": rates})
        tools = [subprocess.Popen([str(each) for each in self.sign_command(f"raced-{number}")],
                                  cwd=self.gateway.folder, env=self.gateway.environment("engineer"),
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE)
                 for number in range(AT_ONCE)]
        for tool in tools:
            self.gateway.evidence.hear(tool)
        made = sorted(self.gateway.folder.glob("raced-*"))
        self.assertEqual(len([each for each in made if each.stat().st_size > 0]), 3)
        self.gateway.stop()
        self.gateway.start()
        self.denied("3 in 1h of one caller")

    def test_revisions_stay_readable(self):
        self.gateway.set_policy("release", approval("approver", signatures=3))
        self.gateway.set_policy("release", approval("approver", signatures=7))
        revisions = self.gateway.json("approver", "policy", "list", "release")["policies"]
        last = revisions[-1]
        self.assertEqual(last["difference"],
                         [{"op": "replace", "path": "/ceilings/signatures", "value": 7}])
        self.assertEqual((last["author"], last["reason"]), ("keeper", "test"))
        older = self.gateway.json("approver", "policy", "show", "release", "--revision",
                                  last["revision"] - 1)
        self.assertEqual(older["policy"]["ceilings"]["signatures"], 3)
        self.assertIn("/ceilings/signatures 7",
                      self.gateway.cli("approver", "policy", "list", "release"))
        self.refused(NOT_FOUND, "no such revision", "approver", "policy", "show", "release",
                     "--revision", "999")

    def test_a_quorum_of_the_policy_consents(self):
        quorums = {"freeze": {"approvers": ["approver", "engineer"], "count": 2}}
        self.gateway.set_policy("release", {**NO_APPROVAL, "quorums": quorums})
        waiting = self.gateway.json("keeper", "signer", "freeze", "release", "--reason",
                                    "audit")["change"]
        self.assertEqual(waiting["parts"],
                         [{"of": "release", "to": "freeze", "needs": 2, "consents": 0}])
        self.gateway.cli("approver", "change", "consent", waiting["id"])
        self.gateway.cli("engineer", "change", "consent", waiting["id"])
        self.denied_by("is frozen")
        self.gateway.cli("keeper", "signer", "unfreeze", "release", "--reason", "done")

    def test_a_weak_hash_is_warned_of(self):
        self.gateway.set_policy("release", {**NO_APPROVAL, "weak_hashes": ["sha1"]})
        command = self.sign_command("weak")
        command[command.index("SHA256-RSA-PKCS")] = "SHA1-RSA-PKCS"
        done = self.gateway.tool("engineer", *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"countersign: release: warning: ", done.stderr)
        intents = [each["said"] for each in self.gateway.records()
                   if each["said"]["kind"] == "signature.intent"]
        self.assertIn("SHA-1", intents[-1]["data"]["warning"])


class ConditionsEmbedded(Conditions):
    shape = "embedded"


if __name__ == "__main__":
    unittest.main()
