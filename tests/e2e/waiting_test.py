"""Signing calls that wait for their approval, with a real tool: it never knew."""

import base64
import hashlib
import json
import os
import pathlib
import re
import resource
import select
import signal
import socket
import subprocess
import time
import unittest

from cases import MEMBERS, GatewayCase
from gateway import NO_APPROVAL, approval


class Waiting(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "p256", approval("approver"), MEMBERS)
        for name in ("app", "other"):
            (cls.gateway.folder / name).write_bytes(name.encode() * 100)

    def start_tool(self, file, wait="2m"):
        """pkcs11-tool, which signs the file when it may."""
        gateway = self.gateway
        process = subprocess.Popen(
            ["pkcs11-tool", "--module", str(gateway.module), "--token-label", "release", "--sign",
             "--mechanism", "ECDSA-SHA256", "--input-file", file, "--output-file", f"{file}.sig"],
            env=gateway.environment("engineer", **({"COUNTERSIGN_WAIT": wait} if wait else {})),
            cwd=gateway.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def awaited(self, process):
        """The number of the request that the tool's standard error names."""
        for line in process.stderr:
            self.gateway.evidence.output(line)
            found = re.search(r"countersign: release: request (\d+) .*waits", line)
            if found:
                return int(found[1])
        self.fail("the tool does not say what it waits for")

    def ends(self, process):
        said = process.stderr.read()
        self.gateway.evidence.output(said)
        return process.wait(60), said

    def state(self, number):
        return self.gateway.json("engineer", "request", "show", number)["request"]["state"]

    def verifies(self, file):
        return self.gateway.tool(
            None, "sh", "-c", f"openssl x509 -in {self.gateway.token}/p256.pem -pubkey -noout >k; "
            f"r=$(head -c 32 {file}.sig | xxd -p -c 99); s=$(tail -c 32 {file}.sig | xxd -p -c 99); "
            "printf 'asn1=SEQUENCE:e\\n[e]\\nr=INTEGER:0x%s\\ns=INTEGER:0x%s\\n' $r $s >c; "
            f"openssl asn1parse -genconf c -noout -out d; openssl dgst -sha256 -verify k "
            f"-signature d {file}").returncode == 0

    def test_approved_it_signs(self):
        tool = self.start_tool("app")
        number = self.awaited(tool)
        request = self.gateway.json("approver", "request", "show", number)["request"]
        self.assertEqual(request["count"], 1)
        self.assertTrue(request["bound"])
        self.assertIn("pkcs11-tool", request["claimed"]["executable"])
        self.assertIn("uid", " ".join(request["attested"]))
        self.gateway.cli("approver", "request", "approve", number)
        self.assertEqual(self.ends(tool)[0], 0)
        self.assertTrue(self.verifies("app"))
        self.assertEqual(self.state(number), "used_up")

    def test_rejected_it_fails_in_words(self):
        tool = self.start_tool("other")
        number = self.awaited(tool)
        self.gateway.cli("approver", "request", "reject", number, "--comment", "not today")
        code, said = self.ends(tool)
        self.assertNotEqual(code, 0)
        self.assertIn(f"request {number} was rejected", said)
        # pkcs11-tool tries the same again at once, which asks nobody a second time
        self.assertEqual(self.gateway.json("engineer", "request", "list", "--state", "pending")
                         ["requests"], [])

    def test_out_of_time_it_fails_and_the_rerun_joins(self):
        code, said = self.ends(self.start_tool("other", "1s"))
        self.assertNotEqual(code, 0)
        number = int(re.search(r"request (\d+)", said)[1])
        again = self.start_tool("other")
        self.assertEqual(self.awaited(again), number)
        self.gateway.cli("approver", "request", "approve", number)
        self.assertEqual(self.ends(again)[0], 0)

    def test_who_is_interrupted_takes_nothing(self):
        tool = self.start_tool("app")
        number = self.awaited(tool)
        tool.send_signal(signal.SIGINT)
        self.assertEqual(self.ends(tool)[0], -signal.SIGINT)
        time.sleep(1.5)  # the gateway looks once a second whether somebody still waits
        self.gateway.cli("approver", "request", "approve", number)
        time.sleep(1)
        self.assertEqual(self.state(number), "active")
        self.assertEqual(self.ends(self.start_tool("app"))[0], 0)

    def test_the_command_line_waits_as_well(self):
        (self.gateway.folder / "third").write_text("third")
        process = subprocess.Popen(
            [self.gateway.build / "bin/countersign", "sign", "release", "--in", "third", "--out",
             "third.sig", "--wait", "2m"],
            env=self.gateway.environment("engineer", COUNTERSIGN_WAIT="1s"),
            cwd=self.gateway.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        line = process.stderr.readline()
        found = re.search(r"request (\d+) .*waits", line)
        self.assertTrue(found, line)
        number = int(found[1])
        self.gateway.cli("approver", "request", "approve", number)
        self.gateway.evidence.output(line)
        _, said = self.gateway.evidence.hear(process, timeout=60)
        self.assertEqual(process.returncode, 0, said)
        self.assertTrue((self.gateway.folder / "third.sig").exists())

    def test_asked_for_without_waiting_the_message_names_it(self):
        self.gateway.write_client_config(auto_request=True)
        self.addCleanup(self.gateway.write_client_config)
        (self.gateway.folder / "fourth").write_text("fourth")
        code, said = self.ends(self.start_tool("fourth", None))
        self.assertNotEqual(code, 0)
        found = re.search(r"request (\d+) waits for its approval", said)
        self.assertTrue(found, said)
        number = int(found[1])
        self.gateway.cli("approver", "request", "approve", number)
        self.assertEqual(self.ends(self.start_tool("fourth", None))[0], 0)
        self.assertEqual(self.state(number), "used_up")

    def test_a_restart_of_the_daemon_loses_nobody(self):
        tool = self.start_tool("other")
        number = self.awaited(tool)
        self.gateway.kill()
        self.gateway.start()
        self.gateway.stop()
        self.gateway.start()
        self.gateway.cli("approver", "request", "approve", number)
        self.assertEqual(self.ends(tool)[0], 0)


class Many(GatewayCase):
    """Calls that wait cost a connection each, and nothing else of the daemon."""

    CALLS = 1000

    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "p256", approval("approver", signatures=2000), MEMBERS)
        cls.gateway.signer("free", "p384", NO_APPROVAL, MEMBERS)
        (cls.gateway.folder / "app").write_text("app")

    def setUp(self):
        most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most[1], most[1]))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, most)

    def request_of(self, number, wait):
        body = json.dumps({"operation": f"{number:032x}", "wait": wait, "auto_request": True,
                           "algorithm": {"scheme": "ecdsa", "hash": "sha256"},
                           "digest": base64.b64encode(
                               hashlib.sha256(b"%d" % number).digest()).decode()})
        token = self.gateway.environment("engineer")["COUNTERSIGN_TOKEN"]
        return (f"POST /v1/signers/1/signatures HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()

    def held(self):
        """What the daemon holds: threads, and descriptors that are no sockets."""
        process = pathlib.Path(f"/proc/{self.gateway.daemon.pid}")
        files = [os.readlink(each) for each in (process / "fd").iterdir()]
        return (len(list((process / "task").iterdir())),
                sorted(each for each in files if not each.startswith("socket:")))

    def test_a_thousand_wait_and_others_sign(self):
        number = self.gateway.json("engineer", "request", "create", "release", "--reason", "many",
                                   "--count", self.CALLS)["request"]["id"]
        before = self.held()
        calls = []
        for each in range(self.CALLS):
            calls.append(socket.socket(socket.AF_UNIX))
            self.addCleanup(calls[-1].close)
            calls[-1].connect(str(self.gateway.socket))
            calls[-1].sendall(self.request_of(each, {"ms": 600_000, "request": number}))
        self.gateway.cli("engineer", "sign", "free", "--in", self.gateway.folder / "app", "--out",
                         self.gateway.folder / "app.sig")
        self.assertEqual(self.held(), before)
        answered = select.poll()
        for call in calls:
            answered.register(call, select.POLLIN)
        self.assertEqual(answered.poll(0), [], "somebody does not wait")
        self.gateway.cli("approver", "request", "approve", number)
        for call in calls:
            call.settimeout(60)
            answer = b""
            while piece := call.recv(65536):
                answer += piece
            self.assertIn(b'"signature"', answer)
        request = self.gateway.json("engineer", "request", "show", number)["request"]
        self.assertEqual((request["used"], request["state"]), (self.CALLS, "used_up"))


class WaitingEmbedded(Waiting):
    shape = "embedded"


class Digests(GatewayCase):
    @classmethod
    def prepare(cls):
        cls.gateway.signer("release", "p256", approval("approver"), MEMBERS)

    def test_one_approval_for_a_list_of_files(self):
        for name in ("a", "b", "c"):
            (self.gateway.folder / name).write_text(name)
        listed = self.gateway.tool(None, "sha256sum", "a", "b").stdout
        (self.gateway.folder / "list").write_bytes(listed)
        request = self.gateway.json("engineer", "request", "create", "release", "--reason", "2.1",
                                    "--digest-file", self.gateway.folder / "list")["request"]
        self.assertEqual(request["count"], 2)
        self.gateway.cli("approver", "request", "approve", request["id"])
        sign = lambda name: self.gateway.tool(
            "engineer", "pkcs11-tool", "--module", self.gateway.module, "--token-label", "release",
            "--sign", "--mechanism", "ECDSA-SHA256", "--input-file", name, "--output-file", "out")
        self.assertEqual(sign("a").returncode, 0)
        for name in ("a", "c"):
            denied = sign(name)
            self.assertNotEqual(denied.returncode, 0)
            self.assertIn(b"for other digests", denied.stderr)
        self.assertEqual(sign("b").returncode, 0)
        shown = self.gateway.cli("approver", "request", "show", request["id"])
        self.assertIn(listed.split()[0].decode(), shown)

    def test_a_list_that_is_none_is_refused(self):
        (self.gateway.folder / "list").write_text("not a digest\n")
        self.refused(2, "line 1", "engineer", "request", "create", "release",
                     "--reason", "x", "--digest-file", self.gateway.folder / "list")


if __name__ == "__main__":
    unittest.main()
