"""What docs/threat-model.md gives as proof exists: each test and file it names. docs/permissions.md is
what is generated today. Run with COUNTERSIGN_BUILD."""

import os
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class ThreatModel(unittest.TestCase):
    def setUp(self):
        self.text = (ROOT / "docs/threat-model.md").read_text()

    def test_named_tests_exist(self):
        sources = "\n".join(each.read_text() for each in (ROOT / "tests").rglob("*.cc"))
        tests = set(re.findall(r"\bTEST(?:_F|_P)?\((\w+),\s*(\w+)\)", sources))
        named = re.findall(r"`([A-Z]\w+)\.([A-Z]\w+)`", self.text)
        self.assertGreater(len(named), 20)
        self.assertEqual(set(named) - tests, set())

    def test_named_end_to_end_tests_exist(self):
        named = re.findall(r"`e2e\.(\w+)\.(test_\w+)`", self.text)
        self.assertGreater(len(named), 10)
        for file, test in named:
            self.assertIn(f"def {test}(self)", (ROOT / f"tests/e2e/{file}_test.py").read_text())

    def test_every_row_names_what_shows_it(self):
        for row in re.findall(r"^\| (?!could try|who \||---).*$", self.text, re.MULTILINE):
            self.assertRegex(row, r"`[^`]+` \|$")

    def test_named_files_exist(self):
        for path in re.findall(r"`((?:docs|tests|tools)/[\w./-]+)`", self.text):
            self.assertTrue((ROOT / path).exists(), path)


class Permissions(unittest.TestCase):
    def test_page_is_what_is_generated(self):
        generated = pathlib.Path(os.environ["COUNTERSIGN_BUILD"]) / "share/permissions.md"
        self.assertTrue((ROOT / "docs/permissions.md").read_text() == generated.read_text(),
                        f"docs/permissions.md is out of date: cp {generated} docs/permissions.md")


if __name__ == "__main__":
    unittest.main()
