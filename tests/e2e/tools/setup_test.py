"""countersign setup, and that docs/tools/ shows what it prints."""

import pathlib
import re
import unittest

from cases import INVALID, NOT_FOUND
from gateway import ROOT
from tools import ToolCase

TOOLS = ("gnutls", "jarsigner", "openssl", "osslsigncode", "pkcs11-tool", "sbsign", "signtool",
         "ssh-keygen")
INSTALLED = "/usr/lib/x86_64-linux-gnu/pkcs11/libcountersign.so"
ENGINES = "/usr/lib/x86_64-linux-gnu/engines-3/"


def shown(tool):
    """The command lines of the tool's page: those in its blocks marked `sh`."""
    page = (ROOT / f"docs/tools/{tool}.md").read_text()
    blocks = re.findall(r"^```sh\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()
            if line and not line.startswith("#")]


class Setup(ToolCase):
    def printed(self, tool):
        answer = self.gateway.json("engineer", "setup", tool, "release")
        return [re.sub(r"/\S+/engines-3/", ENGINES,
                       each["command"].replace(str(self.gateway.module), INSTALLED))
                for each in answer["lines"]]

    def test_pages_show_what_is_printed(self):
        for tool in TOOLS:
            with self.subTest(tool):
                self.assertEqual(shown(tool), self.printed(tool))

    def test_every_page_is_a_tools(self):
        pages = {page.stem for page in (ROOT / "docs/tools").glob("*.md")} - {"README"}
        self.assertEqual(pages, set(TOOLS))

    def test_text_has_the_lines_of_the_json(self):
        for tool in TOOLS:
            text = self.gateway.cli("engineer", "setup", tool, "release").splitlines()
            commands = [line for line in text if line and not line.startswith("#")]
            answer = self.gateway.json("engineer", "setup", tool, "release")
            self.assertEqual(commands, [each["command"] for each in answer["lines"]])

    def test_names_what_is_on_this_machine(self):
        line = self.gateway.cli("engineer", "setup", "osslsigncode", "release")
        for path in re.findall(r"/\S+\.so", line):
            self.assertTrue(pathlib.Path(path).exists(), path)

    def test_unknown_tool(self):
        done = self.refused(INVALID, '"gpg" is not known', "engineer", "setup", "gpg", "release")
        self.assertIn(", ".join(TOOLS), done.stderr)

    def test_who_may_not_sign(self):
        for account, signer in (("engineer", "nothing"), ("admin", "release")):
            self.refused(NOT_FOUND, f'there is no signer "{signer}"', account, "setup", "openssl",
                         signer)


if __name__ == "__main__":
    unittest.main()
