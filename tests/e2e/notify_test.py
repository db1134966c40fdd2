"""countersign-notify as people live with it: what happens reaches webhooks, mail, commands and the
journal, in order, at least once, and whoever hangs or is down delays nobody else."""

import datetime
import hashlib
import hmac
import json
import os
import pathlib
import subprocess
import unittest

from cases import INVALID, MEMBERS, NOT_FOUND, UNAVAILABLE, GatewayCase
from gateway import approval
from receivers import MailReceiver, Notify, WebhookReceiver, wait_for

LINK = "<img src=x onerror=alert(1)>&amp;"


class NotifyCase(GatewayCase):
    @classmethod
    def prepare(cls):
        gateway = cls.gateway
        gateway.signer("release", "p256", approval("approver"), MEMBERS)
        gateway.account("notify", "--machine", "--owner", "keeper")
        gateway.cli("admin", "role", "create", "teller", "--permissions",
                    "/auditing/read/,/workflows/instances/read/,/signers/read/,/security/read/")
        gateway.cli("admin", "role", "grant", "teller", "notify")

    def notify(self):
        """The service with these handlers, not started yet."""
        service = Notify(self.gateway, self._testMethodName)
        self.addCleanup(service.close)
        return service

    def webhook(self, *arguments, **more):
        receiver = WebhookReceiver(*arguments, **more)
        self.addCleanup(receiver.close)
        return receiver

    def ask(self, reason="version 2"):
        return self.gateway.json("engineer", "request", "create", "release", "--reason", reason,
                                 "--count", 1)["request"]["id"]

    def end(self, *requests):
        for each in requests:
            self.gateway.cli("engineer", "request", "cancel", each)

    def told(self, receiver, **fields):
        return wait_for(f"event with {fields}", lambda: receiver.events(**fields))[0]


class Webhooks(NotifyCase):
    def test_the_receiver_can_check_who_sent_what_and_when(self):
        receiver = self.webhook()
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url))
        service.start()
        number = self.ask(f"look {LINK}")
        event = self.told(receiver, event="request.create", request=number)
        post = next(each for each in receiver.posts if each["event"] == event)
        headers, body = post["headers"], post["body"]
        signed = f"{headers['Countersign-Time']}.{headers['Countersign-Id']}.".encode() + body
        key = service.key.read_text().strip().encode()
        expected = hmac.new(key, signed, hashlib.sha256).hexdigest()
        self.assertEqual(headers["Countersign-Signature"], f"sha256={expected}")
        self.assertEqual(headers["Countersign-Id"], event["id"])
        self.assertEqual(event["account"], "engineer")
        self.assertEqual(event["signer"], "release")
        self.assertEqual(event["requests"][0]["approvers"], ["approver"])
        self.assertEqual(event["data"]["reason"], f"look {LINK}")
        self.assertTrue(event["attested"])
        self.assertNotRegex(body, rb"[^ -~]|[<>&]")
        self.end(number)
        self.assertEqual(service.stop(), 0)

    def test_who_cannot_prove_to_be_the_receiver_is_told_nothing(self):
        certificate = self.gateway.folder / "receiver.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                        "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=receiver",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", certificate, "-out",
                        f"{certificate}.crt"], check=True, capture_output=True)
        with open(certificate, "a") as both:
            both.write(pathlib.Path(f"{certificate}.crt").read_text())
        receiver = self.webhook(certificate=certificate)
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url))
        self.refused(UNAVAILABLE, "certificate", None, "handler", "test", "hook", "--config",
                     service.config)
        self.assertEqual(receiver.posts, [])
        service.configure(service.webhook("hook", receiver.url, ca=f"{certificate}.crt"))
        self.gateway.cli(None, "handler", "test", "hook", "--config", service.config)
        self.assertEqual(len(receiver.posts), 1)
        elsewhere = receiver.url.replace("127.0.0.1", "localhost")
        service.configure(service.webhook("hook", elsewhere, ca=f"{certificate}.crt"))
        self.refused(UNAVAILABLE, "", None, "handler", "test", "hook", "--config", service.config)
        self.assertEqual(len(receiver.posts), 1)

    def test_what_was_told_is_not_told_again_and_what_came_meanwhile_is_told(self):
        receiver = self.webhook()
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url, "request.create", "request.cancel"))
        service.start()
        first = self.ask()
        self.told(receiver, request=first)
        self.assertEqual(service.stop_when_idle("hook"), 0)
        second = self.ask()
        self.end(first, second)
        service.start()
        self.told(receiver, event="request.cancel", request=second)
        self.assertEqual([(each["event"], each["request"]) for each in receiver.events()],
                         [("request.create", first), ("request.create", second),
                          ("request.cancel", first), ("request.cancel", second)])

    def test_killed_between_deliveries_it_loses_nothing_and_keeps_the_order(self):
        service = self.notify()
        kills = iter((2, 5, 6, 9))
        next_kill = [next(kills)]

        def killing(event):
            """Kills the service while it waits for the answer to some of the deliveries."""
            if len(receiver.posts) + 1 == next_kill[0]:
                next_kill[0] = next(kills, 0)
                service.kill()
            return 204

        receiver = self.webhook(killing)
        service.configure(service.webhook("hook", receiver.url, "request.create", "request.cancel"))
        service.start()
        requests = [self.ask() for _ in range(4)]
        self.end(*requests)

        def complete():
            if service.process.poll() is not None:
                service.start()
            return len({each["id"] for each in receiver.events()}) == 8

        wait_for("delivery of all eight", complete)
        ids = [each["id"] for each in receiver.events()]
        self.assertEqual(len(ids), 8 + 4, "each kill has one event told again, under its id")
        for number in requests:
            names = [each["event"] for each in receiver.events(request=number)]
            self.assertEqual(list(dict.fromkeys(names)), ["request.create", "request.cancel"])
            self.assertEqual(names, sorted(names, key=["request.create", "request.cancel"].index))

    def test_an_event_that_fails_holds_back_its_own_request_alone(self):
        refused = []

        def refusing(event):
            """Takes the unlucky one when the other's last event has come past it."""
            if event["event"] == "request.create" and event["data"]["reason"] == "unlucky" and \
                    not receiver.events(event="request.cancel"):
                refused.append(event["id"])
                return 500
            return 204

        receiver = self.webhook(refusing)
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url, "request.create", "request.cancel"))
        service.start()
        unlucky = self.ask("unlucky")
        wait_for("refusal", lambda: refused)
        other = self.ask()
        self.end(unlucky, other)
        self.told(receiver, event="request.cancel", request=unlucky)
        told = [(each["event"], each["request"]) for each in receiver.events()]
        self.assertEqual([each for each in told if each[1] == unlucky],
                         [("request.create", unlucky), ("request.cancel", unlucky)])
        self.assertEqual([each for each in told if each[1] == other],
                         [("request.create", other), ("request.cancel", other)])
        self.assertEqual(len(set(refused)), 1, "it has the same id each time")


