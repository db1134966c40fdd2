#include "tools/cli/log_verifier.h"

#include <nlohmann/json.hpp>

#include "core/encoding.h"
#include "policy/model/log_record.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/table.h"

namespace countersign {
namespace {

tl::unexpected<Error> not_verified(const std::string& what) {
  return fail(ErrorKind::conflict, log_not_verified, what,
              "stop trusting this log, keep a copy of the store, and compare it with a backup");
}

}  // namespace

LogVerifier::LogVerifier(TreeHead head) : head_(std::move(head)) {}

Status LogVerifier::check(const nlohmann::json& record) {
  const auto read = log_record_from_json(record);
  const std::string name = "record " + std::to_string(next());
  if (!read) return not_verified(name + " of the log cannot be read");
  if (read->number != next())
    return not_verified(name + " of the log is missing: the next one is number " +
                        std::to_string(read->number));
  if (const auto intact = check_record(*read); !intact) return not_verified(intact.error().message);
  if (field_text(record, "time") != to_rfc3339(read->time))
    return not_verified(name + " of the log was changed: its body says another time");
  tree_.append(read->leaf);
  return {};
}

Status LogVerifier::finish() const {
  if (!complete())
    return not_verified("record " + std::to_string(next()) +
                        " of the log is missing: the head is over " + std::to_string(head_.size) +
                        " records");
  if (tree_.root() != head_.root)
    return not_verified("the log's " + std::to_string(head_.size) + " records have the root " +
                        to_hex(tree_.root()) + ", the signed head says " + to_hex(head_.root));
  return {};
}

}  // namespace countersign
