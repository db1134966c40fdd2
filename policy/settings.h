// The settings of the store, as they are and as they are set.
#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "policy/caller.h"
#include "policy/model/setting.h"
#include "policy/transaction.h"

namespace countersign {

/// How the setting of that name, which must exist, is set, or what holds where it is not.
Milliseconds setting_in(Transaction& transaction, std::string_view name);

/// Sets it, or with "default" leaves it to what holds then. Errors: `not_found` (no such setting,
/// or one that the caller may not even read), `not_allowed`, `bad_setting`.
Result<const Setting*> set_setting(Transaction& transaction, const Caller& caller,
                                   const std::string& name, const std::string& value);

}  // namespace countersign
