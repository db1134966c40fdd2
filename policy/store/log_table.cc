#include "policy/store/log_table.h"

#include <algorithm>

#include "core/encoding.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* log_columns =
    "number, kind, time, account, signer, request, operation, body, leaf_hash, facts";
constexpr const char* head_key = "log_head";
constexpr const char* signed_head_key = "log_signed_head";
constexpr const char* peaks_key = "log_peaks";
constexpr std::size_t rows_at_a_time = 1000;
constexpr std::chrono::seconds between_signatures{1};

tl::unexpected<Error> log_damaged(const std::string& what) {
  return fail(ErrorKind::internal, "log_damaged", "the log in the store is damaged: " + what,
              "restore the store from a backup; nothing is signed before that");
}

std::string peaks_text(const Frontier& tree) {
  Bytes all;
  for (const TreeHash& peak : tree.peaks()) all.insert(all.end(), peak.begin(), peak.end());
  return to_base64(all);
}

std::optional<std::vector<TreeHash>> peaks_from_text(const std::string& text) {
  const auto bytes = from_base64(text);
  if (!bytes || bytes->size() % sizeof(TreeHash) != 0) return std::nullopt;
  std::vector<TreeHash> peaks(bytes->size() / sizeof(TreeHash));
  for (std::size_t i = 0; i < peaks.size(); ++i)
    std::copy_n(bytes->begin() + static_cast<std::ptrdiff_t>(i * sizeof(TreeHash)),
                sizeof(TreeHash), peaks[i].begin());
  return peaks;
}

}  // namespace

struct LogTable::Row {
  Column number = 0;
  Column time = 0;
  Column account = 0;
  Column signer = 0;
  Column request = 0;
  std::string kind;
  std::string operation;
  std::string body;
  std::string leaf;
  std::string facts;

  LogRecord record() const {
    LogRecord record{number,
                     kind,
                     from_unix_ms(time),
                     optional_id(account),
                     optional_id(signer),
                     optional_id(request),
                     operation,
                     body,
                     {},
                     facts};
    const auto hash = from_hex(leaf);
    if (hash && hash->size() == record.leaf.size()) std::ranges::copy(*hash, record.leaf.begin());
    return record;
  }
};

struct LogTable::Prepared {
  explicit Prepared(soci::session& sql)
      : insert((sql.prepare << std::string("INSERT INTO log_record (") + log_columns +
                                   ") VALUES (:n, :k, :t, :a, :s, :r, :o, :b, :l, :f)",
                soci::use(row.number), soci::use(row.kind), soci::use(row.time),
                soci::use(row.account), soci::use(row.signer), soci::use(row.request),
                soci::use(row.operation), soci::use(row.body), soci::use(row.leaf),
                soci::use(row.facts))),
        find((sql.prepare << std::string("SELECT ") + log_columns +
                                 " FROM log_record WHERE operation = :o AND kind = :k"
                                 " AND operation <> ''",
              soci::use(operation), soci::use(kind), soci::into(row.number), soci::into(row.kind),
              soci::into(row.time), soci::into(row.account), soci::into(row.signer),
              soci::into(row.request), soci::into(row.operation), soci::into(row.body),
              soci::into(row.leaf), soci::into(row.facts))) {}
  Row row;
  std::string operation;
  std::string kind;
  soci::statement insert;
  soci::statement find;
};

LogTable::LogTable(soci::session& sql, MetaTable& meta, HeadSeal seal)
    : sql_(sql), meta_(meta), seal_(std::move(seal)), prepared_(std::make_unique<Prepared>(sql)) {}
LogTable::~LogTable() = default;

Status LogTable::load() {
  if (auto taken = take_up(meta_.get(head_key).value_or("")); !taken) return taken;
  Column count = 0;
  sql_ << "SELECT COUNT(*) FROM log_record", soci::into(count);
  if (count == tree_.size()) return {};
  trusted_ = false;
  return log_damaged("it has " + std::to_string(count) + " records, its head stands for " +
                     std::to_string(tree_.size()));
}

Status LogTable::catch_up() {
  const std::string head = meta_.get(head_key).value_or("");
  return trusted_ && head == head_ ? Status() : take_up(head);
}

Status LogTable::take_up(const std::string& head) {
  trusted_ = false;
  const auto peaks = peaks_from_text(meta_.get(peaks_key).value_or("?"));
  if (head.empty() || !peaks) return log_damaged("its head is missing");
  const auto opened = seal_.open(head);
  if (!opened) return fail(opened.error());
  Column last = -1;
  sql_ << "SELECT COALESCE(MAX(number), -1) FROM log_record", soci::into(last);
  auto tree = Frontier::restore(opened->size, *peaks);
  if (!tree || tree->root() != opened->root) return log_damaged("its head does not fit its tree");
  if (last != opened->size - 1)
    return log_damaged("its last record is " + std::to_string(last) + ", its head stands for " +
                       std::to_string(opened->size));
  tree_ = std::move(*tree);
  head_ = head;
  sealed_head_ = *opened;
  sealed_ = true;
  trusted_ = true;
  return {};
}

