"""Completion in bash, as installed, asked as bash asks it."""

import os
import socket
import subprocess
import tempfile
import unittest

from cases import MEMBERS, GatewayCase
from gateway import build_folder, plain_environment

ASK = r"""
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=()
_countersign
[[ ${#COMPREPLY[@]} -eq 0 ]] || printf '%s\n' "${COMPREPLY[@]}"
"""


def complete(environment, *words, cwd="/"):
    """What bash offers for the last of the words after `countersign`; fails on any complaint."""
    build = build_folder()
    done = subprocess.run(["bash", "-c", ASK, "bash", build / "share/countersign.bash",
                           build / "bin/countersign", *words], env=environment, cwd=cwd,
                          capture_output=True, text=True, check=True)
    assert done.stderr == "", done.stderr
    return done.stdout.split()


class Words(unittest.TestCase):
    """What needs no gateway."""

    def setUp(self):
        self.environment = {**plain_environment(), "COUNTERSIGN_CONFIG": "/nonexistent/client.json"}

    def ask(self, *words, **options):
        return complete(self.environment, *words, **options)

    def test_verbs(self):
        self.assertEqual(self.ask("sign"), ["sign", "sign-digest", "signer"])
        self.assertEqual(self.ask("hsm", ""), ["list", "retry"])
        self.assertEqual(self.ask("store", ""), ["backup", "restore"])
        self.assertEqual(self.ask("--json", "hsm", "r"), ["retry"])
        self.assertEqual(self.ask("nonsense", ""), [])
        self.assertEqual(self.ask("--j"), ["--json"])

    def test_every_verb_of_the_help_is_offered(self):
        listing = subprocess.run([build_folder() / "bin/countersign", "--help"], check=True,
                                 capture_output=True, text=True).stdout
        listing = listing.split("Subcommands:")[1].split("Exit codes:")[0].splitlines()
        first = [line.split()[0] for line in listing if line[2:3].strip()]
        self.assertEqual(self.ask(""), sorted(first))

    def test_options(self):
        self.assertEqual(self.ask("request", "create", "release", "--r"), ["--reason"])
        self.assertEqual(self.ask("member", "add", "release", "alex", "--role", "o"), ["operator"])

    def test_files(self):
        with tempfile.TemporaryDirectory() as folder:
            open(os.path.join(folder, "policy.json"), "w").close()
            self.assertEqual(self.ask("policy", "set", "release", "p", cwd=folder), ["policy.json"])
            self.assertEqual(self.ask("sign", "--in", "po", cwd=folder), ["policy.json"])

    def test_nothing_when_the_gateway_is_away(self):
        self.assertEqual(self.ask("signer", "show", ""), [])

    def test_gives_up_on_a_gateway_that_does_not_answer(self):
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as silent:
            silent.bind(f"{folder}/socket")
            silent.listen()
            config = os.path.join(folder, "client.json")
            with open(config, "w") as file:
                file.write(f'{{"socket": "{folder}/socket", "sign_timeout": "1h"}}')
            self.environment["COUNTERSIGN_CONFIG"] = config
            self.assertEqual(self.ask("signer", "show", ""), [])


class Names(GatewayCase):
    """What the gateway knows."""

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", members=MEMBERS)
        cls.gateway.signer("nightly", "p256")

    def ask(self, account, *words):
        return complete(self.gateway.environment(account), *words)

    def test_signers_one_may_see(self):
        self.assertEqual(self.ask("keeper", "signer", "show", ""), ["release", "nightly"])
        self.assertEqual(self.ask("engineer", "sign", "--pss", "r"), ["release"])
        self.assertEqual(self.ask("engineer", "explain", "n"), [])
        self.assertEqual(self.ask("engineer", "request", "list", "--signer", ""), ["release"])

    def test_accounts_and_tokens(self):
        self.assertEqual(self.ask("admin", "member", "add", "release", "app"), ["approver"])
        self.assertEqual(self.ask("keeper", "member", "add", "release", "app"), [])
        self.assertEqual(self.ask("admin", "hsm", "retry", ""), ["lab"])


if __name__ == "__main__":
    unittest.main()
