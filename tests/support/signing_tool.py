"""A signing tool that runs on: it signs each line it is given, with the handles it has."""

import subprocess
import sys

from gateway import ROOT

PROGRAM = """
import sys
from pkcs11 import Module
module = Module(sys.argv[1], sys.argv[2])
print("ready", flush=True)
for line in sys.stdin:
    module.sign_init()
    print(module.sign(line.encode())[0], flush=True)
"""


class SigningTool:
    """On the signer with that label, as the account; `more` goes into its environment."""

    def __init__(self, gateway, account, label, **more):
        self.said = open(gateway.folder / "signing-tool.log", "a+")
        self.lines = 0
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(gateway.module), label], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=self.said, text=True,
            env=gateway.environment(account, PYTHONPATH=ROOT / "tests/support", **more))
        if self.process.stdout.readline() != "ready\n":
            self.close()
            raise RuntimeError("the signing tool finds no signer")

    def close(self):
        self.process.kill()
        self.process.communicate()
        self.said.close()

    def signs(self):
        """C_Sign: its code, and what was said on stderr. The message is a new one each time, for
        the module tells the reason of the same denial once."""
        before = self.said.seek(0, 2)
        self.lines += 1
        print(self.lines, file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        self.said.seek(before)
        return code, self.said.read()
