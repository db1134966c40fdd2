#include "policy/policy_store.h"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

#include "policy/high_water_mark.h"
#include "policy/store/rows.h"
#include "policy/store/store_copy.h"
#include "policy/store/store_turn.h"
#include "policy/store/write_watch.h"

namespace countersign {
namespace {

constexpr const char* time_key = "time_high_water";
constexpr const char* credential_purpose = "countersign credential hash v1";

tl::unexpected<Error> recovery_needed(const std::string& why) {
  return fail(ErrorKind::unavailable, "recovery_needed", why,
              "put the newest store and mark back; if they are lost, stop the gateway and run: "
              "countersign recover");
}

Result<HighWaterMark> open_or_create(const std::string& path, const std::string& head) {
  auto mark = HighWaterMark::open(path);
  if (mark || mark.error().code != "file_missing") return mark;
  if (auto made = HighWaterMark::create(path, head); !made) return fail(std::move(made.error()));
  return HighWaterMark::open(path);
}

/// An error on its way through what throws.
struct Thrown : std::runtime_error {
  explicit Thrown(Error reason) : std::runtime_error(reason.message), error(std::move(reason)) {}
  Error error;
};

}  // namespace

struct PolicyStore::Parts {
  Parts(std::unique_ptr<Database> opened, LogKey key, const std::string& origin, const Clock& time)
      : database(std::move(opened)),
        clock(time),
        credential_key(key.derive(credential_purpose)),
        watch(database->sql()),
        meta(database->sql()),
        log(database->sql(), meta, HeadSeal(std::move(key), origin)),
        accounts(database->sql(), watch),
        providers(database->sql()),
        claims(database->sql()),
        credentials(database->sql(), watch),
        signers(database->sql(), meta),
        members(database->sql()),
        requests(database->sql()),
        approvals(database->sql(), watch),
        threads(database->sql()),
        delegations(database->sql()),
        approval_keys(database->sql()),
        groups(database->sql()),
        applications(database->sql()),
        containers(database->sql()),
        collections(database->sql()),
        metadata_types(database->sql()),
        gateways(database->sql()),
        pin_sources(database->sql()),
        roles(database->sql()),
        rights(database->sql(), watch),
        acting(database->sql()),
        changes(database->sql()),
        freezes(database->sql()),
        rates(database->sql()),
        trial(database->sql(), watch, log, signers),
        begin((database->sql().prepare << "BEGIN IMMEDIATE")),
        commit((database->sql().prepare << "COMMIT")),
        savepoint((database->sql().prepare << "SAVEPOINT work")),
        release((database->sql().prepare << "RELEASE work")),
        back((database->sql().prepare << "ROLLBACK TO work")) {
    if (database->holding() == Holding::shared) turn.emplace(database->path());
  }

  /// What is remembered of rows that may have been taken back.
  void forget() {
    signers.forget();
    watch.changed();
  }

