#include "policy/policy_store.h"

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "policy/high_water_mark.h"
#include "policy/store/rows.h"
#include "policy/store/store_turn.h"

namespace countersign {
namespace {

constexpr const char* time_key = "time_high_water";
constexpr const char* credential_purpose = "countersign credential hash v1";

tl::unexpected<Error> recovery_needed(const std::string& why) {
  return fail(ErrorKind::unavailable, "recovery_needed", why,
              "put the newest store and mark back; if they are lost, run: countersign recover");
}

}  // namespace

struct PolicyStore::Parts {
  Parts(std::unique_ptr<Database> opened, LogKey key, const std::string& origin, const Clock& time)
      : database(std::move(opened)),
        clock(time),
        credential_key(key.derive(credential_purpose)),
        meta(database->sql()),
        log(database->sql(), meta, std::move(key), origin),
        accounts(database->sql()),
        credentials(database->sql()),
        signers(database->sql()),
        members(database->sql()),
        requests(database->sql()),
        begin((database->sql().prepare << "BEGIN IMMEDIATE")),
        commit((database->sql().prepare << "COMMIT")),
        savepoint((database->sql().prepare << "SAVEPOINT work")),
        release((database->sql().prepare << "RELEASE work")),
        back((database->sql().prepare << "ROLLBACK TO work")) {
    if (database->holding() == Holding::shared) turn.emplace(database->path());
  }

