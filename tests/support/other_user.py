"""Another user of this machine, made for a test: what a gateway sees of him comes from the kernel.

Needs root. The user's programs see nothing of the checkout, which may lie where only root can read:
they are Python text, run by the system's Python with the standard library alone.
"""

import pwd
import subprocess

# Everything a client needs: `call(socket, method, target, body)` -> (status, answer); send() and
# hear() are its halves.
CLIENT = r"""
import json, socket, sys

def dial(path):
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(path)  # with a time-out it would not wait for a place in the backlog
    connection.settimeout(30)
    return connection

def send(connection, method, target, body=None, headers=()):
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {target} HTTP/1.1", "Host: gateway", f"Content-Length: {len(content)}",
             *headers]
    try:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
    except BrokenPipeError:
        pass  # turned away before it was asked: the reason is there to be read

def ask(connection, *arguments, **more):
    send(connection, *arguments, **more)
    return hear(connection)

def hear(connection):
    answer = b""
    while b"\r\n\r\n" not in answer:
        part = connection.recv(65536)
        if not part:
            return 0, None
        answer += part
    head, _, text = answer.partition(b"\r\n\r\n")
    length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                  if line.lower().startswith(b"content-length"))
    while len(text) < length:
        text += connection.recv(65536)
    return int(head.split()[1]), json.loads(text)

def call(path, *arguments, **more):
    with dial(path) as connection:
        return ask(connection, *arguments, **more)
"""


class OtherUser:
    """Made at the beginning of a `with`, gone at its end."""

    def __init__(self, login, groups=()):
        self.login, self.groups = login, groups

    def __enter__(self):
        self._remove()
        for group in self.groups:
            subprocess.run(["groupadd", "--force", "--system", group], check=True)
        options = ["--groups", ",".join(self.groups)] if self.groups else []
        subprocess.run(["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent",
                        "--shell", "/usr/sbin/nologin", *options, self.login], check=True,
                       stderr=subprocess.DEVNULL)
        entry = pwd.getpwnam(self.login)
        self.uid, self.gid = entry.pw_uid, entry.pw_gid
        numbers = subprocess.run(["id", "--groups", self.login], check=True, capture_output=True,
                                 text=True).stdout.split()
        self.gids = [int(each) for each in numbers]
        return self

    def __exit__(self, *_):
        self._remove()
        for group in self.groups:
            subprocess.run(["groupdel", group], check=False, stderr=subprocess.DEVNULL)

    def _remove(self):
        subprocess.run(["userdel", self.login], check=False, stderr=subprocess.DEVNULL)

    def spawn(self, code, *arguments):
        """Starts Python `code`, with CLIENT's functions at hand, as the user."""
        return subprocess.Popen(
            ["/usr/bin/python3", "-I", "-c", CLIENT + code, *map(str, arguments)], cwd="/",
            user=self.uid, group=self.gid, extra_groups=self.gids, env={}, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, code, *arguments):
        """Runs it to its end; returns what it wrote."""
        done = self.spawn(code, *arguments)
        out, error = done.communicate(timeout=120)
        if done.returncode != 0:
            raise RuntimeError(f"{self.login}: {error}")
        return out
