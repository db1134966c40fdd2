#include "policy/store/database.h"

#include <fcntl.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <system_error>
#include <vector>

#include "core/trusted_file.h"
#include "policy/store/migrations.h"
#include "policy/store/page_check.h"

namespace countersign {
namespace {

/// "CSgn" in the file's header tells this store from any other SQLite file.
constexpr int application_id = 0x4353676E;

/// How many seconds are waited for other processes: one that holds the store alone keeps it, those
/// that share it are through in a moment.
constexpr const char* patience_of_one = "1";
constexpr const char* patience_among_many = "2";

int pragma(soci::session& sql, const std::string& name) {
  int value = 0;
  sql << "PRAGMA " + name, soci::into(value);
  return value;
}

tl::unexpected<Error> foreign(const std::string& path) {
  return fail(
      ErrorKind::invalid, "store_foreign", path + " is no Countersign store",
      "correct \"store\" in gateway.json; countersign init makes a store where there is no file");
}

Error store_failed(const std::string& path, const std::string& what) {
  return {ErrorKind::unavailable, "store_failed", "the store " + path + " failed: " + what,
          "check the disk it is on and the permissions there; it goes on by itself"};
}

/// Looks at the file's header before SQLite does, which would turn an empty file into a database.
/// With a write-ahead log beside it the application id may be behind, so SQLite has to look.
Status check_header(const std::string& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  constexpr std::size_t application_id_at = 68;
  std::array<char, 100> header{};
  std::ifstream file(path, std::ios::binary);
  file.read(header.data(), header.size());
  if (file.gcount() != std::ssize(header) || std::string_view(header.data(), magic.size()) != magic)
    return foreign(path);
  if (std::filesystem::exists(path + "-wal")) return {};
  int id = 0;
  for (std::size_t i = 0; i < 4; ++i)
    id = id << 8 | static_cast<unsigned char>(header.at(application_id_at + i));
  return id == application_id ? Status() : foreign(path);
}

/// The write-ahead log, when there is one, and the database. SQLite has the log beside the file
/// that a link leads to.
std::vector<std::string> files_of(const std::string& path) {
  std::error_code error;
  const auto real = std::filesystem::canonical(path, error);
  const std::string log = (error ? path : real.string()) + "-wal";
  if (std::filesystem::exists(log, error)) return {log, path};
  return {path};
}

/// What SQLite said, without the words that SOCI puts around it.
std::string words_of(const std::exception& thrown) {
  std::string what = thrown.what();
  what = what.substr(0, what.find(" while "));
  const std::size_t from = what.find("::");
  const std::size_t colon = from == what.npos ? what.npos : what.find(": ", from);
  return colon == what.npos ? what : what.substr(colon + 2);
}

bool says_any(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != text.npos; });
}

}  // namespace

Status sync_and_forget(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) {
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    close(descriptor);
  }
  if (synced) return {};
  return fail(store_failed(path, std::string("fsync: ") + std::system_category().message(error)));
}

Status quick_check(soci::session& sql, const std::string& path) {
  std::string verdict;
  sql << "PRAGMA quick_check(1)", soci::into(verdict);
  if (verdict == "ok") return {};
  return fail(ErrorKind::internal, "store_damaged", "the store " + path + " is damaged: " + verdict,
              "restore it from a backup");
}

Error store_error(const std::string& path, const std::exception& thrown) {
  const std::string what = words_of(thrown);
  if (says_any(what, {"locked", "busy"}))
    return {ErrorKind::unavailable, "store_in_use",
            "the store " + path + " is in use by another process",
            "stop the countersignd, the tools with libcountersign-embedded.so or the command that "
            "works on it"};
  if (says_any(what, {"malformed", "not a database"}))
    return {ErrorKind::internal, "store_damaged",
            "the store " + path + " is damaged (" + what + ")", "restore it from a backup"};
  if (says_any(what, {"is full"}))
    return {ErrorKind::unavailable, "store_full", "the store " + path + " failed: " + what,
            "make room there; it goes on by itself"};
  if (says_any(what, {"I/O error", "readonly", "unable to open", "cannot be opened"}))
    return store_failed(path, what);
  return {ErrorKind::internal, "store_work_failed", "the store " + path + " failed: " + what,
          "the request alone is concerned; tell who maintains Countersign"};
}

