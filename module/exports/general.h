// What differs between the two interfaces of the module.
#pragma once

#include "module/pkcs11.h"

namespace countersign::module {

/// C_GetInfo of the v3.0 interface: it tells the version of the interface it was reached through,
/// as the exported C_GetInfo tells 2.40.
CK_RV get_info_3_0(CK_INFO* info);

}  // namespace countersign::module
