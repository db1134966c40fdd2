#include "policy/settings.h"

#include "core/duration.h"
#include "policy/access.h"

namespace countersign {
namespace {

std::string key_of(const Setting& setting) {
  return "setting/" + std::string(setting.name);
}

}  // namespace

Milliseconds setting_in(Transaction& transaction, std::string_view name) {
  const Setting& setting = *find_setting(name);
  const auto stored = transaction.meta.get(key_of(setting));
  return stored ? setting_value(setting, *stored).value_or(setting.otherwise) : setting.otherwise;
}

Result<const Setting*> set_setting(Transaction& transaction, const Caller& caller,
                                   const std::string& name, const std::string& value) {
  const Setting* const setting = find_setting(name);
  if (setting == nullptr || (!may(transaction, caller, right_to_read(*setting)) &&
                             !may(transaction, caller, right_to_modify(*setting))))
    return no_such("setting");
  if (!may(transaction, caller, right_to_modify(*setting)))
    return fail(ErrorKind::denied, "not_allowed", "your role does not allow: settings set " + name,
                "ask a product admin");
  const auto wanted = value == "default" ? Result<Milliseconds>(setting->otherwise)
                                         : setting_value(*setting, value);
  if (!wanted) return fail(wanted.error());
  const Milliseconds before = setting_in(transaction, name);
  transaction.meta.set(key_of(*setting), to_text(*wanted));
  record_change(transaction, caller, "settings.set", std::nullopt, std::nullopt,
                {{"setting", name}, {"value", to_text(*wanted)}, {"before", to_text(before)}});
  return setting;
}

}  // namespace countersign
