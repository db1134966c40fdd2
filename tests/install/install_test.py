#!/usr/bin/env python3
"""Installs a build into a clean root, and uses it there as a fresh machine would.

    tests/install/install_test.py BUILD

BUILD was configured with the prefix /usr. Needs root, for the root file system of its own.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from clean_root import CleanRoot  # noqa: E402
from evidence import Evidence  # noqa: E402

START_SECONDS = 30
TOKEN = "/var/lib/countersign/token"

# Every file, with MODULES for p11-kit's module folder; what docs/ holds goes to share/doc.
INSTALLED = """
/usr/bin/countersign
/usr/lib/systemd/system/countersign-notify.service
/usr/lib/systemd/system/countersignd.service
/usr/lib/systemd/system/countersignd.socket
/usr/lib/sysusers.d/countersign.conf
/usr/lib/tmpfiles.d/countersign.conf
/usr/libexec/countersign/countersign-token-worker
/usr/sbin/countersign-notify
/usr/sbin/countersignd
/usr/share/bash-completion/completions/countersign
/usr/share/man/man1/countersign.1
/usr/share/man/man5/countersign-client.json.5
/usr/share/man/man5/countersign-gateway.json.5
/usr/share/man/man5/countersign-notify.json.5
/usr/share/man/man5/countersign-policy.json.5
/usr/share/man/man8/countersign-notify.8
/usr/share/man/man8/countersignd.8
/usr/share/p11-kit/modules/countersign.module
MODULES/libcountersign-embedded.so
MODULES/libcountersign.so
""".split()


def p11_kit(variable):
    return subprocess.run(["pkg-config", f"--variable={variable}", "p11-kit-1"], check=True,
                          capture_output=True, text=True).stdout.strip()


class Install(unittest.TestCase):
    """One installation, one gateway set up in it by the installed parts alone."""

    @classmethod
    def setUpClass(cls):
        cls.staged = pathlib.Path(tempfile.mkdtemp(prefix="countersign-staged-"))
        cls.staged.chmod(0o755)
        cls.addClassCleanup(shutil.rmtree, cls.staged)
        subprocess.run(["cmake", "--install", BUILD], check=True, stdout=subprocess.DEVNULL,
                       env={**os.environ, "DESTDIR": str(cls.staged)})
        cls.evidence = Evidence()
        cls.root = cls.enterClassContext(CleanRoot(cls.staged, cls.evidence))
        cls.addClassCleanup(cls.keep_files)
        cls.bring_up()

    @classmethod
    def keep_files(cls):
        """What the daemon wrote, as evidence."""
        cls.evidence.files(cls.root.path("/tmp"), "*.log")
        cls.evidence.files(cls.root.path("/var/lib/countersign"), "store.db*", "core*")

    @classmethod
    def must(cls, *arguments, **options):
        """Runs what has to succeed inside; returns what it printed."""
        done = cls.root.run(*arguments, **options)
        if done.returncode != 0:
            raise RuntimeError(f"{arguments} exits with {done.returncode}: {done.stdout}"
                               f"{done.stderr}")
        return done.stdout

    @classmethod
    def bring_up(cls):
        cls.must("root", "systemd-sysusers")
        cls.must("root", "systemd-tmpfiles", "--create", "countersign.conf")
        cls.make_token()
        cls.write_config()
        code = cls.must("countersign", "countersign", "init", "--admin", "alex")
        cls.start_daemon()
        cls.alex = cls.must("root", "countersign", "token", "create", "--enrol", input=code).strip()
        for account in ("keeper", "builder"):
            cls.must("root", "countersign", "account", "create", account, "--unix-user", account,
                     COUNTERSIGN_TOKEN=cls.alex)
        cls.must("root", "countersign", "signer", "create", "release", "--key",
                 "pkcs11:token=lab;object=rsa", "--cert", f"{TOKEN}/rsa.pem", "--admin", "keeper",
                 COUNTERSIGN_TOKEN=cls.alex)
        cls.must("keeper", "countersign", "member", "add", "release", "builder", "--role",
                 "operator")

    @classmethod
    def make_token(cls):
        cls.root.copy(ROOT / "softhsm-config", "/root/softhsm-config")
        cls.must("root", "/root/softhsm-config/make-token", TOKEN)
        cls.must("root", "chown", "-R", "countersign:countersign", TOKEN)
        for name in ("pin", "so-pin"):
            cls.evidence.secret(cls.root.path(f"{TOKEN}/{name}").read_text())

    @classmethod
    def write_config(cls):
        """The example that was installed, with this machine's token in it."""
        example = cls.root.path("/usr/share/doc/countersign/examples/gateway.json")
        config = json.loads(example.read_text())
        config["tokens"][0].update(label="lab", pin={"file": f"{TOKEN}/pin"},
                                   library=cls.root.path(f"{TOKEN}/library").read_text().strip())
        cls.root.path("/etc/countersign/gateway.json").write_text(json.dumps(config))

    @classmethod
    def start_daemon(cls):
        """What the installed units say, done by hand: systemd does not run in here."""
        cls.must("root", "install", "-d", "-o", "countersign", "/run/countersign")
        unit = cls.root.path("/usr/lib/systemd/system/countersignd.service").read_text()
        command = next(line.split("=", 1)[1].split() for line in unit.splitlines()
                       if line.startswith("ExecStart="))
        cls.keep_files()
        log = cls.root.path("/tmp/countersignd.log")
        with open(log, "w") as out:
            daemon = cls.root.start("countersign", *command, log=out,
                                    SOFTHSM2_CONF=f"{TOKEN}/softhsm2.conf")
        cls.daemon = daemon
        cls.addClassCleanup(daemon.wait)
        cls.addClassCleanup(daemon.terminate)
        deadline = time.monotonic() + START_SECONDS
        while not cls.root.path("/run/countersign/gateway.sock").exists():
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"countersignd does not listen: {log.read_text()}")
            time.sleep(0.02)

    def test_every_file_is_where_debian_expects_it(self):
        modules = p11_kit("p11_module_path")
        documents = {f"/usr/share/doc/countersign/{each.relative_to(ROOT / 'docs')}"
                     for each in (ROOT / "docs").rglob("*") if not each.is_dir()
                     and ROOT / "docs/man" not in each.parents}
        documents |= {f"/usr/share/doc/countersign/{each}" for each in ("README.md", "LICENSE")}
        self.assertLessEqual({f"/usr/share/doc/countersign/examples/{each}.json"
                              for each in ("gateway", "client")}, documents)
        expected = {each.replace("MODULES", modules) for each in INSTALLED} | documents
        found = {"/" + str(each.relative_to(self.staged)) for each in self.staged.rglob("*")
                 if not each.is_dir()}
        self.assertEqual(found, expected)
        self.assertEqual(p11_kit("p11_module_configs"), "/usr/share/p11-kit/modules")

    def test_folders_belong_to_whom_they_should(self):
        self.assertEqual(self.must("root", "stat", "-c", "%U:%G %a", "/var/lib/countersign",
                                   "/var/lib/countersign-mark", "/var/lib/countersign-backups",
                                   "/etc/countersign", "/var/lib/countersign-notify").split("\n")[:5],
                         ["countersign:countersign 700"] * 3 + ["root:root 755",
                                                                "countersign-notify:countersign-notify 700"])

    def test_units_are_understood(self):
        done = self.root.run("root", "systemd-analyze", "verify", "countersignd.service",
                             "countersignd.socket", "countersign-notify.service")
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_tokens_are_found_with_no_path_given(self):
        listed = self.must("builder", "p11tool", "--list-tokens")
        self.assertIn("token=release", listed)
        self.assertIn("Module: libcountersign.so", listed)
        self.assertNotIn("release", self.must("stranger", "p11tool", "--list-tokens"))

    def examine(self, user, **environment):
        """The states of what doctor looks at, and its exit code."""
        done = self.root.run(user, "countersign", "--json", "doctor", **environment)
        self.assertEqual(done.stderr, "")
        return {each["check"]: each["state"] for each in json.loads(done.stdout)["checks"]}, \
            done.returncode

    def test_doctor_finds_all_in_order(self):
        found, code = self.examine("builder")
        self.assertEqual(code, 0)
        hidden = {"gateway config", "tokens"}
        self.assertEqual({check for check, state in found.items() if state != "ok"}, hidden)
        self.assertEqual({check for check in hidden if found[check] != "not seen"}, set())
        found, code = self.examine("root", COUNTERSIGN_TOKEN=self.alex)
        self.assertEqual((code, {check for check, state in found.items() if state != "ok"}),
                         (0, {"certificate of release"}))
        found, code = self.examine("root")
        self.assertEqual((code, found["gateway"]), (0, "not seen"))
        found, code = self.examine("stranger")
        self.assertEqual((code, found["gateway"]), (1, "failed"))

    def test_doctor_sees_the_gateways_files_and_the_token(self):
        found, _ = self.examine("root", COUNTERSIGN_TOKEN=self.alex)
        self.assertLessEqual({"gateway config", "log key", "store file", "PIN source of hsm",
                              "p11-kit", "module", "PIN of hsm"}, set(found))

    def test_the_embedded_modules_next_command_can_be_run_as_it_is_printed(self):
        """With nothing in the environment: the module then takes the gateway's own configuration, and
        the command line would ask a daemon."""
        self.addCleanup(self.start_daemon)
        self.root.path("/tmp/policy").write_text(json.dumps(
            {"approval": [{"name": "release", "approvers": ["keeper"], "count": 1}],
             "ceilings": {"signatures": 1, "window": "1h", "pending": "1d"}}))
        self.must("keeper", "countersign", "policy", "set", "release", "/tmp/policy", "--reason",
                  "test")
        token = self.must("builder", "countersign", "token", "create").strip()
        self.daemon.terminate()
        self.daemon.wait()
        embedded = {"COUNTERSIGN_TOKEN": token, "SOFTHSM2_CONF": f"{TOKEN}/softhsm2.conf"}
        module = p11_kit("p11_module_path") + "/libcountersign-embedded.so"
        denied = self.root.run("countersign", "pkcs11-tool", "--module", module, "--token-label",
                               "release", "--sign", "--mechanism", "SHA256-RSA-PKCS",
                               "--input-file", "/tmp/policy", "--output-file", "/tmp/signature",
                               **embedded)
        self.assertNotEqual(denied.returncode, 0)
        printed = re.search("run: (.*request create release.*)", denied.stderr)
        self.assertTrue(printed, denied.stderr)
        request = self.root.run("countersign", "sh", "-c", printed[1], **embedded)
        self.assertEqual(request.returncode, 0, request.stderr)
        self.assertIn("release", request.stdout)

    def test_doctor_judges_as_the_gateways_user(self):
        config = self.root.path("/etc/countersign/gateway.json")
        self.addCleanup(config.chmod, 0o644)
        config.chmod(0o600)
        found, code = self.examine("root", COUNTERSIGN_TOKEN=self.alex)
        self.assertEqual((code, found["gateway config"]), (1, "failed"))


def main():
    global BUILD
    if len(sys.argv) != 2:
        sys.exit("use: tests/install/install_test.py BUILD")
    BUILD = pathlib.Path(sys.argv.pop()).resolve()
    if os.geteuid() != 0:
        print("install_test: skipped, it makes a root file system of its own: run it as root")
        sys.exit(os.environ.get("CI") == "true")
    if "COUNTERSIGN_OWN_MOUNTS" not in os.environ:
        os.environ["COUNTERSIGN_OWN_MOUNTS"] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--pid", "--fork", "--kill-child",
                              sys.executable, "-B", __file__, str(BUILD)])
    unittest.main()


if __name__ == "__main__":
    main()
