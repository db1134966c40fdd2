#include "policy/store/signer_table.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "core/certificate.h"
#include "core/encoding.h"
#include "core/text.h"
#include "policy/store/rows.h"

namespace countersign {
namespace {

constexpr const char* changes_key = "signer_changes";

/// Base64 of each certificate, separated by spaces.
std::string certificates_text(const std::vector<Bytes>& certificates) {
  std::string text;
  for (const Bytes& each : certificates) text += (text.empty() ? "" : " ") + to_base64(each);
  return text;
}

std::vector<Bytes> certificates_from_text(const std::string& text) {
  std::vector<Bytes> certificates;
  std::istringstream words(text);
  for (std::string word; words >> word;)
    certificates.push_back(from_base64(word).value_or(Bytes{}));
  return certificates;
}

[[noreturn]] void unreadable(const std::string& what) {
  throw std::runtime_error("malformed row: " + what);
}

}  // namespace

struct SignerTable::Prepared {
  explicit Prepared(soci::session& sql)
      : by_id((sql.prepare << "SELECT id, COALESCE(application, 0) FROM signer WHERE id = :i",
               soci::use(wanted), soci::into(id), soci::into(application))),
        by_name((sql.prepare << "SELECT id, COALESCE(application, 0) FROM signer"
                                " WHERE folded = :f",
                 soci::use(folded), soci::into(id), soci::into(application))) {}

  std::optional<Place> place(soci::statement& statement) const {
    if (!fetch_one(statement)) return std::nullopt;
    return Place{id, optional_id(application)};
  }

