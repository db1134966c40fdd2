"""Nothing that holds a secret leaves a core file: daemon, token worker and command line, killed as a
crash would, where everything else may leave one."""

import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from cases import GatewayCase
from cores import TO_A_PROGRAM, core_files
from faults import FaultyGateway
from gateway import START_SECONDS


def setUpModule():
    """What the tests start may leave cores of any size, in a folder of their own."""
    global FOLDER
    limit, most = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (most, most))
    unittest.addModuleCleanup(resource.setrlimit, resource.RLIMIT_CORE, (limit, most))
    made = tempfile.TemporaryDirectory(prefix="countersign-cores-")
    unittest.addModuleCleanup(made.cleanup)
    unittest.addModuleCleanup(os.chdir, os.getcwd())
    FOLDER = pathlib.Path(made.name)
    os.chdir(FOLDER)


def core_limits(process):
    """Soft and hard, as proc_pid_limits(5) shows them."""
    for line in pathlib.Path(f"/proc/{process}/limits").read_text().splitlines():
        if line.startswith("Max core file size"):
            return line.split()[4:6]


class Cores(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = FaultyGateway()
        cls.addClassCleanup(cls.gateway.close)
        cls.bring_up()
        cls.gateway.wait_for_token()

    def setUp(self):
        self.before = core_files([FOLDER])

    def left(self):
        return [path for path in core_files([FOLDER]) if path not in self.before]

    def crash(self, process):
        """Whether the kernel says that it dumped a core of our child."""
        os.kill(process, signal.SIGSEGV)
        ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        self.assertEqual(ended.si_status, signal.SIGSEGV)
        return ended.si_code == os.CLD_DUMPED

    def test_1_any_other_process_leaves_one(self):
        """Or the tests below would prove nothing."""
        with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
            self.assertTrue(self.crash(other.pid))
        left = self.left()
        for path in left:
            path.unlink()
        self.assertEqual(len(left), 0 if TO_A_PROGRAM else 1)

    def test_2_the_command_line_leaves_none(self):
        with subprocess.Popen(
                [self.gateway.build / "bin/countersign", "token", "create", "--enrol"],
                env=self.gateway.environment("admin"), stdin=subprocess.PIPE) as reading:
            deadline = time.monotonic() + START_SECONDS
            while core_limits(reading.pid) != ["0", "0"]:
                self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)  # it is past the other half of forbidding them by then
            self.assertFalse(self.crash(reading.pid))
        self.assertEqual(self.left(), [])

    def test_3_a_worker_leaves_none(self):
        worker = self.gateway.faults.process
        self.assertEqual(core_limits(worker), ["0", "0"])
        os.kill(worker, signal.SIGSEGV)
        deadline = time.monotonic() + START_SECONDS
        while self.gateway.faults.process == worker:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.02)
        self.assertIn("was ended by signal 11", self.gateway.log())
        self.assertEqual(self.left(), [])

    def test_4_the_daemon_leaves_none(self):
        daemon = self.gateway.daemon
        self.assertEqual(core_limits(daemon.pid), ["0", "0"])
        self.assertFalse(self.crash(daemon.pid))
        self.assertEqual(self.gateway.wait(), -signal.SIGSEGV)
        self.assertEqual(self.left(), [])


if __name__ == "__main__":
    unittest.main()
