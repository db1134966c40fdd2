#!/usr/bin/env python3
"""The built module in the hosts it meets: how they end, what they closed, who they run as, and an
OpenSSL that loads the module by its own configuration. Run through tests/support/with-gateway, in
either shape.

    hosts_test.py MODULE_HOST
"""

import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile
import unittest

MODULE = pathlib.Path(os.environ["COUNTERSIGN_MODULE"])
EMBEDDED = "embedded" in MODULE.name
HOST = pathlib.Path(sys.argv.pop(1)).resolve()
SECONDS = 120

EXITS = ("exit-loaded", "exit-initialized", "exit-searching", "exit-in-operations", "exit-signed",
         "exit-finalized", "exit-unloaded", "exit-by-another-thread", "exit-finalizing")
LABELS = ["p256", "p384", "p521", "rsa"]


def run(*command, **options):
    return subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=SECONDS, **options)


class HostCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-hosts-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def expect_well(self, done):
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def pkg_config(self, variable):
        return run("pkg-config", f"--variable={variable}", "p11-kit-1").stdout.strip()


class OwnHost(HostCase):
    def test_exit_in_every_state_is_quiet(self):
        for action in EXITS:
            with self.subTest(action):
                self.expect_well(run(HOST, MODULE, action))

    def test_exit_while_another_thread_signs(self):
        for action in ("exit-while-signing", "exit-joining"):
            for attempt in range(20):
                with self.subTest(action, attempt=attempt):
                    self.expect_well(run(HOST, MODULE, action))

    def test_loaded_and_unloaded_in_a_loop(self):
        self.expect_well(run(HOST, MODULE, "load-loop"))

    def test_closed_standard_descriptors_stay_closed(self):
        self.expect_well(run(HOST, MODULE, "no-standard-descriptors"))

    def test_several_copies_behind_p11_kit_proxy(self):
        proxy = self.pkg_config("proxy_module")
        modules = self.folder / "pkcs11" / "modules"
        modules.mkdir(parents=True)
        for name in ("first", "second"):
            copy = self.folder / f"{name}.so"
            shutil.copy(MODULE, copy)
            (modules / f"{name}.module").write_text(f"module: {copy}\n")
        for action in ("labels", "exit-finalized"):
            done = run(*self.with_p11_kit_modules(modules), HOST, proxy, action,
                       env=dict(os.environ, XDG_CONFIG_HOME=str(self.folder)))
            if action == "labels":
                labels = [label for label in done.stdout.split()[1:] if label in LABELS]
                self.assertEqual(sorted(labels), sorted(LABELS + LABELS), done.stderr)
            else:
                self.expect_well(done)

    def with_p11_kit_modules(self, modules):
        """What to put before a command. p11-kit does not read root's own configuration, so root
        gets a name space in which the machine's is another."""
        if os.getuid() != 0:
            return []
        machine = self.pkg_config("p11_module_configs")
        enter = ["unshare", "--mount", "sh", "-c",
                 f'mount --bind "{modules}" "{machine}" && exec "$@"', "sh"]
        if run(*enter, "true").returncode != 0:
            self.skipTest("root may not mount here, and p11-kit passes over root's configuration")
        return enter


class ForeignHost(HostCase):
    """What a build with sanitizers cannot do: its runtime has to be in the host from the start, and
    looks for leaks in no process with another user's rights."""

    def test_setuid_host_ignores_the_environment(self):
        plain = run(HOST, MODULE, "labels")
        self.assertEqual((plain.stdout.split()[0], sorted(plain.stdout.split()[1:])),
                         ("plain", LABELS))
        if os.getuid() != 0:
            self.skipTest("only root can make a program that runs as somebody else")
        self.folder.chmod(0o755)
        host, module = self.folder / "host", self.folder / "module.so"
        shutil.copy(HOST, host)
        shutil.copy(MODULE, module)
        module.chmod(0o755)
        os.chown(host, pwd.getpwnam("nobody").pw_uid, -1)
        host.chmod(0o4755)
        # What the machine itself may have configured must not answer in place of the test's gateway.
        secure = run(host, module, "labels")
        if EMBEDDED and secure.stdout.startswith("secure"):
            # Nor may the environment name another gateway's store and token libraries.
            self.assertEqual(secure.returncode, 1)
            self.assertIn("/etc/countersign/gateway.json", secure.stderr)
            return
        self.assertEqual(secure.returncode, 0, secure.stderr)
        if secure.stdout.split()[0] != "secure":
            self.skipTest("the file system of the temporary folder does not honour setuid")
        self.assertEqual(secure.stdout.split()[1:], [])

    def test_openssl_that_loads_the_module_by_its_configuration(self):
        engine = self.engine()
        config = self.folder / "openssl.cnf"
        config.write_text(f"""openssl_conf = start
[start]
engines = engines
[engines]
pkcs11 = countersign
[countersign]
engine_id = pkcs11
dynamic_path = {engine}
MODULE_PATH = {MODULE}
init = 1
""")
        environment = dict(os.environ, OPENSSL_CONF=str(config))
        # The module itself makes and checks digests while that configuration is in force.
        self.expect_well(run(HOST, MODULE, "exit-finalized", env=environment))
        data, signature = self.folder / "data", self.folder / "data.sig"
        data.write_text("a release")
        for name in ("p256", "rsa"):
            with self.subTest(name):
                self.sign_and_verify(name, data, signature, environment)

    def sign_and_verify(self, name, data, signature, environment):
        key = f"pkcs11:token={name};object={name};type="
        signed = run("openssl", "dgst", "-sha256", "-engine", "pkcs11", "-keyform", "engine",
                     "-sign", key + "private", "-out", signature, data, env=environment)
        self.assertEqual(signed.returncode, 0, signed.stderr)
        public = run("openssl", "pkey", "-engine", "pkcs11", "-inform", "engine", "-pubin", "-in",
                     key + "public", "-pubout", "-out", self.folder / "key.pem", env=environment)
        self.assertEqual(public.returncode, 0, public.stderr)
        plain = {name: value for name, value in os.environ.items() if name != "OPENSSL_CONF"}
        verified = run("openssl", "dgst", "-sha256", "-verify", self.folder / "key.pem",
                       "-signature", signature, data, env=plain)
        self.assertEqual(verified.stdout.strip(), "Verified OK", verified.stderr)

    def engine(self):
        folder = run("openssl", "version", "-e").stdout.split('"')[1]
        engine = pathlib.Path(folder) / "pkcs11.so"
        self.assertTrue(engine.exists(), f"{engine} is missing: install libengine-pkcs11-openssl")
        return engine


if __name__ == "__main__":
    unittest.main()