void LogTable::start() {
  seal();
  trusted_ = true;
}

RecordNumber LogTable::append(const LogEntry& entry, Time now) {
  LogRecord record = make_record(entry, tree_.size(), now);
  Row& row = prepared_->row;
  row.number = record.number;
  row.kind = std::move(record.kind);
  row.time = to_unix_ms(record.time);
  row.account = record.account.value_or(0);
  row.signer = record.signer.value_or(0);
  row.request = record.request.value_or(0);
  row.operation = std::move(record.operation);
  row.body = std::move(record.body);
  row.leaf = to_hex(record.leaf);
  row.facts = std::move(record.facts);
  prepared_->insert.execute(true);
  tree_.append(record.leaf);
  sealed_ = false;
  return record.number;
}

void LogTable::seal() {
  sealed_head_ = {seal_.origin(), tree_.size(), tree_.root()};
  head_ = seal_.seal(sealed_head_);
  meta_.set(head_key, head_);
  const auto now = std::chrono::steady_clock::now();
  if (signed_at_ + between_signatures < now) {
    meta_.set(signed_head_key, signed_head());
    signed_at_ = now;
  }
  meta_.set(peaks_key, peaks_text(tree_));
  sealed_ = true;
}

bool LogTable::extends(const TreeHead& head) {
  if (head.origin != seal_.origin() || head.size > tree_.size()) return false;
  if (head.size == tree_.size()) return head.root == tree_.root();
  Frontier tree;
  RecordNumber last = -1;
  while (tree.size() < head.size) {
    const auto rows = std::min<std::int64_t>(head.size - tree.size(), rows_at_a_time);
    const auto records = list(last, static_cast<std::size_t>(rows));
    if (records.empty()) return false;
    for (const LogRecord& record : records) tree.append(record.leaf);
    last = records.back().number;
  }
  return tree.root() == head.root;
}

Status LogTable::verify() {
  Frontier tree;
  while (tree.size() < tree_.size()) {
    const auto records = list(tree.size() - 1, rows_at_a_time);
    if (records.empty()) break;
    for (const LogRecord& record : records) {
      if (auto intact = check_record(record); !intact) return log_damaged(intact.error().message);
      tree.append(record.leaf);
    }
  }
  if (tree.root() == tree_.root()) return {};
  return log_damaged("its records are not those that its head stands for");
}

std::vector<LogRecord> LogTable::list(RecordNumber after, std::size_t limit) {
  Row row;
  const Column first = after;
  const auto most = static_cast<Column>(limit);
  soci::statement query =
      (sql_.prepare << std::string("SELECT ") + log_columns +
                           " FROM log_record WHERE number > :a ORDER BY number LIMIT :l",
       soci::use(first), soci::use(most), soci::into(row.number), soci::into(row.kind),
       soci::into(row.time), soci::into(row.account), soci::into(row.signer),
       soci::into(row.request), soci::into(row.operation), soci::into(row.body),
       soci::into(row.leaf), soci::into(row.facts));
  query.execute();
  std::vector<LogRecord> records;
  while (query.fetch()) records.push_back(row.record());
  return records;
}

std::vector<LogTable::Deed> LogTable::deeds_since(Time since) {
  const Column first = to_unix_ms(since);
  Column account = 0, signer = 0, whom = 0, what = 0;
  std::string operation;
  // The role of a record about a member is a word, and no number.
  soci::statement query =
      (sql_.prepare << "SELECT DISTINCT account, signer, CASE kind WHEN 'signature.intent'"
                       " THEN 'signature.create' ELSE body ->> '$.data.operation' END,"
                       " CAST(COALESCE(body ->> '$.data.principal', body ->> '$.data.account', 0)"
                       " AS INTEGER), CAST(COALESCE(body ->> '$.data.role',"
                       " body ->> '$.data.group', 0) AS INTEGER) FROM log_record"
                       " WHERE time >= :t AND kind IN ('signature.intent', 'change')",
       soci::use(first), soci::into(account), soci::into(signer), soci::into(operation),
       soci::into(whom), soci::into(what));
  query.execute();
  std::vector<Deed> deeds;
  while (query.fetch()) deeds.push_back({account, signer, operation, whom, what});
  return deeds;
}

std::optional<LogRecord> LogTable::find(const std::string& operation, std::string_view kind) {
  prepared_->operation = operation;
  prepared_->kind = kind;
  if (!fetch_one(prepared_->find)) return std::nullopt;
  return prepared_->row.record();
}

}  // namespace countersign
