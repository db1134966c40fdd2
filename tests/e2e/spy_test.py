"""Wrong tokens never reach the token's PIN: seen from inside, by OpenSC's spy between the gateway and
its token library."""

import pathlib
import re
import unittest

import login_test
from gateway import Gateway

SPY = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/pkcs11-spy.so"))))


class SpiedGateway(Gateway):
    """The spy writes PINs down: `spied` goes with the folder and is no evidence for others."""

    @property
    def spied(self):
        return self.folder / "spied"

    def config(self, **changes):
        lab = super().config()["tokens"][0]
        return super().config(**{"tokens": [{**lab, "library": str(SPY)}], **changes})

    def spy_environment(self):
        return {"PKCS11SPY": (self.token / "library").read_text().strip(),
                "PKCS11SPY_OUTPUT": str(self.spied)}

    def daemon_environment(self, fault=None):
        return {**super().daemon_environment(fault), **self.spy_environment()}

    def environment(self, account=None, **more):
        environment = super().environment(account, **more)
        return {**environment, **self.spy_environment()} if self.shape == "embedded" \
            else environment

    def pins_given(self):
        """What each C_Login so far had as PIN."""
        pins = []
        for call in re.split(r"\n\d+: ", self.spied.read_text())[1:]:
            if not call.startswith("C_Login"):
                continue
            dump = call[call.index("[in] pPin"):call.index("Returned:")]
            pins.append(bytes.fromhex("".join(re.findall(
                r"^ *[0-9A-Fa-f]{8}  ((?:[0-9A-Fa-f]{2} +){1,16})", dump, re.MULTILINE))))
        return pins


class Spied(login_test.TokenLogin):
    """Its tests once more, and afterwards what the token was given meanwhile."""

    @classmethod
    def setUpClass(cls):
        cls.gateway = SpiedGateway(shape=cls.shape)
        cls.addClassCleanup(cls.gateway.close)
        cls.bring_up()

    def tearDown(self):
        pins = self.gateway.pins_given()
        right = (self.gateway.token / "pin").read_bytes().strip()
        # Not assertEqual, which would print them.
        self.assertTrue(pins, "the spy saw no login")
        self.assertTrue(all(pin == right for pin in pins), "another PIN reached the token")


class SpiedEmbedded(Spied):
    shape = "embedded"


if __name__ == "__main__":
    unittest.main()
