"""The tools over the embedded shape: one that calls PKCS#11 itself, one through libp11's engine, one
through GnuTLS and one in a Java host."""

import unittest

import gnutls_test
import jarsigner_test
import openssl_test
import pkcs11_tool_test


class Pkcs11ToolEmbedded(pkcs11_tool_test.Lines):
    shape = "embedded"


class OpenSslEmbedded(openssl_test.OpenSsl):
    shape = "embedded"


class GnuTlsEmbedded(gnutls_test.GnuTls):
    shape = "embedded"


class JarsignerEmbedded(jarsigner_test.Jarsigner):
    shape = "embedded"


if __name__ == "__main__":
    unittest.main()
