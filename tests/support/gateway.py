"""A gateway on a real SoftHSM token, in a folder of its own, for the tests.

    with Gateway() as gateway:
        gateway.start()
        gateway.account("engineer")
        gateway.cli("engineer", "signer", "list")

Every account's bearer token comes from its enrolment code, as everybody's does. Standard library
only.

The same in the embedded shape, without a daemon: `Gateway(shape="embedded")`. Then `module` is
libcountersign-embedded.so, start() makes the store, stop() and kill() have nothing to end, and
everything else is called alike, so that a test can run in both SHAPES:

    class Denials(GatewayCase): ...
    class DenialsEmbedded(Denials): shape = "embedded"
"""

import fcntl
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from evidence import Evidence

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEYS = ("rsa", "p256", "p384", "p521")
NO_APPROVAL = {"approval": "none"}
WRONG_PIN = "0000111122223333"
MODULES = {"gateway": "lib/libcountersign.so", "embedded": "lib/libcountersign-embedded.so"}
SHAPES = tuple(MODULES)
START_SECONDS = 30


def approval(*approvers, count=1, signatures=10, window="8h", pending="7d"):
    """A policy with one step."""
    return {"approval": [{"name": "release", "approvers": list(approvers), "count": count}],
            "ceilings": {"signatures": signatures, "window": window, "pending": pending}}


def build_folder():
    return pathlib.Path(os.environ.get("COUNTERSIGN_BUILD", ROOT / "build/dev")).resolve()


def plain_environment():
    """The environment without anything that would lead a program to another gateway or token."""
    return {name: value for name, value in os.environ.items()
            if not name.startswith("COUNTERSIGN_") and name not in ("SOFTHSM2_CONF", "OPENSSL_CONF")}


