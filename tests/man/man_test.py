"""The manual pages say what the programs do: every verb, every option, every key of the
configuration, and nothing that is not there. Run with COUNTERSIGN_BUILD."""

import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["COUNTERSIGN_BUILD"])
PAGES = ("countersign.1", "countersignd.8", "countersign-gateway.json.5",
         "countersign-client.json.5", "countersign-policy.json.5", "countersign-notify.8",
         "countersign-notify.json.5")

# What reads a signing policy.
POLICY = [f"policy/model/{name}.cc" for name in
          ("allowed_algorithms", "approval_step", "break_glass", "ceilings", "conditions", "demands",
           "freeze_window", "metadata_field", "opening_hours", "quorums", "rate",
           "signing_policy")] + ["policy/metadata_types.cc"]

# A field that JsonReader is asked for: in.text("name"), read_path(in, "store"), ...
FIELD = re.compile(r'(?:\bin\.(?!refuse\b)\w+\(|\(in, )"(\w+)"')


def page(name):
    return (BUILD / "share" / name).read_text()


def shown(name):
    """The page as plain text on one line."""
    text = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-rLL=2000n", BUILD / "share" / name],
                          check=True, capture_output=True, text=True).stdout
    return " ".join(text.split())


def keys_in_page(name):
    """The last part of each key under KEYS, `tokens[].pin.file` being `file`."""
    keys = re.findall(r"^\.TP\n\\fB([a-z_.\[\]]+)\\fR \(", page(name), re.MULTILINE)
    return {key.split(".")[-1] for key in keys}, keys


def help_of(*words):
    return subprocess.run([BUILD / "bin" / words[0], *words[1:], "--help"], check=True,
                          capture_output=True, text=True).stdout


class ManPages(unittest.TestCase):
    def test_formatter_has_nothing_to_say(self):
        for name in PAGES:
            done = subprocess.run(["groff", "-man", "-Tascii", "-ww", "-z", BUILD / "share" / name],
                                  capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), name)

    def test_every_verb_of_the_help_is_there(self):
        text = page("countersign.1")
        sections = re.findall(r"^\.SS (.*)$", text, re.MULTILINE)
        found = []
        for line in help_of("countersign").split("Subcommands:")[1].split("Exit codes:")[0].splitlines():
            if not line.startswith("  ") or line.startswith("   "):
                continue
            noun = line.split()[0]
            below = help_of("countersign", noun).split("Subcommands:")
            verbs = [each.split()[0] for each in below[1].splitlines() if each[2:3].strip()] \
                if len(below) > 1 else []
            found += [f"{noun} {verb}" for verb in verbs] or [noun]
        self.assertGreater(len(found), 20)
        self.assertEqual(sorted(found), sorted(each.replace("\\-", "-") for each in sections))

    def test_options_and_exit_codes_of_the_programs_are_there(self):
        for program in ("countersignd", "countersign-notify"):
            self.assertEqual(set(re.findall(r"--\w+", help_of(program))),
                             set(re.findall(r"--\w+", shown(f"{program}.8"))))
        text = shown("countersign.1")
        for line in help_of("countersign").split("Exit codes:\n")[1].splitlines():
            self.assertIn(" ".join(line.split()), text)

    def test_keys_are_those_the_parsers_know(self):
        for name, sources in (("countersign-gateway.json.5", ["gateway/server/*config*.cc"]),
                              ("countersign-client.json.5", ["gateway/client/*config*.cc"]),
                              ("countersign-notify.json.5", ["tools/notify/*config*.cc"]),
                              ("countersign-policy.json.5", POLICY)):
            known = set()
            for source in (each for pattern in sources for each in ROOT.glob(pattern)):
                known |= set(FIELD.findall(source.read_text()))
            in_page, keys = keys_in_page(name)
            self.assertGreater(len(known), 3)
            self.assertEqual(in_page, known, name)
            self.assertEqual(len(keys), len(set(keys)), name)

    def test_defaults_are_those_of_the_code(self):
        """Each example page's default for a key, against the value in the structure it is read to."""
        text = shown("countersign-client.json.5")
        header = (ROOT / "gateway/client/client_config.h").read_text()
        for name, value in re.findall(r'(\w+) = "(\w+)";', header):
            self.assertIn(f"{name} (text, default {value})", text)


if __name__ == "__main__":
    unittest.main()
