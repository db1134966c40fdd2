#include "gateway/server/identity.h"

#include <grp.h>
#include <pwd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/text.h"
#include "policy/access.h"
#include "policy/credentials.h"

namespace countersign::server {
namespace {

constexpr auto memory = std::chrono::minutes(1);
constexpr std::size_t most_remembered = 10'000;
constexpr std::size_t longest_group_entry = std::size_t{16} << 20;

/// Most groups of a process that are looked up by name.
constexpr std::size_t most_claims_of_groups = 256;

/// The login name of `uid`, nothing when it has none; the outer nothing when nobody could say.
std::optional<std::optional<std::string>> look_up_user(std::uint32_t uid) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 16384> buffer{};
  if (getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0) return std::nullopt;
  if (found == nullptr) return std::optional<std::string>();
  return std::optional(std::string(found->pw_name));
}

/// The name of the group `gid`, likewise. A group's entry names its members, of whom there may be
/// many.
std::optional<std::optional<std::string>> look_up_group(std::uint32_t gid) {
  group entry{};
  group* found = nullptr;
  std::vector<char> buffer(65'536);
  while (true) {
    const int error = getgrgid_r(gid, &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE && buffer.size() < longest_group_entry) {
      buffer.resize(buffer.size() * 4);
      continue;
    }
    if (error != 0) return std::nullopt;
    if (found == nullptr) return std::optional<std::string>();
    return std::optional(std::string(found->gr_name));
  }
}

/// At most sixteen: a record is no place for a directory.
std::string list_of(const std::vector<std::uint32_t>& groups) {
  std::string text;
  for (std::size_t i = 0; i < std::min<std::size_t>(groups.size(), 16); ++i)
    text += (i == 0 ? "" : ",") + std::to_string(groups[i]);
  return text;
}

/// The caller by the login name of his process.
Result<Caller> find_by_login(Transaction& transaction, const Credentials& credentials) {
  const auto account =
      credentials.login ? transaction.accounts.find_unix_user(*credentials.login) : std::nullopt;
  if (account && account->state == AccountState::active)
    return Caller{*account, credentials.attested,
                  transaction.claims.brought_by({*credentials.login, credentials.groups})};
  if (account)
    return fail(ErrorKind::unauthenticated, "account_disabled", "the account is disabled",
                "ask a product admin");
  return fail(
      ErrorKind::unauthenticated, "unknown_caller",
      "no account belongs to " +
          (credentials.login ? "the unix user " + printable(*credentials.login) : credentials.peer),
      "set COUNTERSIGN_TOKEN, or ask a product admin for an account");
}

Result<Caller> find_by_token(Transaction& transaction, const Credentials& credentials) {
  auto signed_in = sign_in(transaction, credentials.bearer->view());
  if (!signed_in) return fail(std::move(signed_in.error()));
  Caller caller{std::move(signed_in->account), credentials.attested};
  caller.attested.emplace_back("attested.token", std::to_string(signed_in->token));
  caller.proven = signed_in->proven;
  return caller;
}

}  // namespace

std::optional<std::string> UnixNames::remembered(Memory& names, std::uint32_t number,
                                                 LookUp& look_up) {
  const auto now = std::chrono::steady_clock::now();
  {
    const std::lock_guard lock(mutex_);
    if (names.size() > most_remembered) names.clear();
    const auto known = names.find(number);
    if (known != names.end() && known->second.until > now) return known->second.name;
  }
  const auto name = look_up(number);
  if (!name) return std::nullopt;
  const std::lock_guard lock(mutex_);
  names[number] = {*name, now + memory};
  return *name;
}

std::optional<std::string> UnixNames::of_user(std::uint32_t uid) {
  return remembered(users_, uid, look_up_user);
}

std::vector<std::string> UnixNames::of_groups(const Peer& peer) {
  std::vector<std::uint32_t> numbers = peer.groups;
  numbers.push_back(peer.gid);
  std::ranges::sort(numbers);
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  if (numbers.size() > most_claims_of_groups) numbers.resize(most_claims_of_groups);
  std::vector<std::string> names;
  for (const std::uint32_t gid : numbers)
    if (auto name = remembered(groups_, gid, look_up_group)) names.push_back(std::move(*name));
  return names;
}

Credentials credentials_of(const Peer& peer, std::optional<SecureBytes> bearer, UnixNames& names) {
  Credentials credentials;
  credentials.peer = "uid " + std::to_string(peer.uid);
  credentials.attested = {{"attested.uid", std::to_string(peer.uid)},
                          {"attested.gid", std::to_string(peer.gid)},
                          {"attested.groups", list_of(peer.groups)},
                          {"attested.pid", std::to_string(peer.pid)}};
  if (!bearer) {
    credentials.login = names.of_user(peer.uid);
    credentials.groups = names.of_groups(peer);
  }
  credentials.bearer = std::move(bearer);
  return credentials;
}

void record_failed_sign_in(Transaction& transaction, const Credentials& credentials,
                           const std::string& code) {
  LogEntry entry;
  entry.kind = record_kind::sign_in_failed;
  entry.data = {{"code", code}};
  entry.facts = credentials.attested;
  record_refusal(transaction, entry, credentials.peer + " " + code);
}

Result<Caller> identify(Transaction& transaction, const Credentials& credentials) {
  auto caller = credentials.bearer ? find_by_token(transaction, credentials)
                                   : find_by_login(transaction, credentials);
  if (!caller) record_failed_sign_in(transaction, credentials, caller.error().code);
  return caller;
}

}  // namespace countersign::server