  std::unique_ptr<Database> database;
  const Clock& clock;
  Bytes credential_key;
  WriteWatch watch;
  MetaTable meta;
  LogTable log;
  AccountTable accounts;
  ProviderTable providers;
  ClaimTable claims;
  CredentialTable credentials;
  SignerTable signers;
  MemberTable members;
  RequestTable requests;
  ApprovalTable approvals;
  ThreadTable threads;
  DelegationTable delegations;
  ApprovalKeyTable approval_keys;
  GroupTable groups;
  ApplicationTable applications;
  ContainerTable containers;
  CollectionTable collections;
  MetadataTypeTable metadata_types;
  GatewayTable gateways;
  PinSourceTable pin_sources;
  RoleTable roles;
  RightTable rights;
  ActingTable acting;
  ChangeTable changes;
  FreezeTable freezes;
  RateTable rates;
  Trial trial;
  DenialCounter denials;
  Time high_water;
  std::optional<std::string> revision;  ///< of a shared store, as seen last
  std::optional<StoreTurn> turn;        ///< on a shared store
  std::optional<HighWaterMark> mark;
  std::string head;  ///< of the log, as committed
  std::optional<Error> failure;
  bool must_reopen = false;
  soci::statement begin, commit, savepoint, release, back;
  std::unique_ptr<StoreCopy> copy;
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

Status PolicyStore::begin_copy(const std::string& path) {
  end_copy();
  auto copy = StoreCopy::begin(*parts_->database, path);
  if (!copy) return fail(std::move(copy.error()));
  parts_->copy = std::move(*copy);
  return {};
}

Result<bool> PolicyStore::copy_some(int pages) {
  auto whole = parts_->copy->copy_some(pages);
  if (!whole || *whole) end_copy();
  return whole;
}

void PolicyStore::end_copy() {
  parts_->copy.reset();
}

const std::string& PolicyStore::log_head() const {
  return parts_->head;
}

const std::optional<Error>& PolicyStore::failure() const {
  return parts_->failure;
}

bool PolicyStore::must_reopen() const {
  return parts_->must_reopen;
}

bool PolicyStore::denials_pending() const {
  return parts_->denials.pending();
}

Status PolicyStore::begins_with(const std::string& note, const std::string& whose) {
  const auto known = parts_->log.open_head(note);
  if (!known) return recovery_needed(whose + " is not this store's: " + known.error().message);
  try {
    if (parts_->log.extends(*known)) return {};
  } catch (const std::exception& thrown) {
    return fail(store_error(parts_->database->path(), thrown));
  }
  return recovery_needed("the store " + parts_->database->path() + " with " +
                         std::to_string(parts_->log.position().size()) +
                         " records is older than the one whose " + std::to_string(known->size) +
                         " records " + whose + " knows of, or another");
}

Status PolicyStore::keep_mark(const std::string& path) {
  auto mark = HighWaterMark::open(path);
  if (!mark && mark.error().code == "file_missing")
    return recovery_needed("the high-water mark " + path + " of the store is missing");
  if (!mark) return fail(std::move(mark.error()));
  if (auto newest = begins_with(mark->head(), "the high-water mark " + path); !newest)
    return newest;
  parts_->mark.emplace(std::move(*mark));
  return advance_mark();
}

Status PolicyStore::check_continues(const std::string& head) {
  return begins_with(head, "this process");
}

/// The store is open, held and the newest: its mark may be made anew, but not that of another.
Status PolicyStore::renew_mark() {
  const std::string path = parts_->mark->path();
  auto mark = open_or_create(path, parts_->head);
  if (!mark)
    return fail(ErrorKind::unavailable, "store_mark_failed",
                "the high-water mark was taken away: " + mark.error().message,
                "put it or its folder back; the gateway goes on by itself");
  if (auto newest = begins_with(mark->head(), "the high-water mark " + path); !newest)
    return newest;
  parts_->mark.emplace(std::move(*mark));
  return {};
}

Status PolicyStore::advance_mark() {
  if (!parts_->mark) return {};
  Status done;
  if (!parts_->mark->in_place()) done = renew_mark();
  if (done) done = parts_->mark->advance(parts_->head);
  if (!done) parts_->failure = done.error();
  return done;
}

Status PolicyStore::sync_mark() {
  if (!parts_->mark) return {};
  Status done = parts_->mark->sync();
  if (!done) parts_->failure = done.error();
  return done;
}

/// A mark that fails takes back nothing, for the commit stands: an intent then has no outcome.
/// While it fails, nothing more is begun.
const std::vector<RequestId>& PolicyStore::changed_requests() const {
  return parts_->requests.changed();
}

std::vector<Status> PolicyStore::run(std::span<const Work> batch) {
  parts_->requests.forget_changes();
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
    const Error error = error_of(thrown);
    note(error);
    if (batch.size() == 1 || parts_->must_reopen)
      return std::vector<Status>(batch.size(), fail(error));
  }
  for (const Work& each : batch) results.push_back(run_unmarked(std::span(&each, 1)).front());
  return results;
}

/// A failure of the store, and not of one piece of work or of one wait among many.
void PolicyStore::note(const Error& error) {
  if (error.code == "store_work_failed" || error.code == "store_busy") return;
  parts_->failure = error;
  parts_->must_reopen = error.code != "store_full";
  if (parts_->must_reopen) parts_->database->distrust();
}

Error PolicyStore::error_of(const std::exception& thrown) const {
  if (const auto* const known = dynamic_cast<const Thrown*>(&thrown)) return known->error;
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
    parts_->signers.catch_up();
    parts_->watch.requests_changed();
    auto revision = parts_->meta.get(revision_key);
    if (revision != parts_->revision) parts_->watch.changed();
    parts_->revision = std::move(revision);
    parts_->denials.forget();  // each denial then is a record: nobody else could add to a count
    parts_->high_water = from_unix_ms(std::stoll(parts_->meta.get(time_key).value_or("")));
    if (auto taken = parts_->log.catch_up(); !taken) throw Thrown(std::move(taken.error()));
  } else if (!parts_->log.trusted()) {
    if (auto loaded = parts_->log.load(); !loaded) throw Thrown(std::move(loaded.error()));
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
                          parts_->providers,
                          parts_->claims,
                          parts_->credentials,
                          parts_->signers,
                          parts_->members,
                          parts_->requests,
                          parts_->approvals,
                          parts_->threads,
                          parts_->delegations,
                          parts_->approval_keys,
                          parts_->groups,
                          parts_->applications,
                          parts_->containers,
                          parts_->collections,
                          parts_->metadata_types,
                          parts_->gateways,
                          parts_->pin_sources,
                          parts_->roles,
                          parts_->rights,
                          parts_->acting,
                          parts_->changes,
                          parts_->freezes,
                          parts_->rates,
                          parts_->trial,
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
    parts_->forget();
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
  parts_->failure.reset();
}

void PolicyStore::undo() {
  try {
    parts_->database->sql() << "ROLLBACK";
  } catch (const std::exception&) {
    // SQLite has rolled back by itself already.
  }
  parts_->trial.forget();
  parts_->forget();
  parts_->denials.forget();
  parts_->log.distrust();
}

}  // namespace countersign
