"""What countersign-notify tells things to, for the tests: a real HTTP server, a real SMTP server, and
the service itself beside a gateway. Standard library only."""

import email
import email.policy
import http.server
import json
import os
import pwd
import secrets
import signal
import socketserver
import ssl
import subprocess
import threading
import time

WAIT_SECONDS = 30


def wait_for(what, look):
    """What `look` returns, as soon as that is something."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"there is no {what}")
        time.sleep(0.02)
    return found


class WebhookReceiver:
    """Keeps every POST in `posts`: headers, body, and the event it holds. `answer`, given the event,
    says with which status; None hangs until close(). With `certificate`, a PEM file with its key, it
    speaks TLS."""

    def __init__(self, answer=lambda event: 204, certificate=None):
        self.posts = []
        self.answer = answer
        self.closing = threading.Event()
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                event = json.loads(body)
                status = receiver.answer(event)
                receiver.posts.append({"headers": dict(self.headers), "body": body, "event": event,
                                       "status": status})
                if status is None:
                    receiver.closing.wait()
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        scheme = "http"
        if certificate:
            scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}/events"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.closing.set()
        self.server.shutdown()
        self.server.server_close()

    def events(self, **fields):
        """The events it took, oldest first, that have these fields."""
        return [post["event"] for post in list(self.posts) if post["status"] == 204 and
                all(post["event"].get(name) == value for name, value in fields.items())]


class MailReceiver:
    """Keeps every mail in `mails`: envelope and parsed message."""

    def __init__(self):
        self.mails = []
        receiver = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 receiver")
                envelope = {"to": []}
                for raw in self.rfile:
                    line = raw.decode().strip()
                    word = line.upper()
                    if word.startswith("MAIL FROM:"):
                        envelope = {"from": line[10:].split()[0].strip("<>"), "to": []}
                    elif word.startswith("RCPT TO:"):
                        envelope["to"].append(line[8:].strip("<>"))
                    elif word == "DATA":
                        self.say("354 go on")
                        envelope["raw"] = self.data()
                        envelope["mail"] = email.message_from_bytes(
                            envelope["raw"], policy=email.policy.default)
                        receiver.mails.append(envelope)
                    elif word == "QUIT":
                        return self.say("221 bye")
                    self.say("250 fine")

            def data(self):
                lines = []
                while (line := self.rfile.readline()) != b".\r\n":
                    lines.append(line[1:] if line.startswith(b"..") else line)
                return b"".join(lines)

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"smtp://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def to(self, address):
        return [each for each in list(self.mails) if address in each["to"]]


class Notify:
    """countersign-notify beside a gateway, with a folder of its own below the gateway's."""

    def __init__(self, gateway, name, account="notify"):
        self.gateway = gateway
        self.folder = gateway.folder / name
        self.state = self.folder / "state"
        self.state.mkdir(parents=True, mode=0o700)
        self.config = self.folder / "notify.json"
        self.key = self.secret("key", secrets.token_hex(32))
        self.secret("token", gateway.environment(account)["COUNTERSIGN_TOKEN"])
        self.process = None

    def secret(self, name, text):
        path = self.folder / name
        path.write_text(text + "\n")
        path.chmod(0o600)
        self.gateway.evidence.secret(text)
        return path

    def configure(self, *handlers, **more):
        document = {"socket": str(self.gateway.socket),
                    "gateway_user": pwd.getpwuid(os.getuid()).pw_name,
                    "token": str(self.folder / "token"), "state": str(self.state),
                    "handlers": list(handlers), **more}
        self.config.write_text(json.dumps(document))
        self.config.chmod(0o600)

    def webhook(self, name, url, *events, **more):
        return {"name": name, "kind": "webhook", "url": url, "key": str(self.key),
                "events": list(events) or ["request.*"], **more}

    def spawn(self):
        with open(self.folder / "said", "a") as said:
            self.process = subprocess.Popen(
                [self.gateway.build / "bin/countersign-notify", "--config", self.config],
                env={"PATH": os.environ["PATH"], "LEAKS": "no"}, stdin=subprocess.DEVNULL,
                stdout=said, stderr=said)

    def start(self):
        """Starts it, and waits until each handler knows where in the log it is."""
        self.spawn()
        names = [each["name"] for each in json.loads(self.config.read_text())["handlers"]]
        wait_for("position of each handler",
                 lambda: all((self.state / f"{name}.json").exists() for name in names))

    def said(self):
        return (self.folder / "said").read_text()

    def kill(self):
        process = self.process
        if process is not None:
            process.kill()
            process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(WAIT_SECONDS)

    def close(self):
        self.kill()
        self.gateway.evidence.files(self.folder, "said")
        self.gateway.evidence.files(self.state, "*")

    def stop_when_idle(self, name):
        """Stops it when what that handler was told is written down, so that it is not told again."""
        wait_for("end of all deliveries", lambda: (state := self.handler(name))["behind"] == 0 and
                 state["waiting"] == 0)
        return self.stop()

    def handler(self, name):
        """What `countersign handler show` says of it."""
        answer = self.gateway.json(None, "handler", "show", name, "--config", self.config)
        return answer["handler"]
