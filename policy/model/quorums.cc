#include "policy/model/quorums.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "policy/model/approval_step.h"

namespace countersign {
namespace {

constexpr std::array<std::string_view, consent_kinds.size()> kind_texts{"freeze", "unfreeze",
                                                                        "modify", "members"};

Result<SignerQuorum> quorum_from_json(const nlohmann::json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  SignerQuorum quorum;
  if (in.any("approvers") != nullptr)
    read_people(in, quorum.approvers, quorum.count);
  else
    quorum.count = in.integer("count", 1, static_cast<std::int64_t>(most_approvers));
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return quorum;
}

nlohmann::json quorum_to_json(const SignerQuorum& quorum) {
  nlohmann::json document{{"count", quorum.count}};
  if (!quorum.approvers.empty()) document["approvers"] = quorum.approvers;
  return document;
}

/// Whether whoever makes up `after` makes up `before`.
bool is_as_strict(const std::optional<SignerQuorum>& before,
                  const std::optional<SignerQuorum>& after) {
  if (before == after) return true;
  if (!after) return false;
  if (!before) return after->approvers.empty() && after->count >= 2;
  if (after->count < before->count) return false;
  if (before->approvers.empty() || after->approvers.empty())
    return before->approvers == after->approvers;
  return std::ranges::all_of(after->approvers, [&](const std::string& each) {
    return names_approver(before->approvers, each);
  });
}

}  // namespace

std::string_view to_text(ConsentFor kind) {
  return kind_texts.at(static_cast<std::size_t>(kind));
}

std::optional<ConsentFor> consent_kind_from_text(std::string_view text) {
  const auto found = std::ranges::find(kind_texts, text);
  if (found == kind_texts.end()) return std::nullopt;
  return static_cast<ConsentFor>(found - kind_texts.begin());
}

Result<Quorums> quorums_from_json(const nlohmann::json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  Quorums quorums;
  std::optional<Error> wrong;
  for (std::size_t i = 0; i < kind_texts.size(); ++i) {
    const nlohmann::json* const each = in.any(kind_texts.at(i).data());
    if (each == nullptr) continue;
    auto read = quorum_from_json(*each, pointer + "/" + std::string(kind_texts.at(i)));
    if (read)
      quorums.by_kind.at(i) = std::move(*read);
    else if (!wrong)
      wrong = std::move(read.error());
  }
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  if (wrong) return fail(std::move(*wrong));
  return quorums;
}

nlohmann::json to_json(const Quorums& quorums) {
  auto document = nlohmann::json::object();
  for (const ConsentFor kind : consent_kinds)
    if (const auto& quorum = quorums.of(kind))
      document[std::string(to_text(kind))] = quorum_to_json(*quorum);
  return document;
}

bool ask_less(const Quorums& before, const Quorums& after) {
  return std::ranges::any_of(consent_kinds, [&](ConsentFor kind) {
    // To freeze tightens, so a quorum for it that is harder to make up loosens.
    if (kind == ConsentFor::freeze)
      return after.of(kind).has_value() && after.of(kind) != before.of(kind);
    return !is_as_strict(before.of(kind), after.of(kind));
  });
}

}  // namespace countersign
