// PKCS#11 v2.40 §5.4: general-purpose functions.
#include "module/exports/general.h"

#include "module/boundary.h"
#include "module/padded.h"
#include "module/version.h"

using namespace countersign::module;

namespace {

CK_RV get_info(CK_INFO* info, CK_VERSION interface) {
  return with_provider([&](Provider&) -> CK_RV {
    if (info == nullptr) return CKR_ARGUMENTS_BAD;
    *info = {};
    info->cryptokiVersion = interface;
    fill_padded(info->manufacturerID, "Countersign");
    fill_padded(info->libraryDescription, "Countersign signing gateway");
    info->libraryVersion = library_version();
    return CKR_OK;
  });
}

}  // namespace

CK_RV countersign::module::get_info_3_0(CK_INFO* info) {
  return get_info(info, {3, 0});
}

extern "C" {

CK_RV C_Initialize(void* arguments) {
  return guarded([&] { return Library::of_this_process().initialize(arguments); });
}

CK_RV C_Finalize(void* reserved) {
  return guarded([&] { return Library::of_this_process().finalize(reserved); });
}

CK_RV C_GetInfo(CK_INFO* info) {
  return get_info(info, {2, 40});
}

}  // extern "C"
