// What can be seen without asking the gateway: its socket, as this caller finds it.
#pragma once

#include <vector>

#include "gateway/client/client_config.h"
#include "tools/cli/doctor/finding.h"

namespace countersign::doctor {

/// The client's configuration; `config` is what reading it gave.
Finding check_client_config(const Result<ClientConfig>& config);

/// Whether the socket is there, belongs to whom it should, cannot be replaced by others and lets
/// this caller connect. The first thing that is wrong.
Finding check_socket(const ClientConfig& config);

/// Whether p11-kit finds the module: a .module file in one of `folders` whose module is there. A
/// relative name is looked up in `module_folder`.
Finding check_registration(const std::vector<std::string>& folders,
                           const std::string& module_folder);

}  // namespace countersign::doctor
