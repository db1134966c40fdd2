"""A second real token: the soft token of NSS, which takes its database from its init arguments."""

import os
import pathlib
import secrets
import subprocess
import unittest

from cases import MEMBERS, GatewayCase
from gateway import NO_APPROVAL, Gateway, plain_environment

LABEL = "NSS Certificate DB"
KEYS = {"nss-rsa": ("-k", "rsa", "-g", "2048"), "nss-ec": ("-k", "ec", "-q", "nistp256")}


def soft_token():
    return next(iter(sorted(pathlib.Path("/usr/lib").glob("*/libsoftokn3.so"))))


class NssGateway(Gateway):
    """Beside `lab`, a token `nss` with an RSA and an EC key made by NSS's own tool."""

    def _take_token(self):
        super()._take_token()
        self.database = self.folder / "nss"
        self.database.mkdir()
        (self.database / "pin").write_text(f"{secrets.token_hex(8)}\n")
        (self.database / "pin").chmod(0o600)
        self.evidence.secret((self.database / "pin").read_text())
        (self.database / "noise").write_bytes(os.urandom(64))
        self.certutil("-N")
        for name, options in KEYS.items():
            self.certutil("-S", "-z", self.database / "noise", "-n", name, "-s", f"CN={name}", "-x",
                          "-t", ",,", *options)
            (self.database / f"{name}.pem").write_bytes(self.certutil("-L", "-n", name, "-a"))

    def certutil(self, command, *arguments):
        done = subprocess.run(
            ["certutil", command, "-d", f"sql:{self.database}", "-f", self.database / "pin",
             *arguments], check=True, stdin=subprocess.DEVNULL, capture_output=True,
            env=plain_environment())
        self.evidence.output(done.stdout, done.stderr)
        return done.stdout

    def key_uri(self, name):
        """By id: NSS labels certificates, not private keys. `certutil -K` shows the id in hex."""
        line = next(line for line in self.certutil("-K").decode().splitlines()
                    if line.endswith(f":{name}"))
        key_id = bytes.fromhex(next(word for word in line.split() if len(word) == 40))
        return (f"pkcs11:token={LABEL.replace(' ', '%20')};type=private;id="
                + "".join(f"%{byte:02x}" for byte in key_id))

    def config(self, **changes):
        lab = super().config()["tokens"][0]
        nss = {"name": "nss", "library": str(soft_token()), "label": LABEL,
               "init_arguments": f"configdir='sql:{self.database}' certPrefix='' keyPrefix='' "
                                 "secmod='secmod.db' flags=readOnly",
               "pin": {"file": str(self.database / "pin")}, "sessions": 4}
        return super().config(**{"tokens": [lab, nss], **changes})


class Nss(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = NssGateway()
        cls.addClassCleanup(cls.gateway.close)
        cls.bring_up()

    @classmethod
    def prepare(cls):
        gateway = cls.gateway
        gateway.wait_for_token("nss")
        gateway.signer("release", "p256", NO_APPROVAL, MEMBERS)
        for name in KEYS:
            gateway.signer_of(name, gateway.key_uri(name), gateway.database / f"{name}.pem",
                              NO_APPROVAL, MEMBERS)
        (gateway.folder / "message").write_text("hello, world\n")

    def sign_and_verify(self, signer, certificate, *options, verify=()):
        message, out = self.gateway.folder / "message", self.gateway.folder / f"{signer}.sig"
        self.gateway.cli("engineer", "sign", signer, "--in", message, "--out", out, *options)
        public = self.gateway.folder / f"{signer}.pub"
        public.write_bytes(subprocess.run(["openssl", "x509", "-in", certificate, "-noout",
                                           "-pubkey"], check=True, capture_output=True).stdout)
        subprocess.run(["openssl", "dgst", "-sha256", *verify, "-verify", public, "-signature", out,
                        message], check=True, capture_output=True)

    def test_it_is_ready_under_its_own_label(self):
        hsm = self.gateway.hsm("nss")
        self.assertEqual((hsm["label"], hsm["library"]), (LABEL, str(soft_token())))

    def test_signs_with_rsa_and_ec(self):
        for name in KEYS:
            with self.subTest(name):
                self.sign_and_verify(name, self.gateway.database / f"{name}.pem")
        self.sign_and_verify("nss-rsa", self.gateway.database / "nss-rsa.pem", "--pss",
                             verify=("-sigopt", "rsa_padding_mode:pss"))

    def test_the_other_token_goes_on_beside_it(self):
        self.sign_and_verify("release", self.gateway.token / "p256.pem")


if __name__ == "__main__":
    unittest.main()