  std::unique_ptr<Database> database;
  const Clock& clock;
  Bytes credential_key;
  MetaTable meta;
  LogTable log;
  AccountTable accounts;
  CredentialTable credentials;
  SignerTable signers;
  MemberTable members;
  RequestTable requests;
  DenialCounter denials;
  Time high_water;
  std::optional<StoreTurn> turn;  ///< on a shared store
  std::optional<HighWaterMark> mark;
  std::string head;  ///< of the log, as committed
  soci::statement begin, commit, savepoint, release, back;
};

PolicyStore::PolicyStore(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
PolicyStore::~PolicyStore() = default;

Result<std::unique_ptr<PolicyStore>> PolicyStore::assemble(std::unique_ptr<Database> database,
                                                           LogKey key, const std::string& origin,
                                                           const Clock& clock, bool fresh) {
  const std::string path = database->path();
  try {
    auto parts = std::make_unique<Parts>(std::move(database), std::move(key), origin, clock);
    parts->database->sql() << "BEGIN";  // others may be appending to the log that is read here
    if (fresh) {
      parts->meta.set(time_key, std::to_string(to_unix_ms(clock.now())));
      parts->log.start();
    } else if (auto loaded = parts->log.load(); !loaded) {
      return fail(std::move(loaded.error()));
    }
    parts->commit.execute(true);
    parts->high_water = from_unix_ms(std::stoll(parts->meta.get(time_key).value_or("")));
    parts->head = parts->log.head();
    return std::unique_ptr<PolicyStore>(new PolicyStore(std::move(parts)));
  } catch (const std::exception& thrown) {
    return fail(store_error(path, thrown));
  }
}

Result<std::unique_ptr<PolicyStore>> PolicyStore::create(const std::string& path, LogKey key,
                                                         const std::string& origin,
                                                         const Clock& clock) {
  auto database = Database::create(path);
  if (!database) return fail(std::move(database.error()));
  return assemble(std::move(*database), std::move(key), origin, clock, true);
}

Result<std::unique_ptr<PolicyStore>> PolicyStore::open(const std::string& path, LogKey key,
                                                       const std::string& origin,
                                                       const Clock& clock, Holding holding) {
  auto database = Database::open(path, holding);
  if (!database) return fail(std::move(database.error()));
  return assemble(std::move(*database), std::move(key), origin, clock, false);
}

const std::string& PolicyStore::log_head() const {
  return parts_->head;
}

bool PolicyStore::denials_pending() const {
  return parts_->denials.pending();
}

Status PolicyStore::keep_mark(const std::string& path) {
  auto mark = HighWaterMark::open(path);
  if (!mark && mark.error().code == "file_missing")
    return recovery_needed("the high-water mark " + path + " of the store is missing");
  if (!mark) return fail(std::move(mark.error()));
  const auto known = open_tree_head(mark->head(), parts_->log.verifier());
  if (!known)
    return recovery_needed("the high-water mark " + path +
                           " is not this store's: " + known.error().message);
  try {
    if (!parts_->log.extends(*known))
      return recovery_needed("the store " + parts_->database->path() + " with " +
                             std::to_string(parts_->log.position().size()) +
                             " records is older than the one whose " + std::to_string(known->size) +
                             " records the high-water mark " + path + " knows of, or another");
  } catch (const std::exception& thrown) {
    return fail(store_error(parts_->database->path(), thrown));
  }
  parts_->mark.emplace(std::move(*mark));
  return advance_mark();
}

Status PolicyStore::advance_mark() {
  return parts_->mark ? parts_->mark->advance(parts_->head) : Status();
}

Status PolicyStore::sync_mark() {
  return parts_->mark ? parts_->mark->sync() : Status();
}

/// A mark that fails takes back nothing, for the commit stands: an intent then has no outcome.
/// While it fails, nothing more is begun.
std::vector<Status> PolicyStore::run(std::span<const Work> batch) {
  if (auto known = advance_mark(); !known) return std::vector<Status>(batch.size(), known);
  std::vector<Status> results = run_unmarked(batch);
  if (auto known = advance_mark(); !known) results.assign(batch.size(), known);
  return results;
}

std::vector<Status> PolicyStore::run_unmarked(std::span<const Work> batch) {
  std::vector<Status> results;
  try {
    if (parts_->turn) parts_->turn->take();
    results = attempt(batch);
    if (parts_->turn) parts_->turn->give_up();
    return results;
  } catch (const std::exception& thrown) {
    undo();
    if (parts_->turn) parts_->turn->give_up();
    if (batch.size() == 1) return {fail(error_of(thrown))};
  }
  for (const Work& each : batch) results.push_back(run_unmarked(std::span(&each, 1)).front());
  return results;
}

Error PolicyStore::error_of(const std::exception& thrown) const {
  Error error = store_error(parts_->database->path(), thrown);
  if (parts_->database->holding() == Holding::shared && error.code == "store_in_use")
    return {ErrorKind::unavailable, "store_busy",
            "the store " + parts_->database->path() + " is kept busy by other processes",
            "try again in a moment"};
  return error;
}

/// Within a transaction: what is in memory is what is in the store.
void PolicyStore::catch_up() {
  if (parts_->database->holding() == Holding::shared) {
    parts_->signers.forget();
    parts_->denials.forget();  // each denial then is a record: nobody else could add to a count
    parts_->high_water = from_unix_ms(std::stoll(parts_->meta.get(time_key).value_or("")));
    if (auto taken = parts_->log.catch_up(); !taken)
      throw std::runtime_error(taken.error().message);
  } else if (!parts_->log.trusted()) {
    if (auto loaded = parts_->log.load(); !loaded) throw std::runtime_error(loaded.error().message);
  }
}

std::vector<Status> PolicyStore::attempt(std::span<const Work> batch) {
  parts_->begin.execute(true);
  catch_up();
  const Time now = std::max(parts_->clock.now(), parts_->high_water);
  Transaction transaction{now,
                          parts_->meta,
                          parts_->log,
                          parts_->accounts,
                          parts_->credentials,
                          parts_->signers,
                          parts_->members,
                          parts_->requests,
                          parts_->denials,
                          parts_->credential_key};
  std::vector<Status> results;
  results.reserve(batch.size());
  for (const Work& each : batch) results.push_back(isolated(each, transaction));
  commit(now);
  return results;
}

Status PolicyStore::isolated(const Work& work, Transaction& transaction) {
  const Frontier position = parts_->log.position();
  parts_->savepoint.execute(true);
  Status status = work(transaction);
  if (!status) {
    parts_->back.execute(true);
    parts_->log.go_back(position);
    parts_->signers.forget();
  }
  parts_->release.execute(true);
  return status;
}

void PolicyStore::commit(Time now) {
  if (!parts_->log.sealed()) parts_->log.seal();
  if (now > parts_->high_water) parts_->meta.set(time_key, std::to_string(to_unix_ms(now)));
  parts_->commit.execute(true);
  parts_->high_water = now;
  parts_->head = parts_->log.head();
}

void PolicyStore::undo() {
  try {
    parts_->database->sql() << "ROLLBACK";
  } catch (const std::exception&) {
    // SQLite has rolled back by itself already.
  }
  parts_->signers.forget();
  parts_->denials.forget();
  parts_->log.distrust();
}

}  // namespace countersign
