"""A gateway with two tokens: `lab` behind the library that misbehaves on order, and a sound `spare`."""

import mmap
import os
import shutil
import struct
import subprocess

from gateway import ROOT, Gateway, plain_environment

# The words of struct Faults in tests/hsm/faulty_library.h, in its order.
WORDS = ("login", "sign_init", "sign", "search", "lasting", "hang", "crash", "exit", "flags",
         "sessions", "handle_shift", "may_not_sign", "hidden_modulus",
         "wrong_signature", "short_signature", "long_signature", "logins", "sign_calls",
         "open_sessions", "most_at_once", "initialisations", "process")
SIZE = 4096

# FaultyFunction
IN_INITIALIZE, IN_LOGIN, IN_SIGN_INIT, IN_SIGN = range(1, 5)


class Faults:
    """The words by name: faults.set(crash=IN_SIGN, lasting=1), faults.logins."""

    def __init__(self, path):
        with open(path, "w+b") as file:
            os.ftruncate(file.fileno(), SIZE)
            self.words = mmap.mmap(file.fileno(), SIZE)

    def clear(self):
        self.set(**{name: 0 for name in WORDS[:WORDS.index("logins")]})

    def set(self, **values):
        for name, value in values.items():
            struct.pack_into("=Q", self.words, 8 * WORDS.index(name), value)

    def __getattr__(self, name):
        return struct.unpack_from("=Q", self.words, 8 * WORDS.index(name))[0]


class FaultyGateway(Gateway):
    def __init__(self, deadline="1s", shape="gateway"):
        self.deadline = deadline
        super().__init__(shape=shape)

    def _take_token(self):
        super()._take_token()
        self.faults = Faults(self.folder / "faults")
        self.spare = self.folder / "spare"
        subprocess.run([ROOT / "softhsm-config/make-token", self.spare, "--label", "spare"],
                       check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                       env=plain_environment())
        self.keep_pins(self.spare)
        # A SoftHSM token is a folder: one configuration shows both.
        for token in (self.spare / "tokens").iterdir():
            shutil.move(token, self.token / "tokens")

    def config(self, **changes):
        config = super().config()
        lab = config["tokens"][0]
        spare = {**lab, "name": "spare", "label": "spare", "pin": {"file": str(self.spare / "pin")}}
        lab = {**lab, "library": str(self.build / "lib/hsm_faulty_library.so"),
               "deadline": self.deadline}
        return super().config(**{"tokens": [lab, spare], **changes})

    def library_environment(self):
        return {"FAULTY_LIBRARY_FAULTS": str(self.folder / "faults"),
                "FAULTY_LIBRARY_REAL": (self.token / "library").read_text().strip()}

    def daemon_environment(self, fault=None):
        return {**super().daemon_environment(fault), **self.library_environment()}

    def environment(self, account=None, **more):
        environment = super().environment(account, **more)
        return {**environment, **self.library_environment()} if self.shape == "embedded" \
            else environment
