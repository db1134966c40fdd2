#include "gateway/server/store_setup.h"

#include <unistd.h>

#include <optional>
#include <vector>

#include "core/text.h"
#include "core/trusted_file.h"
#include "policy/accounts.h"
#include "policy/high_water_mark.h"
#include "policy/log_key.h"
#include "policy/model/tree_head.h"
#include "policy/policy_store.h"

namespace countersign::server {
namespace {

/// Removes the files made so far unless everything went well.
class Undo {
 public:
  Undo() = default;
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() {
    for (const std::string& path : paths_) unlink(path.c_str());
  }
  void add(std::string path) { paths_.push_back(std::move(path)); }
  void keep() { paths_.clear(); }

 private:
  std::vector<std::string> paths_;
};

}  // namespace

Result<NewStore> initialise_store(const GatewayConfig& config, const std::string& admin_name) {
  static const SystemClock clock;
  if (auto good = check_name("account name", admin_name); !good) return fail(good.error());
  Undo undo;
  LogKey key = LogKey::generate();
  const SecureBytes pem = key.to_pem();
  const std::string public_path = config.log_key + ".pub";
  NewStore made;
  made.verifier_key = verifier_key(config.name, key.public_key());
  made.log_public_key_path = public_path;
  if (auto written = write_new_file("the log key", config.log_key, pem.view(), 0600); !written)
    return fail(written.error());
  undo.add(config.log_key);
  if (auto written =
          write_new_file("the verifier key", public_path, made.verifier_key + "\n", 0644);
      !written)
    return fail(written.error());
  undo.add(public_path);
  auto store = PolicyStore::create(config.store, std::move(key), config.name, clock);
  if (!store) return fail(std::move(store.error()));
  for (const char* const suffix : {"", "-wal", "-shm"}) undo.add(config.store + suffix);
  const Status admin = (*store)->run([&](Transaction& transaction) -> Status {
    auto created = create_first_admin(transaction, admin_name);
    if (!created) return fail(created.error());
    made.enrolment_code = std::move(created->enrolment.code);
    made.code_expires = created->enrolment.expires;
    return {};
  });
  if (!admin) return fail(admin.error());
  if (auto marked = HighWaterMark::create(config.mark, (*store)->log_head()); !marked)
    return fail(std::move(marked.error()));
  undo.keep();
  return made;
}

}  // namespace countersign::server