class SlowAndDead(NotifyCase):
    def test_they_delay_neither_decisions_nor_others_and_what_is_given_up_is_seen(self):
        hanging = self.webhook(lambda event: None)
        failing = self.webhook(lambda event: 500)
        good = self.webhook()
        service = self.notify()
        service.configure(
            service.webhook("hanging", hanging.url, time_limit="5m"),
            service.webhook("refusing", "http://127.0.0.1:9/", tries=1000),
            service.webhook("failing", failing.url, "request.create", tries=1),
            service.webhook("good", good.url))
        service.start()
        number = self.ask()
        self.gateway.cli("approver", "request", "approve", number)
        signed = self.gateway.folder / "signed"
        signed.write_bytes(b"content")
        self.gateway.cli("engineer", "sign", "release", "--in", signed, "--out",
                         f"{signed}.sig")
        event = self.told(good, event="request.approve", request=number)
        self.assertEqual(event["data"]["state"], "active")
        wait_for("hanging delivery", lambda: hanging.posts)
        wait_for("dead letter", lambda: service.handler("failing")["dead_letters"])
        shown = service.handler("failing")
        letter = shown["letters"][0]
        self.assertEqual((letter["event"], letter["request"], letter["tries"]),
                         ("request.create", number, 1))
        self.assertIn("status 500", letter["error"])
        self.assertIn("gave up request.create", service.said())
        wait_for("try that waits", lambda: service.handler("refusing").get("next_try"))
        listed = self.gateway.cli(None, "handler", "list", "--config", service.config)
        self.assertRegex(listed, r"failing +webhook +\d+ +\d+ +0 +\d+ +1\n")
        self.assertRegex(listed, r"refusing +webhook +\d+ +\d+ +[1-9]\d* +\d+ +\d\d\d\d-\d\d-\S+ +\d\n")
        self.assertGreater(service.handler("hanging")["behind"], 0)
        self.assertEqual(service.stop(), 0, "a delivery that hangs is broken off")

    def test_what_was_given_up_is_sent_again_by_hand(self):
        broken = [True]
        receiver = self.webhook(lambda event: 500 if broken else 204)
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url, "request.create", tries=1))
        service.start()
        number = self.ask()
        wait_for("dead letter", lambda: service.handler("hook")["dead_letters"])
        letter = service.handler("hook")["letters"][0]["id"]
        resend = ("handler", "resend", "hook", letter, "--config", service.config)
        self.refused(UNAVAILABLE, "status 500", None, *resend)
        self.assertEqual(service.handler("hook")["dead_letters"], 1)
        broken.clear()
        self.assertEqual(self.gateway.cli(None, *resend), f"handler hook took {letter}\n")
        told = receiver.posts[-1]["event"]
        self.assertEqual((told["id"], told["request"]), (letter, number))
        self.assertEqual(service.handler("hook")["dead_letters"], 0)
        self.refused(NOT_FOUND, "no dead letter", None, *resend)
        self.end(number)

    def test_a_command_has_no_shell_no_environment_and_a_time_limit(self):
        service = self.notify()
        taking = service.folder / "taking"
        taking.write_text("#!/bin/sh\n{ cat; echo; env; echo \"args: $*\"; ls /proc/self/fd; } "
                          f">>{service.folder}/taken\n")
        hanging = service.folder / "hanging"
        hanging.write_text(f"#!/bin/sh\nsleep 1000 & echo $$ $! >{service.folder}/pids\nwait\n")
        for each in (taking, hanging):
            each.chmod(0o755)
        service.configure(
            {"name": "taking", "kind": "command", "events": ["request.create"],
             "command": [str(taking), "$(id)", "; id"]},
            {"name": "hanging", "kind": "command", "events": ["request.create"],
             "command": [str(hanging)], "time_limit": "1s", "tries": 1})
        service.start()
        number = self.ask("`id`; $(id)")
        wait_for("dead letter", lambda: service.handler("hanging")["dead_letters"])
        self.assertIn("took longer than 1000 ms", service.handler("hanging")["last_error"])
        for pid in (service.folder / "pids").read_text().split():
            self.assertFalse(pathlib.Path(f"/proc/{pid}").exists() and b"sleep" in pathlib.Path(
                f"/proc/{pid}/cmdline").read_bytes(), "the child of the command goes with it")
        output = service.folder / "taken"
        taken = wait_for("whole output", lambda: output.exists() and
                         "args:" in output.read_text() and output.read_text())
        event = json.loads(taken.splitlines()[0])
        self.assertEqual((event["request"], event["data"]["reason"]), (number, "`id`; $(id)"))
        self.assertIn("args: $(id) ; id\n", taken)
        self.assertNotIn("LEAKS", taken)
        self.end(number)

    def test_journal_lines_are_whole_and_printable(self):
        service = self.notify()
        service.configure({"name": "journal", "kind": "journal", "events": ["request.*"]})
        service.start()
        number = self.ask("with \U0001F40D and <b>")
        line = wait_for("line", lambda: [each for each in service.said().splitlines()
                                         if "request.create" in each])[0]
        self.assertRegex(line, rf"^<5>\d+-[0-9a-f]+ request.create: request {number}, signer release,"
                               r" pending, by engineer, .*reason=\"with \U0001F40D and <b>\"")
        self.end(number)


