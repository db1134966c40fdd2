#include "policy/store/change_table.h"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "policy/store/rows.h"

namespace countersign {
namespace {

using nlohmann::json;

std::string to_json(const std::vector<ChangePart>& parts) {
  auto list = json::array();
  for (const ChangePart& each : parts)
    list.push_back({each.signer, each.needs, to_text(each.consent), each.application});
  return list.dump();
}

std::vector<ChangePart> parts_from_json(const std::string& text) {
  std::vector<ChangePart> parts;
  for (const json& each : json::parse(text)) {
    // A change that waits from before signers had quorums asks the admins.
    const auto consent =
        consent_kind_from_text(each.size() > 2 ? each.at(2).get<std::string>() : "members");
    if (!consent) throw std::runtime_error("malformed row: the parts of a change");
    parts.push_back({each.at(0).get<SignerId>(), each.at(1).get<std::int64_t>(), *consent,
                     each.size() > 3 ? each.at(3).get<ApplicationId>() : 0});
  }
  return parts;
}

struct ChangeRow {
  Column id = 0, requester = 0, created = 0, open_until = 0;
  std::string operation, arguments, claims, effect, parts, beneficiaries, state, outcome;

  ChangeRequest change() const {
    const auto known = change_state_from_text(state);
    if (!known) throw std::runtime_error("malformed row: change " + std::to_string(id));
    return {id,
            operation,
            arguments,
            requester,
            json::parse(claims).get<std::vector<PrincipalId>>(),
            effect,
            parts_from_json(parts),
            json::parse(beneficiaries).get<std::vector<AccountId>>(),
            *known,
            outcome,
            from_unix_ms(created),
            from_unix_ms(open_until)};
  }
};

}  // namespace

ChangeId ChangeTable::add(const ChangeRequest& change) {
  Column id = 0;
  const Column requester = change.requester, created = to_unix_ms(change.created);
  const Column open_until = to_unix_ms(change.open_until);
  const std::string claims = json(change.claims).dump(), parts = to_json(change.parts);
  const std::string beneficiaries = json(change.beneficiaries).dump();
  const std::string state(to_text(change.state));
  sql_ << "INSERT INTO change_request (operation, arguments, requester, claims, effect, parts,"
          " beneficiaries, state, outcome, created, open_until)"
          " VALUES (:o, :a, :r, :c, :e, :p, :b, :s, '', :t, :u) RETURNING id",
      soci::use(change.operation), soci::use(change.arguments), soci::use(requester),
      soci::use(claims), soci::use(change.effect), soci::use(parts), soci::use(beneficiaries),
      soci::use(state), soci::use(created), soci::use(open_until), soci::into(id);
  return id;
}

std::vector<ChangeRequest> ChangeTable::list(std::optional<ChangeState> state, ChangeId after,
                                             std::size_t limit) {
  ChangeRow row;
  const std::string wanted(state ? to_text(*state) : "");
  const Column first = after, most = static_cast<Column>(limit);
  soci::statement query =
      (sql_.prepare << "SELECT id, operation, arguments, requester, claims, effect, parts,"
                       " beneficiaries, state, outcome, created, open_until FROM change_request"
                       " WHERE id > :a AND (:s = '' OR state = :s) ORDER BY id LIMIT :l",
       soci::use(first, "a"), soci::use(wanted, "s"), soci::use(most, "l"), soci::into(row.id),
       soci::into(row.operation), soci::into(row.arguments), soci::into(row.requester),
       soci::into(row.claims), soci::into(row.effect), soci::into(row.parts),
       soci::into(row.beneficiaries), soci::into(row.state), soci::into(row.outcome),
       soci::into(row.created), soci::into(row.open_until));
  query.execute();
  std::vector<ChangeRequest> changes;
  while (query.fetch()) changes.push_back(row.change());
  return changes;
}

std::optional<ChangeRequest> ChangeTable::find(ChangeId id) {
  if (id <= 0) return std::nullopt;
  auto found = list(std::nullopt, id - 1, 1);
  if (found.empty() || found.front().id != id) return std::nullopt;
  return std::move(found.front());
}

void ChangeTable::set_state(ChangeId id, ChangeState state, const std::string& outcome) {
  const Column wanted = id;
  const std::string text(to_text(state));
  sql_ << "UPDATE change_request SET state = :s, outcome = :o WHERE id = :i", soci::use(text),
      soci::use(outcome), soci::use(wanted);
}

void ChangeTable::add_answer(ChangeId change, const ChangeAnswer& answer) {
  const Column number = change, account = answer.account, time = to_unix_ms(answer.time);
  const std::string claims = json(answer.claims).dump();
  const std::string verdict = answer.consents ? "consent" : "reject";
  sql_ << "INSERT INTO change_answer (change_request, account, claims, verdict, comment, time)"
          " VALUES (:r, :a, :c, :v, :x, :t)",
      soci::use(number), soci::use(account), soci::use(claims), soci::use(verdict),
      soci::use(answer.comment), soci::use(time);
}

std::vector<ChangeAnswer> ChangeTable::answers(ChangeId change) {
  const Column number = change;
  Column account = 0, time = 0;
  std::string claims, verdict, comment;
  soci::statement query =
      (sql_.prepare << "SELECT account, claims, verdict, comment, time FROM change_answer"
                       " WHERE change_request = :r ORDER BY time, account",
       soci::use(number), soci::into(account), soci::into(claims), soci::into(verdict),
       soci::into(comment), soci::into(time));
  query.execute();
  std::vector<ChangeAnswer> answers;
  while (query.fetch())
    answers.push_back({account, json::parse(claims).get<std::vector<PrincipalId>>(),
                       verdict == "consent", comment, from_unix_ms(time)});
  return answers;
}

}  // namespace countersign
