"""More keys on a gateway's token, each with a certificate of a throw-away CA, for tests of keys that
softhsm-config/make-token does not make."""

import os
import re
import subprocess

ED25519_SPKI = bytes.fromhex("302a300506032b6570032100")  # of RFC 8410 §4, all but the point


def run(*command, **options):
    done = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
    return done.stdout


def make_key(token, name, key_type, key_id, *options):
    """The key on the token `lab` in that folder, of a `key_type` as pkcs11-tool names it (an
    elliptic curve); NAME.pub, and NAME.pem with its certificate and the CA's."""
    library = (token / "library").read_text().strip()
    environment = dict(os.environ, SOFTHSM2_CONF=str(token / "softhsm2.conf"),
                       TEST_PIN=(token / "pin").read_text().strip())
    tool = ("pkcs11-tool", "--module", library, "--token-label", "lab", "--login", "--pin",
            "env:TEST_PIN")
    run(*tool, "--keypairgen", "--key-type", key_type, "--usage-sign", "--id", key_id, "--label",
        name, *options, env=environment)
    der = token / f"{name}.der"
    if key_type == "EC:edwards25519":  # which pkcs11-tool does not write in DER
        shown = run(*tool, "--list-objects", "--type", "pubkey", env=environment)
        der.write_bytes(ED25519_SPKI + bytes.fromhex(re.search("0420([0-9a-f]{64})", shown)[1]))
    else:
        run(*tool, "--read-object", "--type", "pubkey", "--label", name, "--output-file", der,
            env=environment)
    public = token / f"{name}.pub"
    run("openssl", "pkey", "-pubin", "-inform", "DER", "-in", der, "-out", public)
    key, ca, leaf = (token / f"{name}-{each}" for each in ("ca.key", "ca.pem", "leaf.pem"))
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-noenc", "-keyout", key, "-out", ca, "-subj", "/CN=test CA", "-days", "30")
    run("openssl", "x509", "-new", "-force_pubkey", public, "-CA", ca, "-CAkey", key, "-subj",
        f"/CN={name}", "-days", "30", "-out", leaf)
    (token / f"{name}.pem").write_text(leaf.read_text() + ca.read_text())
