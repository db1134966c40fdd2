"""`countersign doctor`: each thing that can be wrong is broken in turn, and named with its mend."""

import json
import sqlite3
import subprocess
import time
import unittest

from cases import INTERNAL, MEMBERS, OK, GatewayCase
from gateway import NO_APPROVAL, START_SECONDS, WRONG_PIN, Gateway


class DoctorCase(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)
        cls.gateway.wait_for_token()

    def examine(self, account, code, **environment):
        """What doctor finds, by check, and its exit code is `code`. A variable that is None is unset."""
        done = subprocess.run(
            [self.gateway.build / "bin/countersign", "--json", "doctor", "--config",
             self.gateway.folder / "gateway.json"],
            env={name: value for name, value in
                 self.gateway.environment(account, **environment).items() if value is not None},
            stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.gateway.evidence.output(done.stdout, done.stderr)
        self.assertEqual((done.returncode, done.stderr), (code, ""), done.stdout)
        answer = json.loads(done.stdout)
        self.assertEqual(answer["failed"], sum(each["state"] == "failed"
                                               for each in answer["checks"]))
        for each in answer["checks"]:
            if each["state"] in ("failed", "warning"):
                self.assertNotEqual(each["mend"], "", each)
        pin = (self.gateway.token / "pin").read_text().strip()
        self.assertNotIn(pin, done.stdout)
        return {each["check"]: each for each in answer["checks"]}

    def finds(self, check, text, mend, account="engineer"):
        """Exactly this check fails, says `text`, and names `mend`."""
        found = self.examine(account, INTERNAL)
        failed = {name: each for name, each in found.items() if each["state"] == "failed"}
        self.assertEqual(list(failed), [check], failed)
        self.assertIn(text, failed[check]["finding"])
        self.assertIn(mend, failed[check]["mend"])


class Healthy(DoctorCase):
    def test_everything_is_looked_at(self):
        found = self.examine("admin", OK)
        self.assertEqual({name for name, each in found.items() if each["state"] == "ok"} - {"p11-kit"},
                         {"client config", "socket", "gateway config", "log key", "store file",
                          "mark file", "PIN source of lab", "module", "gateway", "store", "clock", "token lab",
                          "PIN of lab", "key of release"})
        found = self.examine("engineer", OK)
        self.assertEqual(found["certificate of release"]["state"], "ok")
        self.assertEqual(found["tokens"]["state"], "not seen")
        self.assertIn("shows 1 signer", found["module"]["finding"])

    def test_table_and_exit_code(self):
        done = self.gateway.run("engineer", "doctor", "--config",
                                self.gateway.folder / "gateway.json")
        self.assertEqual(done.returncode, OK)
        self.assertRegex(done.stdout, r"\ASTATE +CHECK +FOUND +TO MEND IT\nok +client config ")

    def test_token_that_is_none_of_the_gateways(self):
        found = self.examine("engineer", INTERNAL, COUNTERSIGN_TOKEN="cs_" + "a" * 26)
        self.assertEqual(found["gateway"]["state"], "failed")

    def test_frozen_signer_is_a_warning(self):
        self.gateway.cli("keeper", "signer", "freeze", "release", "--reason", "moved")
        self.addCleanup(self.gateway.cli, "keeper", "signer", "unfreeze", "release", "--reason", "x")
        self.assertIn("moved", self.examine("engineer", OK)["signer release"]["finding"])


class Mark(DoctorCase):
    """Nothing is signed without it, so each test puts it back."""

    def test_open_to_others(self):
        self.addCleanup(self.gateway.mark.chmod, 0o600)
        self.gateway.mark.chmod(0o644)
        self.finds("mark file", "open to others", "chmod 600")

    def test_of_another_gateway(self):
        self.gateway.stop()
        content = self.gateway.mark.read_bytes()
        self.gateway.mark.write_bytes(content.replace(b"gw.test", b"gw.tess"))
        found = self.examine("engineer", INTERNAL)
        self.gateway.mark.write_bytes(content)
        self.gateway.start()
        self.assertIn("is not this gateway's", found["mark file"]["finding"])
        self.assertIn("countersign recover", found["mark file"]["mend"])

    def test_taken_away(self):
        away = self.gateway.mark.parent.rename(self.gateway.folder / "away")
        found = self.examine("engineer", INTERNAL)
        away.rename(self.gateway.mark.parent)
        self.gateway.wait_for_token()
        self.assertEqual({name for name, each in found.items() if each["state"] == "failed"},
                         {"mark file", "store"})
        self.assertIn("systemd-tmpfiles --create", found["mark file"]["mend"])
        self.assertIn("the high-water mark was taken away", found["store"]["finding"])

    def test_recovery_needed(self):
        self.gateway.stop()
        older = (self.gateway.folder / "store.db").read_bytes()
        self.gateway.start()
        self.gateway.cli("admin", "token", "list")
        self.gateway.stop()
        newest = (self.gateway.folder / "store.db").read_bytes()
        (self.gateway.folder / "store.db").write_bytes(older)
        self.gateway.start()
        found = self.examine("admin", INTERNAL)
        self.gateway.stop()
        (self.gateway.folder / "store.db").write_bytes(newest)
        self.gateway.start()
        self.assertEqual(found["mark file"]["state"], "ok")
        self.assertIn("is older than", found["high-water mark"]["finding"])
        self.assertIn("countersign recover", found["high-water mark"]["mend"])


class Backups(DoctorCase):
    def test_folder(self):
        folder = self.gateway.folder / "backups"
        self.addCleanup(self.gateway.write_config)
        self.gateway.write_config(backups=str(folder))
        self.finds("backups", str(folder), f"mkdir -m 700 {folder}")
        folder.mkdir()
        folder.chmod(0o777)
        self.finds("backups", "others can change", f"chmod 700 {folder}")
        folder.chmod(0o700)
        self.assertEqual(self.examine("engineer", OK)["backups"]["state"], "ok")


class Embedded(DoctorCase):
    shape = "embedded"

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", NO_APPROVAL, MEMBERS)

    def test_everything_is_looked_at(self):
        found = self.examine("admin", OK)
        self.assertEqual({name for name, each in found.items() if each["state"] == "ok"},
                         {"client config", "shape", "gateway config", "log key", "store file",
                          "PIN source of lab", "module", "gateway", "store", "clock", "token lab",
                          "PIN of lab", "key of release"})
        self.assertIn("libcountersign-embedded.so shows 1 signer",
                      self.examine("engineer", OK)["module"]["finding"])

    def test_named_in_the_client_config(self):
        path = str(self.gateway.folder / "gateway.json")
        self.addCleanup(self.gateway.write_client_config)
        self.gateway.write_client_config(embedded=path)
        self.assertEqual(self.examine("engineer", OK, COUNTERSIGN_GATEWAY_CONFIG=None)[
            "gateway config"]["finding"], path)

    def test_store_that_is_damaged(self):
        store = self.gateway.folder / "store.db"
        good = store.read_bytes()
        self.addCleanup(store.write_bytes, good)
        store.write_bytes(b"nothing" * 1000)
        self.finds("store", "is no Countersign store", "countersign init")

    def test_pin_file(self):
        pin = self.gateway.token / "pin"
        self.addCleanup(pin.chmod, pin.stat().st_mode & 0o777)
        pin.chmod(0o644)
        found = self.examine("engineer", INTERNAL)
        self.assertIn("chmod 600", found["PIN source of lab"]["mend"])


class Permissions(DoctorCase):
    def open_to_others(self, path):
        self.addCleanup(path.chmod, path.stat().st_mode & 0o777)
        path.chmod(0o644)

    def test_pin_file(self):
        self.open_to_others(self.gateway.token / "pin")
        self.finds("PIN source of lab", "can be read by others", "chmod 600")

    def test_log_key(self):
        self.open_to_others(self.gateway.folder / "log.key")
        self.finds("log key", "can be read by others", "chmod 600")

    def test_store(self):
        self.open_to_others(self.gateway.folder / "store.db")
        self.finds("store file", "open to others", "chmod 600")

    def test_gateway_config(self):
        path = self.gateway.folder / "gateway.json"
        self.addCleanup(path.chmod, 0o600)
        path.chmod(0o666)
        self.finds("gateway config", "can be written by others", "chmod go-w")

    def test_no_gateway_config(self):
        path = self.gateway.folder / "gateway.json"
        self.addCleanup(self.gateway.write_config)
        path.unlink()
        self.finds("gateway config", "does not exist", "examples/gateway.json")

    def test_key_that_is_not_known(self):
        self.addCleanup(self.gateway.write_config)
        self.gateway.write_config(colour="red")
        self.finds("gateway config", "/colour", "correct the file")


class Client(DoctorCase):
    """What is wrong on the caller's side of the socket."""

    def setUp(self):
        self.addCleanup(self.gateway.write_client_config)

    def test_config(self):
        self.gateway.write_client_config(colour="red")
        self.finds("client config", "/colour", "correct the file")

    def test_no_socket(self):
        self.gateway.write_client_config(socket=str(self.gateway.folder / "none"))
        found = self.examine("engineer", INTERNAL)
        self.assertIn("systemctl start countersignd.socket", found["socket"]["mend"])
        self.assertEqual(found["gateway"]["state"], "failed")

    def test_replaceable_socket(self):
        folder = self.gateway.folder / "open"
        folder.mkdir()
        folder.chmod(0o777)
        (folder / "gateway.sock").symlink_to(self.gateway.socket)
        self.gateway.write_client_config(socket=str(folder / "gateway.sock"))
        found = self.examine("engineer", INTERNAL)
        self.assertIn("others can replace", found["socket"]["finding"])

    def test_other_socket_than_the_gateways(self):
        link = self.gateway.folder / "link.sock"
        link.symlink_to(self.gateway.socket)
        self.gateway.write_client_config(socket=str(link))
        done = self.examine("engineer", OK)
        self.assertEqual(done["gateway config"]["state"], "warning")


class Token(DoctorCase):
    """What is wrong behind the gateway. Each test breaks a gateway of its own."""

    @classmethod
    def setUpClass(cls):
        pass

    def setUp(self):
        self.gateway = type(self).gateway = Gateway()
        self.addCleanup(self.gateway.close)
        self.bring_up()

    def pkcs11_tool(self, *arguments):
        environment = {**self.gateway.daemon_environment(),
                       "PIN": (self.gateway.token / "pin").read_text().strip()}
        subprocess.run(["pkcs11-tool", "--module", (self.gateway.token / "library").read_text().strip(),
                        "--token-label", "lab", "--login", "--pin", "env:PIN", *arguments],
                       env=environment, check=True, capture_output=True)

    def restart_until(self, state):
        self.gateway.stop()
        self.gateway.start()
        deadline = time.monotonic() + START_SECONDS
        while self.gateway.json("admin", "hsm", "list")["hsms"][0]["state"] != state:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)

    def test_refused_pin(self):
        self.gateway.set_pin(WRONG_PIN)
        self.restart_until("locked")
        found = self.examine("admin", INTERNAL)
        self.assertEqual(found["PIN of lab"]["state"], "failed")
        self.assertIn("countersign hsm retry lab", found["PIN of lab"]["mend"])
        self.assertEqual(found["key of release"]["state"], "failed")

    def test_token_that_is_away(self):
        (self.gateway.token / "tokens").rename(self.gateway.token / "elsewhere")
        (self.gateway.token / "tokens").mkdir()
        self.gateway.stop()
        self.gateway.start()
        found = self.examine("admin", INTERNAL)
        self.assertEqual(found["token lab"]["state"], "failed")
        self.assertIn("countersign hsm retry lab", found["token lab"]["mend"])

    def test_key_that_was_replaced(self):
        self.gateway.stop()
        for kind in ("privkey", "pubkey"):
            self.pkcs11_tool("--delete-object", "--type", kind, "--label", "rsa")
        self.pkcs11_tool("--keypairgen", "--key-type", "rsa:2048", "--label", "rsa", "--id", "01",
                         "--usage-sign")
        self.gateway.start()
        self.finds("key of release", "is not the one", "countersign signer freeze release")

    def test_clock_behind_the_store(self):
        self.gateway.stop()
        store = sqlite3.connect(self.gateway.folder / "store.db")
        store.execute("UPDATE meta SET value = ? WHERE key = 'time_high_water'",
                      (str(int((time.time() + 3600) * 1000)),))
        store.commit()
        store.close()
        self.gateway.start()
        found = self.examine("admin", INTERNAL)
        self.assertIn("behind the latest time", found["clock"]["finding"])
        self.assertIn("timedatectl", found["clock"]["mend"])

    def test_gateway_that_is_down(self):
        self.gateway.kill()
        self.finds("gateway", "cannot reach the gateway", "systemctl restart countersignd")


if __name__ == "__main__":
    unittest.main()