class Gateway:
    """One gateway: token, configuration, store, daemon and accounts. Not thread-safe."""

    def __init__(self, build=None, shape="gateway"):
        self.build = pathlib.Path(build) if build else build_folder()
        self.shape = shape
        self.module = self.build / MODULES[shape]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-test-"))
        self.socket = self.folder / "gateway.sock"
        self.token = self.folder / "token"
        self.mark = self.folder / "mark/head"
        self.mark.parent.mkdir(mode=0o700)
        self.tokens = {}
        self.daemon = None
        self.launcher = []
        self.evidence = Evidence()
        self._take_token()
        self.write_config()
        self.write_client_config()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.kill()
        self.evidence.files(self.folder, "*.log", "store.db*", "core*", "mark*")
        shutil.rmtree(self.folder, ignore_errors=True)

    # -- what the daemon is started on ------------------------------------------------------------

    def _take_token(self):
        """A copy of the build folder's token: making one takes seconds, its keys may be shared."""
        store = self.build / "test-token"
        self.build.mkdir(parents=True, exist_ok=True)
        with open(self.build / "test-token.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not store.is_dir():
                fresh = pathlib.Path(tempfile.mkdtemp(dir=self.build))
                subprocess.run([ROOT / "softhsm-config/make-token", fresh, "--more-keys"],
                               check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
                               env=plain_environment())
                fresh.rename(store)
        shutil.copytree(store, self.token)
        config = (self.token / "softhsm2.conf").read_text().splitlines()
        config = [f"directories.tokendir = {self.token}/tokens"
                  if line.startswith("directories.tokendir") else line for line in config]
        (self.token / "softhsm2.conf").write_text("\n".join(config) + "\n")
        self.keep_pins(self.token)

    def keep_pins(self, token):
        """As evidence: those of a token that softhsm-config/make-token made."""
        for name in ("pin", "so-pin"):
            self.evidence.secret((token / name).read_text())

    def set_pin(self, pin):
        """What the gateway reads as the PIN of `lab` from now on; the token keeps its own."""
        (self.token / "pin").write_text(f"{pin}\n")
        self.evidence.secret(pin)

    def config(self, **changes):
        """The daemon's configuration with `changes` to its top-level keys; None drops a key."""
        config = {
            "name": "gw.test",
            "socket": str(self.socket),
            "socket_mode": "0600",
            "store": str(self.folder / "store.db"),
            "mark": str(self.mark),
            "log_key": str(self.folder / "log.key"),
            "verify": "on",
            "tokens": [{"name": "lab",
                        "library": (self.token / "library").read_text().strip(),
                        "label": "lab",
                        "pin": {"file": str(self.token / "pin")},
                        "sessions": 4}],
        }
        config.update(changes)
        return {name: value for name, value in config.items() if value is not None}

    def write_config(self, text=None, **changes):
        self._write("gateway.json", json.dumps(self.config(**changes)) if text is None else text)

    def write_client_config(self, **changes):
        user = pwd.getpwuid(os.getuid()).pw_name
        config = {"socket": str(self.socket), "gateway_user": user, **changes}
        self._write("client.json", json.dumps(config))

    def _write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o600)

    # -- the daemon -------------------------------------------------------------------------------

    def daemon_environment(self, fault=None):
        environment = plain_environment()
        environment["SOFTHSM2_CONF"] = str(self.token / "softhsm2.conf")
        if fault:
            environment["COUNTERSIGN_FAULT"] = fault
        return environment

    def offline(self, *arguments):
        """A verb that works on the store itself, as the daemon's user; the finished process."""
        done = subprocess.run(
            [self.build / "bin/countersign", *map(str, arguments), "--config",
             self.folder / "gateway.json"],
            env=self.daemon_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
        self.evidence.command(arguments, done)
        return done

    def init(self, admin="admin"):
        """Makes the store; keeps the token of the first account. Returns the finished process."""
        done = self.offline("init", "--admin", admin)
        self.codes = {admin: done.stdout.strip()}
        return done

    @property
    def log_public_key(self):
        return self.folder / "log.key.pub"

    def spawn(self, fault=None):
        """Starts the daemon, by way of the `launcher` if there is one, without waiting for it."""
        self.evidence.files(self.folder, "countersignd.log")
        with open(self.folder / "countersignd.log", "w") as log:
            self.daemon = subprocess.Popen(
                [*self.launcher, self.build / "bin/countersignd", "--config",
                 self.folder / "gateway.json"],
                env=self.daemon_environment(fault), stdin=subprocess.DEVNULL, stdout=log,
                stderr=log)

    def start(self, fault=None):
        """Makes the store if there is none, starts the daemon, waits until it listens."""
        if not (self.folder / "store.db").exists():
            done = self.init()
            if done.returncode != 0:
                raise RuntimeError(f"init failed: {done.stderr}")
        if self.shape == "embedded":
            return
        self.spawn(fault)
        deadline = time.monotonic() + START_SECONDS
        while not self.listens():
            if self.daemon.poll() is not None:
                raise RuntimeError(f"countersignd ended with {self.daemon.returncode}: {self.log()}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"countersignd does not listen: {self.log()}")
            time.sleep(0.02)

    def hsm(self, name="lab"):
        """What `countersign hsm list` says of the token."""
        return next(each for each in self.json("admin", "hsm", "list")["hsms"]
                    if each["name"] == name)

    def wait_for_token(self, name="lab", state="ready", message=""):
        """Until the token is logged in, or in another state, with that text in its message; what is
        said of it then. SoftHSM writes to its token's file when it is logged in to, and a kill in
        the middle of that would break the token, not test the gateway."""
        deadline = time.monotonic() + START_SECONDS
        while (hsm := self.hsm(name))["state"] != state or message not in hsm["message"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"token {name} is not {state} but {hsm}: {self.log()}")
            time.sleep(0.02)
        return hsm

    def refuses_to_start(self):
        """Starts a daemon that is expected to refuse; returns its exit code and what it said."""
        self.spawn()
        code = self.daemon.wait(START_SECONDS)
        self.daemon = None
        return code, self.log()

    def listens(self):
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.socket)) == 0

    def log(self):
        """What the last daemon said."""
        return (self.folder / "countersignd.log").read_text()

    def stop(self):
        """Ends the daemon cleanly; returns its exit code."""
        if self.shape == "embedded":
            return 0
        self.daemon.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self):
        code = self.daemon.wait(START_SECONDS)
        self.daemon = None
        return code

    def kill(self):
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = None

    # -- accounts and commands --------------------------------------------------------------------

    def account(self, name, *options):
        """Makes the account and enrols it."""
        self.codes[name] = self.cli("admin", "account", "create", name, *options).strip()
        self.enrol(name)

    def enrol(self, name):
        done = self.run(None, "token", "create", "--enrol", input=self.codes[name] + "\n")
        if done.returncode != 0:
            raise RuntimeError(f"{name} could not enrol: {done.stderr}")
        self.tokens[name] = done.stdout.strip()

    def environment(self, account=None, **more):
        """The environment in which a program is that account; None is the login alone."""
        environment = plain_environment()
        environment["COUNTERSIGN_CONFIG"] = str(self.folder / "client.json")
        if self.shape == "embedded":
            environment["COUNTERSIGN_GATEWAY_CONFIG"] = str(self.folder / "gateway.json")
            environment["SOFTHSM2_CONF"] = str(self.token / "softhsm2.conf")
        environment["COUNTERSIGN_MODULE"] = str(self.module)
        if account:
            if account not in self.tokens:
                self.enrol(account)
            environment["COUNTERSIGN_TOKEN"] = self.tokens[account]
        environment.update(more)
        return environment

    def run(self, account, *arguments, input="", **options):
        """`countersign ARGUMENTS…` as the account; returns the finished process."""
        done = subprocess.run([self.build / "bin/countersign", *map(str, arguments)], input=input,
                              env=self.environment(account), capture_output=True, text=True,
                              **options)
        self.evidence.command(arguments, done)
        return done

    def cli(self, account, *arguments):
        """As run(), for what must succeed; returns its output."""
        done = self.run(account, *arguments)
        if done.returncode != 0:
            raise RuntimeError(f"countersign {' '.join(map(str, arguments))} as {account} "
                               f"exits with {done.returncode}: {done.stderr}")
        return done.stdout

    def json(self, account, *arguments):
        """The answer object."""
        return json.loads(self.cli(account, "--json", *arguments))

    def tool(self, account, *command, **options):
        """Another program as the account, in the gateway's folder, output as bytes."""
        more = options.pop("more", {})
        done = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL,
                              env=self.environment(account, **more), capture_output=True,
                              cwd=self.folder, **options)
        self.evidence.output(done.stdout, done.stderr)
        return done

    def signer(self, name, key, policy=None, members=None, admin="keeper"):
        """Makes a signer on the token's key of that name, with members (account -> role) and a
        policy. A key can have one signer only."""
        self.signer_of(name, f"pkcs11:token=lab;object={key};type=private",
                       self.token / f"{key}.pem", policy, members, admin)

    def signer_of(self, name, key_uri, certificate, policy=None, members=None, admin="keeper"):
        """The same on any key of any token."""
        self.cli("admin", "signer", "create", name, "--key", key_uri, "--cert", certificate,
                 "--admin", admin)
        for account, role in (members or {}).items():
            self.cli(admin, "member", "add", name, account, "--role", role)
        if policy is not None:
            self.set_policy(name, policy, admin)

    def set_policy(self, signer, policy, admin="keeper"):
        file = self.folder / "policy.json"
        file.write_text(json.dumps(policy))
        self.cli(admin, "policy", "set", signer, file, "--reason", "test")

    def approved_request(self, signer, requester, approver, count=1, window="1h"):
        """A request made and approved; its number."""
        request = self.json(requester, "request", "create", signer, "--reason", "test", "--count",
                            count, "--window", window)["request"]["id"]
        self.cli(approver, "request", "approve", request)
        return request

    def records(self):
        """Every record of the log, as the gateway shows it, with `said`: its body, parsed."""
        records, more = [], True
        while more:
            after = ["--after", records[-1]["number"]] if records else []
            answer = self.json("admin", "log", "list", "--limit", 1000, *after)
            records += answer["records"]
            more = answer["more"]
        for record in records:
            record["said"] = json.loads(record["body"])
        return records

    # -- the bare API -----------------------------------------------------------------------------

    def raw(self, data, timeout=20):
        """Sends bytes over a connection of its own; returns all that comes back."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(timeout)
            connection.connect(str(self.socket))
            answer = b""
            try:
                connection.sendall(data)
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    answer += part
            except (BrokenPipeError, ConnectionResetError):
                pass
            return answer

    def http(self, account, method, target, body=None, headers=()):
        """One request as the account; returns status and body (parsed). Status 0: cut off."""
        content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"{method} {target} HTTP/1.1", "Host: gateway", "Connection: close",
                 f"Content-Length: {len(content)}", *headers]
        if account:
            lines.append(f"Authorization: Bearer {self.environment(account)['COUNTERSIGN_TOKEN']}")
        answer = self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        if not answer:
            return 0, None
        head, _, text = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(text)
