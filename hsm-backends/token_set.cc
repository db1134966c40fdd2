#include "hsm-backends/token_set.h"

#include <algorithm>
#include <utility>

#include "core/text.h"
#include "hsm-backends/key_uri.h"
#include "hsm-backends/pkcs11_token.h"

namespace countersign::hsm {

struct TokenSet::Member {
  Member(ConfiguredToken configured, TokenThreads threads)
      : config(std::move(configured.config)),
        token(std::move(configured.token)),
        queue(std::make_unique<WorkQueue>(threads == TokenThreads::own ? config.sessions : 0,
                                          most_waiting_for_token)) {}

  TokenConfig config;
  std::shared_ptr<Token> token;
  std::unique_ptr<WorkQueue> queue;  ///< goes first: its threads use the token
};

namespace {

/// Whose work it is that no key's signatures wait for.
constexpr const char* nobody = "";

/// The token's handles, or the token itself, are not what they were.
constexpr const char* signature_wrong = "signature_wrong";

Error no_such_token(const std::string& name) {
  return {ErrorKind::invalid, "no_such_token", "no token is called " + printable(name),
          "see the names with: countersign hsm list"};
}

Error not_taken(const std::string& name, WorkQueue::Entry entry) {
  if (entry == WorkQueue::Entry::closed)
    return {ErrorKind::unavailable, "token_stopped",
            "token " + name + " takes no more work: the gateway is stopping",
            "ask again when it is back"};
  return {ErrorKind::unavailable, "token_busy",
          "token " + name + " has " + std::to_string(most_waiting_for_token) + " calls waiting",
          "ask again later"};
}

tl::expected<Bytes, SignFailure> checked(const std::string& token_name, const KeyReference& key,
                                         const SigningInput& input,
                                         tl::expected<Bytes, SignFailure> signature) {
  if (!signature || key.pinned.verify(input, *signature)) return signature;
  return tl::unexpected(SignFailure{
      Error{ErrorKind::internal, signature_wrong,
            "token " + token_name + " made a signature that the pinned public key does not verify",
            "freeze the signer and have the token looked into"},
      false});
}

}  // namespace

std::vector<ConfiguredToken> tokens_in_this_process(std::vector<TokenConfig> configs,
                                                    PinLock& lock) {
  const auto serialised = [&configs](const TokenConfig& of) {
    return std::any_of(configs.begin(), configs.end(), [&of](const TokenConfig& each) {
      return each.serialise && each.library == of.library;
    });
  };
  std::vector<ConfiguredToken> tokens;
  for (TokenConfig config : configs) {
    config.serialise = serialised(config);  // one lock serves a library only if all take it
    auto token = std::make_shared<Pkcs11Token>(config, lock);
    tokens.push_back({std::move(config), std::move(token)});
  }
  return tokens;
}

TokenSet::TokenSet(std::vector<TokenConfig> configs, PinLock& lock)
    : TokenSet(tokens_in_this_process(std::move(configs), lock)) {}

TokenSet::TokenSet(std::vector<ConfiguredToken> tokens, TokenThreads threads) : threads_(threads) {
  for (ConfiguredToken& each : tokens) {
    members_.push_back(std::make_unique<Member>(std::move(each), threads));
    if (threads == TokenThreads::callers) continue;
    // What comes of it is read from status().
    members_.back()->queue->push(nobody,
                                 [token = members_.back()->token] { (void)token->connect(); });
  }
}

TokenSet::~TokenSet() {
  stop();
}

Result<std::string> TokenSet::token_for(const std::string& uri) const {
  const auto parsed = parse_key_uri(uri);
  if (!parsed) return fail(parsed.error());
  std::vector<const TokenConfig*> meant;
  for (const auto& each : members_)
    if (names_token(*parsed, each->config)) meant.push_back(&each->config);
  if (meant.empty())
    return fail(ErrorKind::invalid, "no_such_token", "the key URI names no token of this gateway",
                "correct token= or serial= in it; see the labels with: countersign hsm list");
  if (meant.size() > 1)
    return fail(ErrorKind::invalid, "token_ambiguous",
                "the key URI can mean token " + meant[0]->name + " and token " + meant[1]->name,
                "add token= or serial= to it");
  return meant.front()->name;
}

std::vector<TokenStatus> TokenSet::statuses() const {
  std::vector<TokenStatus> all;
  for (const auto& each : members_) all.push_back(each->token->status());
  return all;
}

std::vector<TokenPinSource> TokenSet::pin_sources() const {
  std::vector<TokenPinSource> all;
  for (const auto& each : members_) all.push_back({each->config.name, each->config.pin});
  return all;
}

void TokenSet::look() {
  if (threads_ == TokenThreads::own) return;
  for (const auto& each : members_) (void)each->token->connect();
}

void TokenSet::sign(const std::string& token_name, KeyReference key, SigningInput input,
                    bool verify, SignDone done) {
  const Member* const member = find(token_name);
  if (member == nullptr) return done(tl::unexpected(SignFailure{no_such_token(token_name), true}));
  const auto shared_done = std::make_shared<SignDone>(std::move(done));
  const std::string owner = key.uri;
  const auto entry = member->queue->push(
      owner, [token = member->token, name = member->config.name, key = std::move(key),
              input = std::move(input), verify, shared_done] {
        auto signature = token->sign(key, input);
        if (verify) signature = checked(name, key, input, std::move(signature));
        if (!signature && signature.error().error.code == signature_wrong) token->renew();
        (*shared_done)(std::move(signature));
      });
  if (entry != WorkQueue::Entry::taken)
    (*shared_done)(tl::unexpected(SignFailure{not_taken(token_name, entry), true}));
}

Status TokenSet::run(const std::string& token_name, std::function<void(Token&)> job) {
  const Member* const member = find(token_name);
  if (member == nullptr) return fail(no_such_token(token_name));
  const auto entry =
      member->queue->push(nobody, [token = member->token, job = std::move(job)] { job(*token); });
  if (entry != WorkQueue::Entry::taken) return fail(not_taken(token_name, entry));
  return {};
}

void TokenSet::stop() {
  for (const auto& each : members_) each->queue->close();
  for (const auto& each : members_) each->queue->stop();
  for (const auto& each : members_) each->token->stop();
}

const TokenSet::Member* TokenSet::find(const std::string& token_name) const {
  for (const auto& each : members_)
    if (each->config.name == token_name) return each.get();
  return nullptr;
}

}  // namespace countersign::hsm
