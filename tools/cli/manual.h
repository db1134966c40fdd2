// What is generated from the verb table beside --help: the part of countersign(1) about each verb,
// and the table that shell completion reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/verb.h"

namespace countersign {

/// `text` as man(7) prints it unchanged.
std::string troff(std::string_view text);

/// A subsection of countersign(1) for each verb, in man(7).
std::string verbs_manual(const std::vector<Verb>& verbs);

/// The documented exit codes as a list, in man(7).
std::string exit_codes_manual();

/// A line for each verb: "words|words it takes|options", an option that takes a value written as
/// "--option=VALUE". Nothing in it needs quoting in a shell.
std::string completion_table(const std::vector<Verb>& verbs);

}  // namespace countersign