class Mails(NotifyCase):
    def text_of(self, message):
        """The content of a mail, which is plain text and nothing else."""
        parts = [each for each in message.walk() if not each.is_multipart()]
        self.assertEqual([each.get_content_type() for each in parts], ["text/plain"])
        return parts[0].get_content()

    def test_approvers_are_asked_and_requesters_hear_the_outcome(self):
        server = MailReceiver()
        self.addCleanup(server.close)
        service = self.notify()
        mail = {"kind": "mail", "url": server.url, "from": "countersign@example.com"}
        service.configure(
            {"name": "ask", "events": ["request.create"], "to": ["approvers", "log@example.com"],
             **mail},
            {"name": "tell", "to": ["requester"], **mail,
             "events": ["request.approve", "request.reject", "request.revoke", "policy.set"]},
            addresses={"approver": "approver@example.com", "engineer": "engineer@example.com"})
        service.start()
        first = self.ask(f"Zürich {LINK}")
        asked = wait_for("mail to the approver", lambda: server.to("approver@example.com"))[0]
        self.assertEqual(asked["to"], ["approver@example.com", "log@example.com"])
        message = asked["mail"]
        self.assertEqual(message["Subject"],
                         f"[countersign] request.create: request {first}, signer release, pending")
        self.assertEqual([each.addr_spec for each in message["To"].addresses], asked["to"])
        self.assertEqual(message["From"].addresses[0].addr_spec, "countersign@example.com")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        text = self.text_of(message)
        self.assertIn(f"Reason: Zürich {LINK}", text)
        self.assertIn(f"countersign request approve {first}", text)

        self.gateway.cli("approver", "request", "reject", first, "--comment", "not like this")
        second = self.ask()
        self.gateway.cli("approver", "request", "approve", second)
        wait_for("mails to the requester", lambda: len(server.to("engineer@example.com")) == 2)
        rejected, approved = server.to("engineer@example.com")
        self.assertIn(f"request {first}, signer release, rejected", rejected["mail"]["Subject"])
        self.assertIn("comment: not like this", self.text_of(rejected["mail"]))
        self.assertIn(f"request {second}, signer release, active", approved["mail"]["Subject"])

        third = self.ask()
        self.gateway.set_policy("release", approval("approver", "keeper"))
        ended = wait_for("mail of what a new policy ended",
                         lambda: server.to("engineer@example.com")[2:])[0]["mail"]
        self.assertIn("policy.set", ended["Subject"])
        self.assertIn(f"Request: {third}", self.text_of(ended))
        self.assertIn("State: stale", self.text_of(ended))

        reported = self.gateway.cli(None, "handler", "test", "tell", "--config", service.config)
        self.assertRegex(reported, r"^handler tell took test event test-[0-9a-f]{16}\n$")
        self.assertIn("A test of this handler",
                      self.text_of(server.to("countersign@example.com")[0]["mail"]))

    def test_who_answers_in_an_approvers_place_is_asked_too(self):
        server = MailReceiver()
        self.addCleanup(server.close)
        service = self.notify()
        service.configure(
            {"name": "ask", "kind": "mail", "url": server.url, "from": "countersign@example.com",
             "events": ["request.create"], "to": ["approvers"]},
            addresses={name: f"{name}@example.com" for name in ("approver", "keeper", "engineer")})
        service.start()
        until = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1))
        delegation = self.gateway.json(
            "approver", "delegation", "create", "keeper", "--until",
            until.strftime("%Y-%m-%dT%H:%M:%SZ"), "--reason", "holiday")["delegation"]["id"]
        number = self.ask()
        shown = self.gateway.json("engineer", "request", "show", number)["request"]
        self.assertEqual(shown["delegates"], [{"account": "keeper", "in_place_of": "approver"}])
        asked = wait_for("mail", lambda: server.mails)[0]
        self.assertEqual(asked["to"], ["approver@example.com", "keeper@example.com"])
        self.assertIn("In their place: keeper", self.text_of(asked["mail"]))
        self.gateway.cli("keeper", "delegation", "end", delegation)
        shown = self.gateway.json("engineer", "request", "show", number)["request"]
        self.assertEqual(shown["delegates"], [])
        self.end(number)

    def test_those_whose_consent_a_change_waits_for_are_asked(self):
        server = MailReceiver()
        self.addCleanup(server.close)
        policy = approval("approver")
        policy["quorums"] = {"members": {"approvers": ["approver"], "count": 1}}
        self.gateway.set_policy("release", policy)
        self.gateway.account("newcomer")
        service = self.notify()
        mail = {"kind": "mail", "url": server.url, "from": "countersign@example.com"}
        service.configure(
            {"name": "ask", "events": ["change.propose"], "to": ["approvers"], **mail},
            {"name": "tell", "events": ["change.consent"], "to": ["requester"], **mail},
            addresses={"approver": "approver@example.com", "keeper": "keeper@example.com"})
        service.start()
        change = self.gateway.json("keeper", "member", "add", "release", "newcomer", "--role",
                                   "operator")["change"]["id"]
        for who, parts in (("keeper", [["approver"]]), ("newcomer", None)):
            done = self.gateway.run(who, "--json", "change", "show", str(change))
            shown = json.loads(done.stdout)["change"]["parts"] if done.returncode == 0 else None
            self.assertEqual(shown and [each["asked"] for each in shown], parts)
        asked = wait_for("mail to the approver", lambda: server.to("approver@example.com"))[0]["mail"]
        self.assertIn(f"change {change}, pending", asked["Subject"])
        self.assertIn(f"countersign change consent {change}", self.text_of(asked))
        self.gateway.cli("approver", "change", "consent", change)
        told = wait_for("mail to who asked", lambda: server.to("keeper@example.com"))[0]["mail"]
        self.assertIn(f"change {change}, applied", told["Subject"])

    def test_everybody_named_is_told_of_an_emergency(self):
        server = MailReceiver()
        self.addCleanup(server.close)
        policy = approval("approver")
        policy["break_glass"] = {"members": ["engineer"], "signatures": 1, "window": "1h",
                                 "token_younger_than": "1h", "reviewers": ["keeper"],
                                 "review_within": "1d"}
        self.gateway.set_policy("release", policy)
        service = self.notify()
        service.configure(
            {"name": "all", "kind": "mail", "url": server.url, "from": "countersign@example.com",
             "events": ["request.break_glass"], "to": ["approvers"]},
            addresses={name: f"{name}@example.com" for name in ("approver", "keeper", "engineer")})
        service.start()
        self.gateway.cli("engineer", "request", "break-glass", "release", "--reason", "outage")
        told = wait_for("mail to all", lambda: server.mails)[0]
        self.assertEqual(sorted(told["to"]), ["approver@example.com", "engineer@example.com",
                                              "keeper@example.com"])
        self.assertIn("request.break_glass", told["mail"]["Subject"])

    def test_whom_nobody_answers_is_told_of_again(self):
        receiver = self.webhook()
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url, "freeze.*", remind_after="1s"))
        number = self.ask()
        service.start()
        first = self.told(receiver, event="request.waiting", request=number)
        self.assertIn("approver", first["requests"][0]["approvers"])
        self.assertEqual(service.stop_when_idle("hook"), 0)
        service.start()
        wait_for("second reminder", lambda: len(receiver.events(event="request.waiting")) > 1)
        self.assertEqual(len({each["id"] for each in receiver.events()}), len(receiver.events()))
        self.end(number)


