"""Keeps what the programs under test wrote, and which secrets they were given, until
tests/secrets/search has looked for the one in the other.

Does nothing unless COUNTERSIGN_EVIDENCE names a folder, as tests/run does.
"""

import os
import pathlib
import re
import shutil
import uuid

FOLDER = os.environ.get("COUNTERSIGN_EVIDENCE")
PRINTED_SECRET = re.compile(r"\bcse?_\w{26}\b")  # policy/credentials.h
PRINTING = (["token", "create"], ["account", "create"], ["account", "enrol"])


def prints_secret(arguments):
    """Whether the command is asked for a secret: its output is the one place for that."""
    words = [str(each) for each in arguments]
    return "init" in words or any(words[i:i + 2] in PRINTING for i in range(len(words)))


class Evidence:
    """What one gateway and its users leave behind. Not thread-safe."""

    def __init__(self):
        self.folder = FOLDER and pathlib.Path(FOLDER) / uuid.uuid4().hex
        if self.folder:
            self.folder.mkdir(parents=True)

    def secret(self, text):
        """A PIN, token or code that no program may write anywhere but where it was asked to."""
        if self.folder and text.strip():
            with open(self.folder / "secrets", "a") as file:
                file.write(text.strip() + "\n")

    def output(self, *parts):
        """What a program wrote, as text or bytes."""
        if self.folder:
            with open(self.folder / "output", "ab") as file:
                for part in parts:
                    file.write(part.encode() if isinstance(part, str) else part or b"")

    def command(self, arguments, done):
        """What a finished `countersign ARGUMENTS…` wrote: text, or the secret it was asked for."""
        self.output(done.stderr)
        if not prints_secret(arguments):
            return self.output(done.stdout)
        for text in PRINTED_SECRET.findall(done.stdout):
            self.secret(text)

    def hear(self, process, *arguments, **options):
        """process.communicate(), whose outcome is kept."""
        said = process.communicate(*arguments, **options)
        self.output(*said)
        return said

    def files(self, folder, *patterns):
        """Copies of the files in `folder` that the programs wrote by themselves."""
        if not self.folder:
            return
        for pattern in patterns:
            for path in pathlib.Path(folder).glob(pattern):
                if path.is_file():
                    shutil.copy(path, self.folder / f"{uuid.uuid4().hex}-{path.name}")
