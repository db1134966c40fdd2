// PKCS#11 v2.40 §5.4: general-purpose functions.
#include "module/boundary.h"
#include "module/padded.h"
#include "module/version.h"

using namespace countersign::module;

extern "C" {

CK_RV C_Initialize(void* arguments) {
  return guarded([&] { return Library::of_this_process().initialize(arguments); });
}

CK_RV C_Finalize(void* reserved) {
  return guarded([&] { return Library::of_this_process().finalize(reserved); });
}

CK_RV C_GetInfo(CK_INFO* info) {
  return with_provider([&](Provider&) -> CK_RV {
    if (info == nullptr) return CKR_ARGUMENTS_BAD;
    *info = {};
    info->cryptokiVersion = {CRYPTOKI_VERSION_MAJOR, CRYPTOKI_VERSION_MINOR};
    fill_padded(info->manufacturerID, "Countersign");
    fill_padded(info->libraryDescription, "Countersign signing gateway");
    info->libraryVersion = library_version();
    return CKR_OK;
  });
}

}  // extern "C"
