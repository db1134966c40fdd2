"""docs/schema/policy-document.json says of the table's documents what the gateway's reader says of them in
Declarations.*, but for what no schema can express; and of every document's signing policies what
docs/schema/signing-policy.json says."""

import json
import pathlib
import unittest
import warnings

import jsonschema

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "docs/schema"


def validator_of(name):
    schema = json.loads((SCHEMAS / name).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    with warnings.catch_warnings():
        # Debian 12 has no newer way to find a schema by its name.
        warnings.simplefilter("ignore", DeprecationWarning)
        resolver = jsonschema.RefResolver(SCHEMAS.as_uri() + "/", schema)
        return jsonschema.Draft202012Validator(schema, resolver=resolver)


class PolicyDocument(unittest.TestCase):
    def setUp(self):
        self.validator = validator_of("policy-document.json")
        self.table = json.loads((ROOT / "tests/unit/declaration_documents.json").read_text())

    def test_accepts_good_documents(self):
        for document in self.table["good"]:
            self.validator.validate(document)

    def test_refuses_bad_documents(self):
        for each in self.table["bad"]:
            self.assertFalse(self.validator.is_valid(each["document"]), each)

    def test_knows_no_catalogue_and_no_other_entry(self):
        for each in self.table["bad_beyond_schema"]:
            self.validator.validate(each["document"])


if __name__ == "__main__":
    unittest.main()
