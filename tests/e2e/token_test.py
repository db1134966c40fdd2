"""A token that misbehaves behind the running gateway: caught, named, survived; others go on."""

import os
import subprocess
import time
import unittest

from cases import MEMBERS, OK, UNAVAILABLE, GatewayCase
from faults import IN_INITIALIZE, IN_LOGIN, IN_SIGN, IN_SIGN_INIT, FaultyGateway
from gateway import NO_APPROVAL, START_SECONDS

CKR_DEVICE_REMOVED = 0x32
CKR_PIN_INCORRECT = 0xA0
CKR_KEY_HANDLE_INVALID = 0x60
CKR_SESSION_HANDLE_INVALID = 0xB3
CKR_USER_NOT_LOGGED_IN = 0x101
CKR_UNKNOWN = 0x80000123

# What C_Sign does wrong; each may have signed.
BAD_SIGNATURES = (
    {"wrong_signature": 1}, {"short_signature": 1}, {"long_signature": 1},
    {"sign": CKR_UNKNOWN, "lasting": 1}, {"sign": CKR_DEVICE_REMOVED, "lasting": 1},
    {"sign": CKR_SESSION_HANDLE_INVALID, "lasting": 1}, {"hang": IN_SIGN},
    {"crash": IN_SIGN, "lasting": 1}, {"crash": IN_SIGN_INIT, "lasting": 1},
    {"exit": IN_SIGN, "lasting": 1})

# What goes by unnoticed: the session or the login is renewed before anything is signed.
RENEWED = (CKR_SESSION_HANDLE_INVALID, CKR_KEY_HANDLE_INVALID, CKR_USER_NOT_LOGGED_IN,
           CKR_DEVICE_REMOVED)


