#include "policy/access.h"

#include <algorithm>

#include "core/text.h"

namespace countersign {
namespace {

ObjectId object_of(Level level, const RightObjects& on) {
  switch (level) {
    case Level::signer:
      return on.signer;
    case Level::application:
      return on.application;
    case Level::container:
      return on.container;
    case Level::provider:
      return on.provider;
    case Level::collection:
      return on.collection;
    case Level::global:
      break;
  }
  return 0;
}

/// Nothing where the right is one on an object, and there is none.
std::optional<AskedRight> ask(std::string_view right, const RightObjects& on) {
  const CatalogueEntry& entry = *find_entry(right);
  if (entry.level == Level::global) return AskedRight{Permission::of(entry), {}};
  const ObjectId object = object_of(entry.level, on);
  if (object == 0) return std::nullopt;
  AskedRight asked{Permission::of(entry, object), {}};
  const bool grouped = entry.level == Level::signer || entry.level == Level::container;
  if (grouped && on.application != 0) asked.application = on.application;
  return asked;
}

bool gives(const HeldRights& held, std::string_view right, const RightObjects& on) {
  const auto asked = ask(right, on);
  return asked && decide_right(*asked, held).allowed;
}

RightObjects objects_of(const std::optional<SignerTable::Place>& place) {
  RightObjects on;
  on.signer = place ? place->id : no_object;
  on.application = place ? place->application.value_or(0) : 0;
  return on;
}

/// The numbers of `held`'s object that `entry` may be about, if the role gives it there.
std::vector<ObjectId> reach(Transaction& transaction, const HeldMembership& held,
                            const CatalogueEntry& entry) {
  const Layer layer = layer_of(held.role);
  if (layer == Layer::product) return {};
  const bool grouped = layer == Layer::application &&
                       (entry.level == Level::signer || entry.level == Level::container);
  const AskedRight asked{Permission::of(entry, held.object),
                         grouped ? std::optional(held.object) : std::nullopt};
  if (!conveys(held.role, held.object, asked)) return {};
  if (!grouped) return {held.object};
  if (entry.level == Level::signer) return transaction.applications.signers(held.object);
  std::vector<ObjectId> containers;
  for (const Container& each : transaction.containers.of_application(held.object))
    containers.push_back(each.id);
  return containers;
}

}  // namespace

RightObjects::RightObjects(const Signer* of)
    : signer(of == nullptr ? 0 : of->id),
      application(of == nullptr ? 0 : of->application.value_or(0)) {}

RightObjects on_application(ObjectId application) {
  RightObjects on;
  on.application = application;
  return on;
}

tl::unexpected<Error> no_such(const std::string& what) {
  return fail(ErrorKind::not_found, "not_found", "there is no such " + what,
              "check the name, and that you are a member");
}

HeldRights held_rights(Transaction& transaction, const Subject& subject,
                       std::span<const std::string_view> rights, const RightObjects& on) {
  RelevantRights all;
  for (const std::string_view right : rights) {
    const auto asked = right.empty() ? std::nullopt : ask(right, on);
    if (!asked) continue;
    RelevantRights one = relevant_to(*asked);
    all.memberships.insert(all.memberships.end(), one.memberships.begin(), one.memberships.end());
    for (Permission& string : one.strings)
      if (std::ranges::find(all.strings, string) == all.strings.end())
        all.strings.push_back(std::move(string));
  }
  return transaction.rights.held_by(subject, all);
}

AskedRight asked_right(Transaction& transaction, const Permission& permission) {
  AskedRight asked{permission, {}};
  const Level level = permission.entry().level;
  if (level == Level::signer) {
    if (const auto place = transaction.signers.locate(*permission.object()))
      asked.application = place->application;
  } else if (level == Level::container) {
    if (const auto container = transaction.containers.find(*permission.object()))
      asked.application = container->application;
  }
  return asked;
}

RightDecision right_of(Transaction& transaction, const Subject& subject, const AskedRight& asked) {
  return decide_right(asked, transaction.rights.held_by(subject, relevant_to(asked)));
}

bool may(Transaction& transaction, const Subject& subject, std::string_view right,
         const RightObjects& on) {
  const auto asked = ask(right, on);
  return subject.account.state == AccountState::active && asked &&
         right_of(transaction, subject, *asked).allowed;
}

std::vector<ObjectId> objects_with(Transaction& transaction, const Subject& subject,
                                   std::string_view right) {
  const CatalogueEntry& entry = *find_entry(right);
  std::vector<ObjectId> all;
  for (const HeldMembership& each : transaction.rights.memberships_of(subject)) {
    const std::vector<ObjectId> here = reach(transaction, each, entry);
    all.insert(all.end(), here.begin(), here.end());
  }
  for (const Permission& each : transaction.rights.strings_of(subject))
    if (each.entry().string == right) all.push_back(*each.object());
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

Result<const Signer*> visible_signer(Transaction& transaction, const Caller& caller,
                                     const std::string& reference) {
  const auto number = whole_number(reference);
  const auto place =
      number ? transaction.signers.locate(*number) : transaction.signers.locate(reference);
  if (!may(transaction, caller, right::see_signer, objects_of(place)) || !place)
    return no_such("signer");
  return transaction.signers.find(place->id);
}

Status authorise(Transaction& transaction, const Caller& caller, const Operation& operation,
                 const RightObjects& on) {
  if (operation.scope == Scope::account || operation.name == "signature.create") return {};
  if (caller.account.state == AccountState::active) {
    const HeldRights held = held_rights(transaction, caller, operation.asks, on);
    for (const std::string_view right : operation.asks)
      if (!right.empty() && gives(held, right, on)) return {};
  }
  return fail(ErrorKind::denied, "not_allowed",
              "your role does not allow: " + std::string(operation.verb),
              on.signer != 0        ? "ask an admin of the signer"
              : on.application != 0 ? "ask an admin of the application"
                                    : "ask a product admin");
}

void record_denial(Transaction& transaction, const Caller& caller, std::optional<SignerId> signer,
                   const std::string& operation, const std::string& code) {
  LogEntry entry;
  entry.kind = record_kind::denied;
  entry.account = caller.account.id;
  entry.signer = signer;
  entry.data = {{"operation", operation}, {"code", code}};
  entry.facts = caller.attested;
  record_refusal(transaction, entry, operation + " " + code);
}

void record_refusal(Transaction& transaction, const LogEntry& entry, const std::string& reason) {
  if (transaction.denials.is_first(entry, reason, transaction.now)) transaction.record(entry);
}

RecordNumber record_change(Transaction& transaction, const Caller& caller,
                           const std::string& operation, std::optional<SignerId> signer,
                           std::optional<RequestId> request,
                           std::vector<std::pair<std::string, std::string>> data) {
  LogEntry entry;
  entry.kind = record_kind::change;
  entry.account = caller.account.id;
  entry.signer = signer;
  entry.request = request;
  entry.data = std::move(data);
  entry.data.emplace_back("operation", operation);
  entry.facts = caller.attested;
  return record_change(transaction, entry);
}

RecordNumber record_change(Transaction& transaction, const LogEntry& entry) {
  const std::int64_t revision = std::stoll(transaction.meta.get(revision_key).value_or("0"));
  transaction.meta.set(revision_key, std::to_string(revision + 1));
  return transaction.record(entry);
}

}  // namespace countersign
