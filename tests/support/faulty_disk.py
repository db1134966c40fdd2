"""A disk that fails on order, below whatever runs with its environment (tests/e2e/faulty_disk.cc)."""

import contextlib
import errno

from gateway import build_folder


class FaultyDisk:
    """The orders, in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.folder.mkdir()
        self.environment = {"LD_PRELOAD": str(build_folder() / "lib/faulty_disk.so"),
                            "FAULTY_DISK": str(folder)}

    @contextlib.contextmanager
    def failing(self, call, path, error=errno.EIO):
        """While in it, `call` ("sync" or "write") fails for files whose path begins with that."""
        order, written = self.folder / call, self.folder / "written"
        written.write_text(f"{error} {path}\n")
        written.rename(order)
        try:
            yield
        finally:
            order.unlink()
