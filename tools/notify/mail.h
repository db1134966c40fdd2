// Whom a mail about an event goes to.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/result.h"
#include "tools/notify/event.h"
#include "tools/notify/notify_config.h"

namespace countersign::notify {

/// The addresses that `mail` means for this event, each once; `addresses` knows those of accounts
/// and groups. Empty when it means nobody: an event that no approver is waited for, for example.
/// Errors: `no_address` when it means people and none has an address, `request_hidden`.
Result<std::vector<std::string>> recipients(const MailConfig& mail,
                                            const std::map<std::string, std::string>& addresses,
                                            const Event& event);

}  // namespace countersign::notify
