"""A PKCS#11 application in Python: the C API of a module through ctypes, nothing between.

Only what the tests call. The function and constant names are those of PKCS#11 v3.0.
"""

import ctypes
import time

CKR_OK = 0x0
CKR_DEVICE_ERROR = 0x30
CKR_BUFFER_TOO_SMALL = 0x150
CKR_FUNCTION_REJECTED = 0x200

CKM_SHA256_RSA_PKCS = 0x40
CKM_ECDSA_SHA256 = 0x1044

CKA_CLASS = 0x0
CKO_PRIVATE_KEY = 0x3
CKF_SERIAL_SESSION = 0x4

LISTINGS = 20
PAUSE_SECONDS = 0.1

ULONG = ctypes.c_ulong


class Attribute(ctypes.Structure):
    _fields_ = [("type", ULONG), ("value", ctypes.c_void_p), ("size", ULONG)]


class Mechanism(ctypes.Structure):
    _fields_ = [("mechanism", ULONG), ("parameter", ctypes.c_void_p), ("size", ULONG)]


class Refused(Exception):
    """A function answered something else than CKR_OK."""

    def __init__(self, function, code):
        super().__init__(f"{function}: {code:#x}")
        self.code = code


class Module:
    """The module, initialised; one session on the token with that label, and its private key."""

    def __init__(self, path, label):
        self.library = ctypes.CDLL(str(path))
        self.call("C_Initialize", None)
        self.session = self._open(label)
        self.key = self._private_key()

    def another(self, label):
        """The same module and key with a session of its own."""
        other = object.__new__(Module)
        other.library, other.key = self.library, self.key
        other.session = other._open(label)
        return other

    def code(self, function, *arguments):
        return getattr(self.library, function)(*arguments)

    def call(self, function, *arguments):
        code = self.code(function, *arguments)
        if code != CKR_OK:
            raise Refused(function, code)

    def labels(self):
        """Token label -> slot."""
        count = ULONG(0)
        self.call("C_GetSlotList", ctypes.c_ubyte(1), None, ctypes.byref(count))
        slots = (ULONG * max(count.value, 1))()
        self.call("C_GetSlotList", ctypes.c_ubyte(1), slots, ctypes.byref(count))
        labels = {}
        for slot in slots[:count.value]:
            info = ctypes.create_string_buffer(512)
            self.call("C_GetTokenInfo", ULONG(slot), info)
            labels[info.raw[:32].decode().rstrip()] = slot
        return labels

    def _slot(self, label):
        """Listing gives up after a second, which a busy machine may need, or at once when no gateway
        listens, which may be about to start: so it is asked again."""
        for _ in range(LISTINGS):
            slot = self.labels().get(label)
            if slot is not None:
                return slot
            time.sleep(PAUSE_SECONDS)
        raise KeyError(label)

    def _open(self, label):
        session = ULONG(0)
        self.call("C_OpenSession", ULONG(self._slot(label)), ULONG(CKF_SERIAL_SESSION), None,
                  None, ctypes.byref(session))
        return session

    def _private_key(self):
        wanted = ULONG(CKO_PRIVATE_KEY)
        template = Attribute(CKA_CLASS, ctypes.cast(ctypes.byref(wanted), ctypes.c_void_p),
                             ctypes.sizeof(wanted))
        key, found = ULONG(0), ULONG(0)
        self.call("C_FindObjectsInit", self.session, ctypes.byref(template), ULONG(1))
        self.call("C_FindObjects", self.session, ctypes.byref(key), ULONG(1), ctypes.byref(found))
        self.call("C_FindObjectsFinal", self.session)
        assert found.value == 1
        return key

    def sign_init(self, mechanism=CKM_SHA256_RSA_PKCS):
        self.call("C_SignInit", self.session, ctypes.byref(Mechanism(mechanism, None, 0)), self.key)

    def cancel(self):
        """PKCS#11 v3.0 §5.13.1: initialising with no mechanism ends the operation."""
        self.call("C_SignInit", self.session, None, self.key)

    def sign(self, data, room=1024):
        """C_Sign with a buffer of `room` bytes (None: a length query); its code and length."""
        length = ULONG(room or 0)
        buffer = None if room is None else ctypes.create_string_buffer(max(room, 1))
        code = self.code("C_Sign", self.session, data, ULONG(len(data)), buffer,
                         ctypes.byref(length))
        return code, length.value

    def signature(self, data):
        """C_Sign with room enough; its code and the signature, empty when there is none."""
        length = ULONG(1024)
        buffer = ctypes.create_string_buffer(length.value)
        code = self.code("C_Sign", self.session, data, ULONG(len(data)), buffer,
                         ctypes.byref(length))
        return code, buffer.raw[:length.value] if code == CKR_OK else b""
