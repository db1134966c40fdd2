"""Bad input of every sort: one clear error, nothing changed."""

import base64
import json
import os
import pathlib
import sqlite3
import unittest

from cases import MEMBERS, INVALID, GatewayCase
from gateway import WRONG_PIN, Gateway


def without(config, key):
    return {name: value for name, value in config.items() if name != key}


class StartUp(unittest.TestCase):
    """countersignd refuses to start, in one line that names file and key."""

    def setUp(self):
        self.gateway = Gateway()
        self.addCleanup(self.gateway.close)

    def assert_refused(self, *texts):
        code, said = self.gateway.refuses_to_start()
        self.assertNotEqual(code, 0)
        lines = said.strip().splitlines()
        self.assertEqual(len(lines), 1, said)
        for text in texts:
            self.assertIn(text, lines[0])

    def initialised(self):
        done = self.gateway.init()
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_config(self):
        good = self.gateway.config()
        token = good["tokens"][0]
        bad = {
            "{": "gateway.json",
            "[]": "gateway.json",
            json.dumps({**good, "stroe": "/x"}): "/stroe",
            json.dumps(without(good, "store")): "/store",
            json.dumps({**good, "name": 7}): "/name",
            json.dumps({**good, "name": "a b"}): "/name",
            json.dumps({**good, "socket": "relative"}): "/socket",
            json.dumps({**good, "socket_mode": 600}): "/socket_mode",
            json.dumps({**good, "verify": "maybe"}): "/verify",
            json.dumps({**good, "tokens": {}}): "/tokens",
            json.dumps({**good, "tokens": [without(token, "pin")]}): "/tokens/0/pin",
            json.dumps({**good, "tokens": [{**token, "pin": "1234"}]}): "/tokens/0/pin",
            json.dumps({**good, "tokens": [{**token, "sessions": 0}]}): "/tokens/0/sessions",
            json.dumps({**good, "tokens": [{**token, "library": "/no/such.so"}]}):
                "/no/such.so",
            json.dumps({**good, "tokens": [token, token]}): "/tokens/1/name",
            '{"name": "a", "name": "b"}': "gateway.json",
            "x" * (2 << 20): "gateway.json",
        }
        for text, expected in bad.items():
            with self.subTest(expected):
                self.gateway.write_config(text)
                self.assert_refused("gateway.json", expected)
        self.assertFalse((self.gateway.folder / "store.db").exists())

    def test_missing_config(self):
        (self.gateway.folder / "gateway.json").unlink()
        self.assert_refused("gateway.json")

    def test_world_writable_config(self):
        (self.gateway.folder / "gateway.json").chmod(0o666)
        self.assert_refused("gateway.json")

    def test_world_writable_store(self):
        self.initialised()
        (self.gateway.folder / "store.db").chmod(0o666)
        self.assert_refused("store.db")

    def test_no_store(self):
        self.initialised()
        (self.gateway.folder / "store.db").unlink()
        self.assert_refused("store.db")
        self.assertFalse((self.gateway.folder / "store.db").exists())

    def test_damaged_store(self):
        self.initialised()
        store = self.gateway.folder / "store.db"
        for content in (b"", b"not a database at all" * 100, store.read_bytes()[:5000]):
            with self.subTest(len(content)):
                for beside in self.gateway.folder.glob("store.db-*"):
                    beside.unlink()
                store.write_bytes(content)
                self.assert_refused("store.db")
                self.assertEqual(store.read_bytes(), content)

    def test_newer_store(self):
        self.initialised()
        store = sqlite3.connect(self.gateway.folder / "store.db")
        store.execute("PRAGMA user_version = 1000")
        store.close()
        self.assert_refused("store.db", "1000")

    def test_exposed_pin(self):
        self.initialised()
        (self.gateway.token / "pin").chmod(0o644)
        self.gateway.start()
        self.gateway.wait_for_token(state="down", message=str(self.gateway.token / "pin"))

    def test_init_does_not_overwrite(self):
        self.initialised()
        before = (self.gateway.folder / "store.db").read_bytes()
        done = self.gateway.init()
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(done.stdout, "")
        self.assertRegex(done.stderr, r"\Acountersign: [^\n]+\n\Z")
        self.assertEqual((self.gateway.folder / "store.db").read_bytes(), before)


class WrongPin(unittest.TestCase):
    def test_one_try_until_retry(self):
        with Gateway() as gateway:
            right = (gateway.token / "pin").read_text().strip()
            gateway.set_pin(WRONG_PIN)
            gateway.start()
            for _ in range(2):
                gateway.wait_for_token(state="locked")
                self.assertNotIn(WRONG_PIN, gateway.log())
                gateway.stop()
                gateway.set_pin(right)  # even the right one is not tried by itself
                gateway.start()
            self.assertEqual(
                gateway.json("admin", "hsm", "retry", "lab")["hsm"]["state"], "ready")
            gateway.stop()
            gateway.start()
            gateway.wait_for_token()


