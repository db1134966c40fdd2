#include "policy/store/right_table.h"

#include <algorithm>
#include <utility>

#include "policy/store/rows.h"
#include "policy/store/write_watch.h"

namespace countersign {
namespace {

// CROSS JOIN keeps SQLite to this order: from the account and its claims to their groups, from
// there to the roles held, and only then to their strings.
constexpr std::string_view mine =
    "WITH RECURSIVE mine(p) AS (SELECT :a UNION SELECT value FROM json_each(:m)"
    " UNION SELECT l.holder FROM mine"
    " CROSS JOIN principal_link l ON l.kind = 'contains' AND l.held = mine.p) ";

constexpr std::string_view held =
    "SELECT 'product', 0, m.role, '', 0, '', '', '', '' FROM membership m"
    " WHERE m.scope = 'product' AND m.object = 0 AND m.principal = :a "
    "UNION ALL "
    "SELECT 'signer', m.object, m.role, s.name, mine.p, p.name, '', '', p.kind FROM mine"
    " CROSS JOIN membership m ON m.scope = 'signer' AND m.object = :s AND m.principal = mine.p"
    " CROSS JOIN signer s ON s.id = m.object CROSS JOIN principal p ON p.id = mine.p "
    "UNION ALL "
    "SELECT 'application', m.object, m.role, a.name, mine.p, p.name, '', '', p.kind FROM mine"
    " CROSS JOIN membership m ON m.scope = 'application' AND m.object = :g"
    " AND m.principal = mine.p"
    " CROSS JOIN application a ON a.id = m.object"
    " CROSS JOIN principal p ON p.id = mine.p "
    "UNION ALL "
    "SELECT 'string', h.role, rs.string, ps.name, mine.p, p.name, r.name,"
    " COALESCE(ss.string, ''), p.kind"
    " FROM mine CROSS JOIN role_holder h ON h.principal = mine.p"
    " CROSS JOIN json_each(:c) c"
    " CROSS JOIN role_string rs ON rs.role = h.role AND rs.string = c.value"
    " CROSS JOIN role r ON r.id = h.role"
    " CROSS JOIN permission_set ps ON ps.id = r.permission_set"
    " CROSS JOIN principal p ON p.id = mine.p"
    " LEFT JOIN permission_set_string ss ON ss.permission_set = ps.id"
    " AND ss.string IN (SELECT value FROM json_each(:c))";

/// The object of that layer, of which there is one at most; 0 for none.
ObjectId object_among(const RelevantRights& relevant, Layer layer) {
  for (const RelevantRights::On& each : relevant.memberships)
    if (each.layer == layer) return each.object;
  return 0;
}

Layer layer_from_text(std::string_view text) {
  if (text == to_text(Layer::signer)) return Layer::signer;
  return text == to_text(Layer::application) ? Layer::application : Layer::product;
}

/// As JSON, in which the characters of strings need no escapes.
std::string list_of(const std::vector<Permission>& strings) {
  std::string list = "[";
  for (const Permission& each : strings)
    list.append(list.size() == 1 ? "\"" : ",\"").append(each.text()).append("\"");
  return list + "]";
}

std::string list_of(std::span<const PrincipalId> claims) {
  std::string list = "[";
  for (const PrincipalId each : claims)
    list.append(list.size() == 1 ? "" : ",").append(std::to_string(each));
  return list + "]";
}

/// What two strings both give: the narrower one, if there is one.
std::optional<Permission> common(const Permission& left, const Permission& right) {
  if (left.covers(right)) return right;
  if (right.covers(left)) return left;
  return std::nullopt;
}

}  // namespace

struct RightTable::Prepared {
  explicit Prepared(soci::session& sql)
      : query((sql.prepare << RightTable::query(), soci::use(account, "a"), soci::use(claims, "m"),
               soci::use(signer, "s"), soci::use(application, "g"), soci::use(strings, "c"),
               soci::into(kind), soci::into(object), soci::into(text), soci::into(name),
               soci::into(principal), soci::into(principal_name), soci::into(role), soci::into(cap),
               soci::into(principal_kind))) {}

  void add_membership(HeldRights& rights) const {
    if (const auto known = layered_role_from_text(layer_from_text(kind), text))
      rights.memberships.push_back({through(), *known, object, name});
  }

