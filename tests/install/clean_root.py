"""A root file system with the installed Countersign in it and no trace of where it was built.

/usr is the host's with the installed files laid over it; everything else begins empty. Needs to
run as root in a mount namespace of its own.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile

USERS = {"root": 0, "keeper": 1500, "builder": 1501, "stranger": 1502}


class CleanRoot:
    """Made on entry, gone on exit. Paths given to its methods are those inside."""

    def __init__(self, staged, evidence):
        """`staged` is the folder that `cmake --install` put its files into; what is run inside is
        kept as `evidence` (tests/support/evidence.py)."""
        self.staged = pathlib.Path(staged)
        self.evidence = evidence

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="countersign-root-"))
        mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", self.folder)
        for name in ("usr", "etc", "var/lib", "run", "dev", "proc", "root"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "tmp").mkdir()
        (self.folder / "tmp").chmod(0o1777)
        for name in ("bin", "sbin", "lib", "lib64"):
            (self.folder / name).symlink_to(f"usr/{name}")
        mount("-t", "overlay", "-o", f"lowerdir={self.staged}/usr:/usr", "overlay",
              self.folder / "usr")
        mount("--rbind", "/dev", self.folder / "dev")
        mount("-t", "proc", "proc", self.folder / "proc")
        (self.folder / "etc/passwd").write_text("".join(
            f"{name}:x:{number}:{number}::/tmp:/bin/bash\n" for name, number in USERS.items()))
        (self.folder / "etc/group").write_text("".join(
            f"{name}:x:{number}:\n" for name, number in USERS.items()))
        (self.folder / "etc/nsswitch.conf").write_text("passwd: files\ngroup: files\n")
        for name in ("ld.so.cache", "ld.so.conf", "alternatives"):
            self.copy(f"/etc/{name}", f"/etc/{name}")
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "--recursive", "--lazy", self.folder], check=True)
        self.folder.rmdir()

    def path(self, inside):
        return self.folder / inside.lstrip("/")

    def copy(self, outside, inside):
        copy = shutil.copytree if os.path.isdir(outside) else shutil.copy
        copy(outside, self.path(inside), **({"symlinks": True} if os.path.isdir(outside) else {}))

    def command(self, user, *words):
        """The words of a command that runs inside as that user."""
        return ["chroot", self.folder, "setpriv", f"--reuid={user}", f"--regid={user}",
                "--init-groups", *map(str, words)]

    def run(self, user, *words, input="", **environment):
        """Runs it with nothing in the environment but PATH and what is given."""
        done = subprocess.run(self.command(user, *words), input=input, capture_output=True,
                              text=True, cwd="/", env=plain_environment(environment))
        self.evidence.command(words, done)
        return done

    def start(self, user, *words, log, **environment):
        return subprocess.Popen(self.command(user, *words), stdin=subprocess.DEVNULL, stdout=log,
                                stderr=log, cwd="/", env=plain_environment(environment))


def plain_environment(more):
    return {"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C.UTF-8", **more}


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True)
