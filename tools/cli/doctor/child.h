// Looking at something in a process of its own: as another user, or where it may crash or hang.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/clock.h"
#include "tools/cli/doctor/finding.h"

namespace countersign::doctor {

/// What `look` finds in a child process, which is `user` when one is named (that takes root). When
/// the child crashes or takes longer than `patience`, one failed finding under `check` says so,
/// with `mend`. To be called while the process has one thread.
Findings look_in_child(const std::string& check, const std::string& mend,
                       const std::optional<std::string>& user,
                       const std::function<Findings()>& look,
                       Milliseconds patience = std::chrono::seconds(10));

}  // namespace countersign::doctor