class Token(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = FaultyGateway()
        cls.addClassCleanup(cls.gateway.close)
        cls.bring_up()

    @classmethod
    def prepare(cls):
        gateway = cls.gateway
        gateway.wait_for_token("lab")
        gateway.wait_for_token("spare")
        gateway.signer("release", "p256", NO_APPROVAL, MEMBERS)
        gateway.signer_of("healthy", "pkcs11:token=spare;object=p256;type=private",
                          gateway.spare / "p256.pem", NO_APPROVAL, MEMBERS)
        (gateway.folder / "message").write_text("hello, world\n")
        for name, folder in (("release", gateway.token), ("healthy", gateway.spare)):
            public = subprocess.run(["openssl", "x509", "-in", folder / "p256.pem", "-noout",
                                     "-pubkey"], check=True, capture_output=True).stdout
            (gateway.folder / f"{name}.pub").write_bytes(public)

    def tearDown(self):
        self.gateway.faults.clear()
        self.recovers()

    def sign(self, signer="release"):
        """The finished process; what was written, if anything, has been verified by another."""
        out = self.gateway.folder / f"{signer}.sig"
        out.unlink(missing_ok=True)
        done = self.gateway.run("engineer", "sign", signer, "--in", self.gateway.folder / "message",
                                "--out", out)
        self.assertEqual(out.exists(), done.returncode == OK)
        if out.exists():
            subprocess.run(["openssl", "dgst", "-sha256", "-verify",
                            self.gateway.folder / f"{signer}.pub", "-signature", out,
                            self.gateway.folder / "message"], check=True, capture_output=True)
        return done

    def recovers(self):
        deadline = time.monotonic() + START_SECONDS
        while (done := self.sign()).returncode != OK:
            self.assertLess(time.monotonic(), deadline, done.stderr + self.gateway.log())
            time.sleep(0.05)
        self.assertEqual(self.gateway.hsm("lab")["state"], "ready")

    def last_outcome(self):
        return [each for each in self.gateway.records() if each["kind"] == "signature.outcome"][-1]

    def test_a_bad_signature_is_held_back(self):
        for fault in BAD_SIGNATURES:
            with self.subTest(**fault):
                self.gateway.faults.set(**fault)
                done = self.sign()
                self.assertNotEqual(done.returncode, OK)
                self.assertRegex(done.stderr, "token lab")
                self.assertEqual(self.last_outcome()["said"]["data"]["end"], "failed")
                self.assertEqual(self.sign("healthy").returncode, OK)
                self.gateway.faults.clear()
                self.recovers()

    def test_sessions_and_logins_are_renewed(self):
        for code in RENEWED:
            with self.subTest(hex(code)):
                self.gateway.faults.set(sign_init=code, lasting=1)
                self.assertEqual(self.sign().returncode, OK)

    def test_handles_that_changed_release_nothing_wrong(self):
        for shift in (1, 2, 5, 1000):
            with self.subTest(shift):
                self.gateway.faults.set(handle_shift=shift)
                self.recovers()  # sign() has verified whatever was released

    def test_a_hang_holds_up_nobody_else(self):
        self.gateway.faults.set(hang=IN_SIGN)
        hung = subprocess.Popen(
            [self.gateway.build / "bin/countersign", "sign", "release", "--in",
             self.gateway.folder / "message", "--out", self.gateway.folder / "hung.sig"],
            env=self.gateway.environment("engineer"), stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE)
        for _ in range(5):
            self.assertEqual(self.sign("healthy").returncode, OK)
        _, said = self.gateway.evidence.hear(hung, timeout=START_SECONDS)
        self.assertEqual(hung.returncode, UNAVAILABLE)
        self.assertIn(b"token lab", said)

    def test_a_library_that_cannot_be_started_is_down_with_the_reason(self):
        self.gateway.faults.set(crash=IN_INITIALIZE, lasting=1_000_000)
        os.kill(self.gateway.faults.process, 9)
        hsm = self.gateway.wait_for_token(state="down", message="signal 11")
        self.assertIn("token lab", hsm["message"])
        done = self.sign()
        self.assertEqual(done.returncode, UNAVAILABLE)
        self.assertIn("token lab", done.stderr)
        self.assertEqual(self.last_outcome()["said"]["data"]["end"], "not_signed")
        self.assertEqual(self.sign("healthy").returncode, OK)
        self.gateway.faults.clear()
        self.assertEqual(self.gateway.json("admin", "hsm", "retry", "lab")["hsm"]["state"], "ready")

    def test_a_changed_pin_is_tried_once(self):
        before = self.gateway.faults.logins
        self.gateway.faults.set(sign_init=CKR_USER_NOT_LOGGED_IN, login=CKR_PIN_INCORRECT, lasting=2)
        for _ in range(3):
            done = self.sign()
            self.assertEqual(done.returncode, UNAVAILABLE)
            self.assertIn("token lab", done.stderr)
        os.kill(self.gateway.faults.process, 9)  # another worker does not try it either
        self.gateway.wait_for_token(state="down")
        self.gateway.wait_for_token(state="locked")
        self.assertEqual(self.gateway.faults.logins, before + 1)
        self.assertEqual(self.sign("healthy").returncode, OK)
        self.gateway.faults.clear()
        self.assertEqual(self.gateway.json("admin", "hsm", "retry", "lab")["hsm"]["state"], "ready")

    def test_a_login_that_never_ends_is_not_tried_again(self):
        before = self.gateway.faults.logins
        self.gateway.faults.set(hang=IN_LOGIN)
        os.kill(self.gateway.faults.process, 9)
        self.gateway.wait_for_token(state="locked")
        self.assertEqual(self.gateway.faults.logins, before + 1)
        self.gateway.faults.clear()
        self.assertEqual(self.gateway.json("admin", "hsm", "retry", "lab")["hsm"]["state"], "ready")

    def test_workers_die_with_the_daemon(self):
        self.gateway.faults.set(hang=IN_SIGN)
        worker = self.gateway.faults.process
        self.gateway.kill()
        deadline = time.monotonic() + START_SECONDS
        while os.path.exists(f"/proc/{worker}"):
            self.assertLess(time.monotonic(), deadline, "the worker lives on")
            time.sleep(0.02)
        self.gateway.faults.clear()
        self.gateway.start()
        self.gateway.wait_for_token("lab")
        self.gateway.wait_for_token("spare")

    def test_the_daemon_loads_no_token_library(self):
        with open(f"/proc/{self.gateway.daemon.pid}/maps") as maps:
            loaded = maps.read()
        self.assertNotIn("softhsm", loaded)
        self.assertNotIn("hsm_faulty_library", loaded)


if __name__ == "__main__":
    unittest.main()