class Configuration(NotifyCase):
    def refuses(self, service, text):
        service.spawn()
        self.assertEqual(service.process.wait(30), 78, service.said())
        self.assertIn(text, service.said())

    def test_it_is_read_strictly_and_only_from_who_may_write_it(self):
        service = self.notify()
        good = service.webhook("hook", "https://chat.example.com/x")
        for wrong, text in (({"evnets": []}, "/handlers/0/evnets"),
                            ({"events": ["requests.*"]}, "/handlers/0/events/0"),
                            ({"url": "http://chat.example.com/x"}, "without TLS"),
                            ({"kind": "pager"}, "/handlers/0/kind"),
                            ({"key": "secret"}, "/handlers/0/key")):
            with self.subTest(text):
                service.configure({**good, **wrong})
                self.refuses(service, text)
        service.configure(good)
        service.config.chmod(0o666)
        self.refuses(service, "can be written by others")
        service.config.chmod(0o600)
        if os.geteuid() == 0:
            os.chown(service.config, 12345, 12345)
            self.refuses(service, "belongs to user 12345")

    def test_secrets_that_others_read_are_not_used(self):
        receiver = self.webhook()
        service = self.notify()
        service.configure(service.webhook("hook", receiver.url))
        service.key.chmod(0o644)
        self.refused(INVALID, "can be read by others", None, "handler", "test", "hook", "--config",
                     service.config)
        self.assertEqual(receiver.posts, [])
        service.key.chmod(0o600)
        self.gateway.cli(None, "handler", "test", "hook", "--config", service.config)
        self.assertEqual(receiver.posts[0]["event"]["event"], "handler.test")
        receiver.answer = lambda event: 403
        self.refused(UNAVAILABLE, "status 403", None, "handler", "test", "hook", "--config",
                     service.config)

    def test_two_services_do_not_work_in_one_folder(self):
        service = self.notify()
        service.configure({"name": "journal", "kind": "journal", "events": ["*"]})
        service.start()
        done = subprocess.run([self.gateway.build / "bin/countersign-notify", "--config",
                               service.config], capture_output=True, text=True)
        self.gateway.evidence.output(done.stdout, done.stderr)
        self.assertEqual(done.returncode, 69)
        self.assertIn("another countersign-notify", done.stderr)
        self.assertEqual(service.stop(), 0)
        if os.geteuid() == 0:
            os.chown(service.state / "journal.json", 12345, 12345)
            self.refused(INVALID, "runuser -u countersign-notify", None, "handler", "list", "--config",
                         service.config)


if __name__ == "__main__":
    unittest.main()