Database::Database(std::string path, Holding holding) : path_(std::move(path)), holding_(holding) {}
Database::~Database() = default;

void Database::distrust() const {
  if (holding_ == Holding::shared) PageCheck(path_).forget();
}

void Database::connect() {
  const char* const patience = holding_ == Holding::alone ? patience_of_one : patience_among_many;
  session_ = std::make_unique<soci::session>(soci::sqlite3, "db=" + path_ + " timeout=" + patience);
  // Exclusive before WAL: the log then needs no shared memory, and nobody else gets in.
  if (holding_ == Holding::alone) *session_ << "PRAGMA locking_mode = EXCLUSIVE";
  for (const char* const statement :
       {"PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON",
        "PRAGMA trusted_schema = OFF", "PRAGMA temp_store = MEMORY"})
    *session_ << statement;
  if (holding_ == Holding::shared) return;
  *session_ << "BEGIN EXCLUSIVE";
  *session_ << "COMMIT";
}

void Database::migrate() {
  const auto steps = migrations();
  *session_ << "BEGIN EXCLUSIVE";
  try {
    // Read here and not before: another process may have been faster.
    auto step = static_cast<std::size_t>(pragma(*session_, "user_version"));
    for (; step < steps.size(); ++step)
      for (const std::string_view statement : steps[step]) *session_ << std::string(statement);
    *session_ << "PRAGMA application_id = " + std::to_string(application_id);
    *session_ << "PRAGMA user_version = " + std::to_string(steps.size());
    *session_ << "COMMIT";
  } catch (...) {
    *session_ << "ROLLBACK";
    throw;
  }
}

Status Database::check() {
  if (pragma(*session_, "application_id") != application_id) return foreign(path_);
  const int version = pragma(*session_, "user_version");
  if (version > std::ssize(migrations()))
    return fail(ErrorKind::invalid, "store_newer",
                "the store " + path_ + " has schema version " + std::to_string(version) +
                    ", this program knows up to " + std::to_string(migrations().size()),
                "run the newer Countersign that made it");
  if (checks_pages_) {
    if (auto whole = quick_check(*session_, path_); !whole) return whole;
    if (holding_ == Holding::shared) PageCheck(path_).passed();
  }
  if (version < std::ssize(migrations())) migrate();
  if (holding_ == Holding::alone) *session_ << "PRAGMA wal_checkpoint(TRUNCATE)";
  return {};
}

Result<std::unique_ptr<Database>> Database::create(const std::string& path) {
  if (auto made = write_new_file("the store", path, "", 0600); !made)
    return fail(std::move(made.error()));
  std::unique_ptr<Database> database(new Database(path, Holding::alone));
  try {
    database->connect();
    database->migrate();
  } catch (const std::exception& thrown) {
    return fail(store_error(path, thrown));
  }
  return database;
}

Result<std::unique_ptr<Database>> Database::open(const std::string& path, Holding holding) {
  if (auto trusted = check_trusted("the store", path); !trusted)
    return fail(std::move(trusted.error()));
  const bool checks_pages = holding == Holding::alone || PageCheck(path).due();
  if (checks_pages)
    for (const std::string& file : files_of(path))
      if (auto settled = sync_and_forget(file); !settled) return fail(std::move(settled.error()));
  if (auto good = check_header(path); !good) return fail(std::move(good.error()));
  std::unique_ptr<Database> database(new Database(path, holding));
  database->checks_pages_ = checks_pages;
  try {
    database->connect();
    if (auto good = database->check(); !good) return fail(std::move(good.error()));
  } catch (const std::exception& thrown) {
    return fail(store_error(path, thrown));
  }
  return database;
}

}  // namespace countersign
