"""What docs/threat-model.md gives as proof exists: each test and file it names. docs/permissions.md is
what is generated today. The schema of signing policies says what their reader says. Run with COUNTERSIGN_BUILD."""

import json
import os
import pathlib
import re
import unittest

import jsonschema

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


class PolicySchema(unittest.TestCase):
    """docs/schema/signing-policy.json says of the table's documents what the gateway's reader says of
    them in SigningPolicyTest, but for contradictions, which no schema can express."""

    def setUp(self):
        schema = json.loads((ROOT / "docs/schema/signing-policy.json").read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        self.validator = jsonschema.Draft202012Validator(schema)
        self.table = json.loads((ROOT / "tests/unit/policy_documents.json").read_text())

    def documents(self, kind):
        for each in self.table[kind]:
            yield each["error"], patched(self.table["good"][1], each["patch"])

    def test_accepts_good_documents(self):
        for document in self.table["good"]:
            self.validator.validate(document)

    def test_refuses_bad_documents(self):
        for error, document in self.documents("bad"):
            self.assertFalse(self.validator.is_valid(document), error)

    def test_knows_no_contradictions(self):
        for error, document in self.documents("bad_beyond_schema"):
            self.assertTrue(self.validator.is_valid(document), error)


def patched(document, patch):
    """A JSON merge patch (RFC 7396), applied."""
    if not isinstance(patch, dict):
        return patch
    changed = dict(document) if isinstance(document, dict) else {}
    for name, value in patch.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = patched(changed.get(name), value)
    return changed


if __name__ == "__main__":
    unittest.main()