class Requests(GatewayCase):
    """The running daemon answers with one error object and its state stays as it was."""

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "rsa", {"approval": "none"}, MEMBERS)

    def setUp(self):
        self.before = self.state()

    def tearDown(self):
        self.assertEqual(self.state(), self.before)

    def state(self):
        return [self.gateway.json("admin", noun, "list") for noun in ("account", "signer")] + [
            self.gateway.json("keeper", "policy", "show", "release")]

    def assert_error(self, expected_status, answer, text=""):
        status, body = answer
        self.assertEqual(status, expected_status, body)
        self.assertEqual(set(body), {"error"})
        self.assertEqual(set(body["error"]), {"code", "message", "remedy"})
        self.assertIn(text, body["error"]["message"])

    def test_bodies(self):
        good = {"name": "fresh", "kind": "user"}
        for body, text in (
                (None, ""), (b"", ""), (b"{", ""), (b"[]", ""), (b'"x"', ""), (b"{}", "/name"),
                ({**good, "nmae": 1}, "/nmae"), ({**good, "name": 7}, "/name"),
                ({**good, "name": None}, "/name"), ({**good, "kind": "robot"}, "/kind"),
                ({**good, "name": "x" * 33}, "name"), ({**good, "name": "a b"}, "name"),
                ({**good, "name": "-a"}, "name"), ({**good, "name": ""}, "name"),
                ({**good, "name": "a\u202eb"}, "name"), ({**good, "name": "ENGINEER"}, None),
                (b'{"name": "a\xff"}', ""), (b'{"name": "fresh"} x', ""),
                (b'{"a":' * 40 + b"1" + b"}" * 40, "")):
            with self.subTest(body):
                answer = self.gateway.http("admin", "POST", "/v1/accounts", body)
                if text is None:
                    self.assert_error(409, answer)
                else:
                    self.assert_error(400, answer, text)

    def test_oversized(self):
        answer = self.gateway.http("admin", "POST", "/v1/accounts", b"x" * (65 * 1024))
        self.assert_error(413, answer)
        answer = self.gateway.http("admin", "GET", "/v1/accounts",
                                   headers=["X-Long: " + "x" * 100_000])
        self.assertIn(answer[0], (0, 400, 413))

    def test_unknown_routes(self):
        self.assert_error(404, self.gateway.http("admin", "GET", "/v1/nothing"))
        self.assert_error(404, self.gateway.http("admin", "GET", "/"))
        self.assert_error(405, self.gateway.http("admin", "PATCH", "/v1/accounts", {}))
        self.assert_error(404, self.gateway.http("admin", "GET", "/v1/signers/..%2faccounts"))
        self.assert_error(400, self.gateway.http("admin", "GET", "/v1/log/records?limit=0"))
        self.assert_error(400, self.gateway.http("admin", "GET", "/v1/log/records?after=x"))
        self.assert_error(400, self.gateway.http("admin", "GET", "/v1/log/records?wat=1"))

    def test_malformed_http(self):
        for data in (b"", b"\r\n\r\n", b"hello\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00",
                     b"GET /v1/accounts HTTP/9.9\r\n\r\n",
                     b"POST /v1/accounts HTTP/1.1\r\nHost: g\r\nContent-Length: -1\r\n\r\n",
                     b"POST /v1/accounts HTTP/1.1\r\nHost: g\r\nContent-Length: 100\r\n\r\n{",
                     b"POST /v1/accounts HTTP/1.1\r\nHost: g\r\nContent-Length: 2\r\n"
                     b"Content-Length: 3\r\n\r\n{}x",
                     b"GET /v1/accounts HTTP/1.1\r\nA" + b"a" * 1000):
            with self.subTest(data):
                answer = self.gateway.raw(data)
                if answer:
                    self.assertTrue(answer.startswith(b"HTTP/1.1 4"), answer)

    def test_identity(self):
        for header in ("Authorization: Basic eDp5", "Authorization: Bearer", "Authorization: x",
                       "Authorization: Bearer cs_" + "a" * 26, "Authorization: Bearer " + "x" * 5000):
            with self.subTest(header[:40]):
                status, _ = self.gateway.http(None, "GET", "/v1/tokens", headers=[header])
                self.assertIn(status, (400, 401))

    def test_signatures(self):
        signer = self.gateway.json("keeper", "signer", "show", "release")["signer"]["id"]
        good = {"operation": "a" * 32, "algorithm": {"scheme": "rsa-pkcs1", "hash": "sha256"},
                "digest": base64.b64encode(bytes(32)).decode()}
        for change in ({"operation": "a" * 31}, {"operation": "g" * 32}, {"operation": 7},
                       {"digest": base64.b64encode(bytes(31)).decode()}, {"digest": "?"},
                       {"digest": base64.b64encode(bytes(5000)).decode()},
                       {"algorithm": {"scheme": "rsa-raw", "hash": "sha256"}},
                       {"algorithm": {"scheme": "ecdsa", "hash": "sha256"}},
                       {"algorithm": {"scheme": "rsa-pkcs1", "hash": "md5"}},
                       {"algorithm": {"scheme": "rsa-pkcs1", "hash": "none"}},
                       {"algorithm": "rsa"}, {"claimed": {"x": 7}}, {"claimed": {"x": "y" * 600}},
                       {"claimed": {str(n): "x" for n in range(17)}}, {"extra": 1}):
            with self.subTest(change):
                status, body = self.gateway.http(
                    "engineer", "POST", f"/v1/signers/{signer}/signatures", {**good, **change})
                self.assertIn(status, (400, 403), body)
        self.assertEqual([each for each in self.gateway.records()
                          if each["kind"] == "signature.intent"], [])

    def test_keys_and_certificates(self):
        cert = self.gateway.token / "rsa.pem"
        other = self.gateway.token / "p256.pem"
        for key, file in (("pkcs11:token=lab;object=rsa;type=private?pin-value=1234", cert),
                          ("pkcs11:token=lab;object=rsa;type=private?module-path=/x.so", cert),
                          ("pkcs11:token=lab;object=rsa;slot-id=1", cert),
                          ("pkcs11:token=lab;object=nothing;type=private", cert),
                          ("pkcs11:token=lab;type=private", cert), ("rsa", cert),
                          ("pkcs11:token=lab;object=rsa;type=private", other),
                          ("pkcs11:token=lab;object=rsa;type=private", __file__)):
            with self.subTest(key, file=file):
                done = self.gateway.run("admin", "signer", "create", "other", "--key", key,
                                        "--cert", file, "--admin", "keeper")
                self.assertNotEqual(done.returncode, 0)
                self.assertRegex(done.stderr, r"\Acountersign: [^\n]+\n\Z")
                self.assertNotIn("1234", done.stderr)

    def test_policies(self):
        step = {"name": "release", "approvers": ["approver"], "count": 1}
        ceilings = {"signatures": 1, "window": "1h", "pending": "1h"}
        open_hours = [{"days": ["mon"], "from": "08:00", "until": "18:00"}]
        for policy in ({}, {"approval": "some"}, {"approval": [step]}, {"approval": []},
                       {"approval": "none", "ceilings": ceilings},
                       {"approval": [{**step, "count": 2}], "ceilings": ceilings},
                       {"approval": [{**step, "count": 0}], "ceilings": ceilings},
                       {"approval": [{**step, "approvers": ["nobody"]}], "ceilings": ceilings},
                       {"approval": [{**step, "approvers": ["admin"]}], "ceilings": ceilings},
                       {"approval": [step], "ceilings": {**ceilings, "window": "1 hour"}},
                       {"approval": [step], "ceilings": {**ceilings, "signatures": -1}},
                       {"approval": [step], "ceilings": ceilings, "extra": 1},
                       {"approval": "none", "algorithms": ["ecdsa"]},
                       {"approval": "none", "networks": ["office"]},
                       {"approval": "none", "hours": {"zone": "Mars/Olympus", "open": open_hours}}):
            with self.subTest(policy):
                file = self.gateway.folder / "bad-policy.json"
                file.write_text(json.dumps(policy))
                self.refused(INVALID, "", "keeper", "policy", "set", "release", file, "--reason",
                             "test")

    def test_texts(self):
        for reason in ("", "two\nlines", "\x1b[2J", "a\u202eb", "x" * 1001):
            with self.subTest(reason):
                self.refused(INVALID, "", "keeper", "signer", "freeze", "release", "--reason",
                             reason)


