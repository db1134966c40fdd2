#include "gateway/server/identity.h"

#include <pwd.h>

#include <array>

#include "core/text.h"
#include "policy/credentials.h"

namespace countersign::server {
namespace {

constexpr auto memory = std::chrono::minutes(1);
constexpr std::size_t most_remembered = 10'000;

std::optional<std::string> look_up(std::uint32_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return std::string(found->pw_name);
}

Result<Account> find_account(Transaction& transaction, const Credentials& credentials) {
  if (credentials.bearer) return sign_in(transaction, credentials.bearer->view());
  if (credentials.login) {
    const auto account = transaction.accounts.find_unix_user(*credentials.login);
    if (account && account->state == AccountState::active) return *account;
    if (account)
      return fail(ErrorKind::unauthenticated, "account_disabled", "the account is disabled",
                  "ask a product admin");
  }
  return fail(
      ErrorKind::unauthenticated, "unknown_caller",
      "no account belongs to " +
          (credentials.login ? "the unix user " + printable(*credentials.login) : credentials.peer),
      "set COUNTERSIGN_TOKEN, or ask a product admin for an account");
}

}  // namespace

std::optional<std::string> LoginNames::of(std::uint32_t uid) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (known_.size() > most_remembered) known_.clear();
    const auto known = known_.find(uid);
    if (known != known_.end() && known->second.until > now) return known->second.name;
  }
  auto name = look_up(uid);
  const std::lock_guard lock(mutex_);
  known_[uid] = {name, now + memory};
  return name;
}

Credentials credentials_of(const Peer& peer, std::optional<SecureBytes> bearer,
                           LoginNames& logins) {
  Credentials credentials;
  credentials.peer = "uid " + std::to_string(peer.uid);
  credentials.attested = {{"attested.uid", std::to_string(peer.uid)},
                          {"attested.pid", std::to_string(peer.pid)},
                          {"attested.by", bearer ? "token" : "socket"}};
  if (!bearer) credentials.login = logins.of(peer.uid);
  credentials.bearer = std::move(bearer);
  return credentials;
}

void record_failed_sign_in(Transaction& transaction, const Credentials& credentials,
                           const std::string& code) {
  LogEntry entry;
  entry.kind = record_kind::sign_in_failed;
  entry.data = {{"code", code}, {"peer", credentials.peer}};
  if (!transaction.denials.is_first(entry, transaction.now)) return;
  entry.facts = credentials.attested;
  transaction.record(entry);
}

Result<Caller> identify(Transaction& transaction, const Credentials& credentials) {
  auto account = find_account(transaction, credentials);
  if (!account) {
    record_failed_sign_in(transaction, credentials, account.error().code);
    return fail(std::move(account.error()));
  }
  return Caller{std::move(*account), credentials.attested};
}

}  // namespace countersign::server
