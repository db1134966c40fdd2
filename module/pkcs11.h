// The types and functions of the standard (PKCS#11 v2.40), from p11-kit's header. Its functions are
// declared visible, so that module/exports.map is the one place that says what is exported.
#pragma once

#pragma GCC visibility push(default)
#include <p11-kit/pkcs11.h>
#pragma GCC visibility pop