class Client(unittest.TestCase):
    """The command line's own configuration and files."""

    def setUp(self):
        self.gateway = Gateway()
        self.addCleanup(self.gateway.close)

    def assert_refused(self, code, text, *arguments):
        done = self.gateway.run(None, *arguments)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertRegex(done.stderr, r"\Acountersign: [^\n]+\n\Z")
        self.assertIn(text, done.stderr)

    def test_config(self):
        path = self.gateway.folder / "client.json"
        for text, expected in (("{", "client.json"), ('{"sokcet": "/x"}', "/sokcet"),
                               ('{"socket": 7}', "/socket"), ('{"socket": "x"}', "/socket")):
            with self.subTest(text):
                path.write_text(text)
                self.assert_refused(INVALID, expected, "signer", "list")
        path.write_text("{}")
        path.chmod(0o666)
        self.assert_refused(INVALID, "client.json", "signer", "list")

    def test_no_gateway(self):
        self.assert_refused(7, str(self.gateway.socket), "signer", "list")

    def test_files(self):
        for arguments in (("signer", "create", "x", "--key", "pkcs11:object=x", "--cert",
                           "/no/such/file", "--admin", "x"),
                          ("policy", "set", "x", "/no/such/file", "--reason", "x"),
                          ("log", "verify", "--key", "/no/such/file")):
            self.assert_refused(INVALID, "/no/such/file", *arguments)
        folder = pathlib.Path(__file__).parent
        self.assert_refused(INVALID, str(folder), "sign", "x", "--in", __file__, "--out", folder)
        self.assertEqual(os.listdir(self.gateway.folder).count("out"), 0)


if __name__ == "__main__":
    unittest.main()
