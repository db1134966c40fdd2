#!/usr/bin/env python3
"""tools/quickstart as its reader runs it: told to its end with nothing left behind, and kept to go on
with. Builds the release if that is missing."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

from evidence import Evidence  # noqa: E402

END_SECONDS = 30


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-quickstart-test-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.evidence = Evidence()

    def bash(self, *words):
        done = subprocess.run(["bash", *words], env={**os.environ, "TMPDIR": str(self.folder)},
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)
        self.evidence.output(done.stdout)
        return done.returncode, done.stdout

    def tell(self, *options):
        code, said = self.bash(ROOT / "tools/quickstart", *options)
        for process in re.findall(r"countersignd \w+(?: as)? process (\d+)", said):
            self.addCleanup(self.end, int(process))
        self.assertEqual(code, 0, said)
        self.assertIn("\n# All as told.\n", said)
        return said

    def end(self, process):
        """Until the daemon, which is nobody's child any more, is gone."""
        try:
            os.kill(process, signal.SIGTERM)
            deadline = time.monotonic() + END_SECONDS
            while time.monotonic() < deadline:
                os.kill(process, 0)
                time.sleep(0.02)
            self.fail("countersignd does not end")
        except ProcessLookupError:
            pass

    def keep(self, work):
        """As evidence: what the programs wrote, and the PINs, tokens and codes they were given."""
        self.evidence.files(work, "*.log", "store.db*", "core*")
        self.evidence.files(work / "mark", "*")
        for pattern in ("token/pin", "token/so-pin", "*.token", "*.code"):
            found = list(work.glob(pattern))
            self.assertTrue(found, pattern)
            for file in found:
                self.evidence.secret(file.read_text())

    def test_told_to_its_end_it_leaves_nothing(self):
        self.tell()
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_kept_it_can_be_gone_on_with(self):
        said = self.tell("--keep")
        code, answer = self.bash("-c", said[said.index("\nexport "):])
        self.assertEqual(code, 0, answer)
        self.assertIn("release", answer)
        process, work = re.search(r"# To end: kill (\d+) && rm -r (\S+)", said).groups()
        self.end(int(process))
        self.keep(pathlib.Path(work))


if __name__ == "__main__":
    unittest.main()