  /// The claim or group by which the row is the account's; nothing when it is his own.
  std::vector<ChainLink> through() const {
    if (principal == 0 || principal == account) return {};
    return {{principal_kind == "claim" ? ChainLink::Kind::claim : ChainLink::Kind::group,
             principal_name}};
  }

  /// The rows of one role and string differ in the set's string only.
  void add_string(HeldRights& rights) const {
    const auto string = Permission::parse(text);
    if (!string) return;
    const std::vector<ChainLink> by = through();
    const auto same = [&](const HeldString& each) {
      return each.role == role && each.string == *string && each.through == by;
    };
    auto held_string = std::ranges::find_if(rights.strings, same);
    if (held_string == rights.strings.end()) {
      rights.strings.push_back({by, role, name, {}, *string});
      held_string = std::prev(rights.strings.end());
    }
    if (const auto one = Permission::parse(cap)) held_string->cap.push_back(*one);
  }

  Column account = 0;
  Column signer = 0;
  Column application = 0;
  std::string claims, strings;
  std::string kind, text, name, principal_name, principal_kind, role, cap;
  Column object = 0;
  Column principal = 0;
  soci::statement query;
};

RightTable::RightTable(soci::session& sql, const WriteWatch& watch)
    : sql_(sql), known_(watch.rights()), prepared_(std::make_unique<Prepared>(sql)) {}
RightTable::~RightTable() = default;

std::string RightTable::query() {
  return std::string(mine) + std::string(held);
}

HeldRights RightTable::held_by(const Subject& subject, const RelevantRights& relevant) {
  const Question question{subject.account.id, list_of(subject.claims),
                          object_among(relevant, Layer::signer),
                          object_among(relevant, Layer::application), list_of(relevant.strings)};
  if (const auto* const known = known_.find(question)) return *known;
  HeldRights rights = read(question);
  // For everybody else, asking about what is hidden is to cost what asking about nothing does.
  const bool member = std::ranges::any_of(rights.memberships, &HeldMembership::object);
  if (member) known_.add(question, rights);
  return rights;
}

HeldRights RightTable::read(const Question& question) {
  Prepared& row = *prepared_;
  row.account = question.account;
  row.claims = question.claims;
  row.signer = question.signer;
  row.application = question.application;
  row.strings = question.strings;
  HeldRights rights;
  row.query.execute();
  while (row.query.fetch()) {
    if (row.kind == "string")
      row.add_string(rights);
    else
      row.add_membership(rights);
  }
  return rights;
}

std::vector<HeldMembership> RightTable::memberships_of(const Subject& subject) {
  const Column wanted = subject.account.id;
  const std::string claims = list_of(subject.claims);
  std::string scope, role;
  Column object = 0;
  // Of claims and groups, what they are to the product does not count.
  soci::statement query =
      (sql_.prepare << std::string(mine) +
                           "SELECT m.scope, m.object, m.role FROM mine CROSS JOIN membership m"
                           " ON m.principal = mine.p"
                           " AND (mine.p = :a OR m.scope <> 'product')"
                           " ORDER BY m.scope, m.object",
       soci::use(wanted, "a"), soci::use(claims, "m"), soci::into(scope), soci::into(object),
       soci::into(role));
  query.execute();
  std::vector<HeldMembership> memberships;
  while (query.fetch())
    if (const auto known = layered_role_from_text(layer_from_text(scope), role))
      memberships.push_back({{}, *known, object, ""});
  return memberships;
}

std::vector<Permission> RightTable::strings_of(const Subject& subject) {
  const Column wanted = subject.account.id;
  const std::string claims = list_of(subject.claims);
  std::string text, cap;
  soci::statement query =
      (sql_.prepare << std::string(mine) +
                           "SELECT rs.string, ss.string FROM mine"
                           " CROSS JOIN role_holder h ON h.principal = mine.p"
                           " CROSS JOIN role_string rs ON rs.role = h.role"
                           " CROSS JOIN role r ON r.id = h.role"
                           " CROSS JOIN permission_set_string ss"
                           " ON ss.permission_set = r.permission_set",
       soci::use(wanted, "a"), soci::use(claims, "m"), soci::into(text), soci::into(cap));
  query.execute();
  std::vector<Permission> strings;
  while (query.fetch()) {
    const auto string = Permission::parse(text);
    const auto limit = Permission::parse(cap);
    if (!string || !limit) continue;
    if (auto both = common(*string, *limit)) strings.push_back(std::move(*both));
  }
  return strings;
}

}  // namespace countersign
