// The version of the library as PKCS#11 structures carry it.
#pragma once

#include "module/pkcs11.h"

namespace countersign::module {

/// Major and minor number of this build.
constexpr CK_VERSION library_version() {
  return {COUNTERSIGN_VERSION_MAJOR, COUNTERSIGN_VERSION_MINOR};
}

}  // namespace countersign::module
