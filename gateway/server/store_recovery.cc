#include "gateway/server/store_recovery.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>

#include "core/clock.h"
#include "core/text.h"
#include "core/trusted_file.h"
#include "gateway/server/open_store.h"
#include "policy/high_water_mark.h"
#include "policy/model/tree_head.h"
#include "policy/policy_store.h"

namespace countersign::server {
namespace {

namespace fs = std::filesystem;

/// Opens the store at `path`, alone.
Result<std::unique_ptr<PolicyStore>> open_at(const GatewayConfig& config, const std::string& path) {
  static const SystemClock clock;
  auto key = read_log_key(config);
  if (!key) return fail(std::move(key.error()));
  return PolicyStore::open(path, std::move(*key), config.name, clock);
}

/// The same, and checks every record of its log.
Result<std::unique_ptr<PolicyStore>> open_verified(const GatewayConfig& config,
                                                   const std::string& path) {
  auto store = open_at(config, path);
  if (!store) return store;
  const Status verified =
      (*store)->run([](Transaction& transaction) { return transaction.log.verify(); });
  if (!verified) return fail(verified.error());
  return store;
}

tl::unexpected<Error> file_failure(const std::string& path, const std::error_code& error) {
  return fail(ErrorKind::invalid, "file_unwritable", path + ": " + error.message(),
              "check free space and permissions there");
}

void remove_store(const std::string& path) {
  for (const char* const suffix : {"-wal", "-shm", ""}) unlink((path + suffix).c_str());
}

/// Gives the store's files, as many as there are, another name; the database itself last, so that
/// it never stands there with the write-ahead log of another.
Status rename_store(const std::string& from, const std::string& to) {
  for (const char* const suffix : {"-wal", "-shm", ""})
    if (rename((from + suffix).c_str(), (to + suffix).c_str()) != 0 && errno != ENOENT)
      return file_failure(from + suffix, {errno, std::generic_category()});
  return {};
}

/// fsync(2) of a file or a folder.
Status sync_path(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const std::error_code error(errno, std::generic_category());
  if (descriptor >= 0) close(descriptor);
  return synced ? Status() : file_failure(path, error);
}

/// A name for the store that is replaced, which nothing has yet.
std::string name_aside(const std::string& store) {
  const std::string name = store + ".replaced-" + to_rfc3339(SystemClock().now());
  std::string free = name;
  for (int i = 2; access(free.c_str(), F_OK) == 0; ++i) free = name + "-" + std::to_string(i);
  return free;
}

/// Puts `copy` in the place of `store`, which becomes `kept`.
Status replace_store(const std::string& store, const std::string& copy, const std::string& kept) {
  if (auto done = sync_path(copy); !done) return done;
  if (auto done = rename_store(store, kept); !done) return done;
  if (auto done = rename_store(copy, store); !done) return done;
  return sync_path(fs::path(store).parent_path().string());
}

/// Nobody works on the configured store. One that is damaged or missing cannot be in use.
Status check_not_in_use(const GatewayConfig& config) {
  const auto present = open_at(config, config.store);
  if (!present && present.error().code == "store_in_use") return fail(present.error());
  return {};
}

/// A copy of the backup that nobody else can read.
Status copy_backup(const std::string& backup, const std::string& copy) {
  if (auto trusted = check_trusted("the backup", backup); !trusted) return trusted;
  remove_store(copy);  // of a restore that was cut off
  std::error_code error;
  fs::copy_file(backup, copy, error);
  if (!error) fs::permissions(copy, fs::perms::owner_read | fs::perms::owner_write, error);
  return error ? file_failure(copy, error) : Status();
}

/// What is in the copy, once it has proven good.
Result<Restored> examine(const GatewayConfig& config, const std::string& copy) {
  auto store = open_verified(config, copy);
  if (!store) return fail(std::move(store.error()));
  Restored restored;
  const Status counted = (*store)->run([&](Transaction& transaction) -> Status {
    restored.records = transaction.log.position().size();
    return {};
  });
  if (!counted) return fail(counted.error());
  if (auto marked = (*store)->keep_mark(config.mark); !marked)
    restored.needs_recovery = std::move(marked.error());
  return restored;
}

}  // namespace

Result<Restored> restore_store(const GatewayConfig& config, const std::string& backup) {
  if (auto free = check_not_in_use(config); !free) return fail(std::move(free.error()));
  const std::string copy = config.store + ".restoring";
  const std::string kept = name_aside(config.store);
  if (auto copied = copy_backup(backup, copy); !copied) return fail(std::move(copied.error()));
  auto restored = examine(config, copy);
  if (!restored) {
    remove_store(copy);
    restored.error().message = "the backup " + backup + " is refused: " + restored.error().message;
    restored.error().remedy =
        "restore a backup that is whole, with the \"name\" and the log key that it was made with";
    return restored;
  }
  if (access(config.store.c_str(), F_OK) == 0) restored->kept = kept;
  if (auto replaced = replace_store(config.store, copy, kept); !replaced)
    return fail(std::move(replaced.error()));
  return restored;
}

Result<std::int64_t> records_of_mark(const GatewayConfig& config) {
  const auto key = read_log_key(config);
  if (!key) return fail(key.error());
  const auto mark = HighWaterMark::open(config.mark);
  if (!mark) return fail(mark.error());
  auto head = HeadSeal(*key, config.name).open(mark->head());
  if (head) return head->size;
  head.error().message =
      "the high-water mark " + config.mark + " is not this gateway's: " + head.error().message;
  head.error().remedy.clear();
  return fail(std::move(head.error()));
}

Result<Recovery> recover_gateway(const GatewayConfig& config, const std::string& reason) {
  auto store = open_verified(config, config.store);
  if (!store) return fail(std::move(store.error()));
  const auto marked = (*store)->keep_mark(config.mark);
  if (marked)
    return fail(ErrorKind::conflict, "nothing_to_recover",
                "the store is the newest one that its high-water mark knows of",
                "just start countersignd");
  if (marked.error().code != "recovery_needed") return fail(marked.error());
  auto mark = HighWaterMark::open(config.mark);
  Result<Recovery> done = Recovery{};
  const Status recorded = (*store)->run([&](Transaction& transaction) -> Status {
    done = recover_store(transaction, reason, mark ? mark->head() : "",
                         {{"attested.uid", std::to_string(getuid())}});
    return done ? Status() : fail(done.error());
  });
  if (!recorded) return fail(recorded.error());
  const std::string& head = (*store)->log_head();
  Status set = mark ? mark->advance(head) : HighWaterMark::create(config.mark, head);
  if (set && mark) set = mark->sync();
  if (!set) return fail(std::move(set.error()));
  return done;
}

}  // namespace countersign::server