  Column wanted = 0;
  std::string folded;
  Column id = 0;
  Column application = 0;
  soci::statement by_id;
  soci::statement by_name;
};

SignerTable::SignerTable(soci::session& sql, MetaTable& meta)
    : sql_(sql), prepared_(std::make_unique<Prepared>(sql)), meta_(meta) {}
SignerTable::~SignerTable() = default;

void SignerTable::forget() {
  signers_.clear();
  policies_.clear();
}

std::int64_t SignerTable::changes() {
  return std::stoll(meta_.get(changes_key).value_or("0"));
}

void SignerTable::changed() {
  meta_.set(changes_key, std::to_string(changes() + 1));
  forget();
}

void SignerTable::catch_up() {
  const std::int64_t now = changes();
  if (now != caught_up_) forget();
  caught_up_ = now;
}

SignerId SignerTable::add(const Signer& signer) {
  Column id = 0;
  Column slot = 0;
  const std::string folded = fold_case(signer.name);
  const std::string key = to_base64(signer.pinned.der());
  const std::string fingerprint = to_hex(signer.pinned.fingerprint());
  const std::string certificates = certificates_text(signer.certificates);
  const std::string state(to_text(signer.state));
  sql_ << "SELECT COALESCE(MAX(slot), 0) + 1 FROM signer", soci::into(slot);
  sql_ << "INSERT INTO signer (slot, name, folded, token, key_uri, public_key, fingerprint,"
          " certificates, state, state_reason, policy)"
          " VALUES (:sl, :n, :f, :t, :u, :k, :fp, :c, :st, '', 0) RETURNING id",
      soci::use(slot), soci::use(signer.name), soci::use(folded), soci::use(signer.token),
      soci::use(signer.key_uri), soci::use(key), soci::use(fingerprint), soci::use(certificates),
      soci::use(state), soci::into(id);
  changed();
  return id;
}

const Signer* SignerTable::find(SignerId id) {
  if (const auto known = signers_.find(id); known != signers_.end()) return &known->second;
  const Column wanted = id;
  Column slot = 0;
  Column policy = 0, application = 0;
  std::string name, token, uri, key_text, certificates, state, reason, description;
  sql_
      << "SELECT slot, name, token, key_uri, public_key, certificates, state, state_reason, policy,"
         " COALESCE(application, 0), description FROM signer WHERE id = :i",
      soci::use(wanted), soci::into(slot), soci::into(name), soci::into(token), soci::into(uri),
      soci::into(key_text), soci::into(certificates), soci::into(state), soci::into(reason),
      soci::into(policy), soci::into(application), soci::into(description);
  if (!sql_.got_data()) return nullptr;
  auto key = PublicKey::from_der(from_base64(key_text).value_or(Bytes{}));
  const auto known_state = signer_state_from_text(state);
  const std::vector<Bytes> chain = certificates_from_text(certificates);
  if (!key || !known_state || chain.empty()) unreadable("signer " + name);
  const auto leaf = certificate_from_der(chain.front());
  if (!leaf) unreadable("certificate of signer " + name);
  return &signers_
              .emplace(id, Signer{id, slot, name, token, uri, std::move(*key), chain,
                                  leaf->not_before, leaf->not_after, *known_state, reason,
                                  optional_id(policy), optional_id(application), description})
              .first->second;
}

const Signer* SignerTable::find(const std::string& name) {
  Column id = 0;
  const std::string folded = fold_case(name);
  sql_ << "SELECT id FROM signer WHERE folded = :f", soci::use(folded), soci::into(id);
  return sql_.got_data() ? find(id) : nullptr;
}

std::optional<SignerTable::Place> SignerTable::locate(SignerId id) {
  prepared_->wanted = id;
  return prepared_->place(prepared_->by_id);
}

std::optional<SignerTable::Place> SignerTable::locate(const std::string& name) {
  prepared_->folded = fold_case(name);
  return prepared_->place(prepared_->by_name);
}

std::vector<SignerId> SignerTable::list() {
  Column id = 0;
  soci::statement query = (sql_.prepare << "SELECT id FROM signer ORDER BY slot", soci::into(id));
  query.execute();
  std::vector<SignerId> ids;
  while (query.fetch()) ids.push_back(id);
  return ids;
}

void SignerTable::set_state(SignerId id, SignerState state, const std::string& reason) {
  const Column wanted = id;
  const std::string text(to_text(state));
  sql_ << "UPDATE signer SET state = :s, state_reason = :r WHERE id = :i", soci::use(text),
      soci::use(reason), soci::use(wanted);
  changed();
}

void SignerTable::describe(SignerId id, const std::string& description) {
  const Column wanted = id;
  sql_ << "UPDATE signer SET description = :d WHERE id = :i", soci::use(description),
      soci::use(wanted);
  changed();
}

void SignerTable::set_certificates(SignerId id, const std::vector<Bytes>& certificates) {
  const Column wanted = id;
  const std::string text = certificates_text(certificates);
  sql_ << "UPDATE signer SET certificates = :c WHERE id = :i", soci::use(text), soci::use(wanted);
  changed();
}

void SignerTable::set_application(SignerId id, std::optional<ApplicationId> application) {
  const Column wanted = id;
  const Column group = application.value_or(0);
  sql_ << "UPDATE signer SET application = NULLIF(:a, 0) WHERE id = :i", soci::use(group),
      soci::use(wanted);
  changed();
}

PolicyNumber SignerTable::set_policy(SignerId id, const PolicyRevision& revision) {
  const Column wanted = id;
  const Column author = revision.author;
  const Column time = to_unix_ms(revision.time);
  const std::string document = to_json(revision.policy).dump();
  Column number = 0;
  sql_ << "SELECT COALESCE(MAX(number), 0) + 1 FROM policy_revision WHERE signer = :s",
      soci::use(wanted), soci::into(number);
  sql_ << "INSERT INTO policy_revision (signer, number, document, author, reason, time)"
          " VALUES (:s, :n, :d, :a, :r, :t)",
      soci::use(wanted), soci::use(number), soci::use(document), soci::use(author),
      soci::use(revision.reason), soci::use(time);
  sql_ << "UPDATE signer SET policy = :n WHERE id = :i", soci::use(number), soci::use(wanted);
  changed();
  return number;
}

const PolicyRevision* SignerTable::find_policy(SignerId id, PolicyNumber number) {
  if (const auto known = policies_.find({id, number}); known != policies_.end())
    return &known->second;
  const Column wanted = id;
  const Column wanted_number = number;
  Column author = 0;
  Column time = 0;
  std::string document, reason;
  sql_ << "SELECT document, author, reason, time FROM policy_revision"
          " WHERE signer = :s AND number = :n",
      soci::use(wanted), soci::use(wanted_number), soci::into(document), soci::into(author),
      soci::into(reason), soci::into(time);
  if (!sql_.got_data()) return nullptr;
  auto policy = signing_policy_from_json(nlohmann::json::parse(document, nullptr, false), "");
  if (!policy) unreadable("policy " + std::to_string(number) + " of signer " + std::to_string(id));
  return &policies_
              .emplace(std::pair(id, number), PolicyRevision{number, std::move(*policy), author,
                                                             reason, from_unix_ms(time)})
              .first->second;
}

const SigningPolicy* SignerTable::current_policy(const Signer& signer) {
  if (!signer.policy) return nullptr;
  const PolicyRevision* const revision = find_policy(signer.id, *signer.policy);
  if (revision == nullptr) unreadable("policy of signer " + signer.name);
  return &revision->policy;
}

}  // namespace countersign
