#include "policy/collections.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

void record_collection(Transaction& transaction, const Caller& caller, const char* operation,
                       const Collection& collection) {
  auto query = nlohmann::json::object();
  write_certificate_query(collection.query, query);
  record_change(transaction, caller, operation, std::nullopt, std::nullopt,
                {{"collection", std::to_string(collection.id)},
                 {"name", collection.name},
                 {"description", collection.description},
                 {"query", query.dump()}});
}

/// Who makes a collection decides what others see by it, and could be one of them.
Status check_sees_all_certificates(Transaction& transaction, const Caller& caller) {
  if (may(transaction, caller, right::see_all_certificates)) return {};
  return fail(ErrorKind::denied, "not_allowed",
              "what a collection finds is decided by who may see every certificate",
              "have it done by one who holds " + std::string(right::see_all_certificates));
}

}  // namespace

RightObjects on_collection(CollectionId collection) {
  RightObjects on;
  on.collection = collection;
  return on;
}

Result<Collection> visible_collection(Transaction& transaction, const Caller& caller,
                                      const std::string& reference) {
  const auto number = whole_number(reference);
  auto collection =
      number ? transaction.collections.find(*number) : transaction.collections.find(reference);
  const RightObjects on = on_collection(collection ? collection->id : no_object);
  if (!may(transaction, caller, right::see_collection, on) || !collection)
    return no_such("collection");
  return std::move(*collection);
}

std::vector<Collection> visible_collections(Transaction& transaction, const Caller& caller) {
  std::vector<Collection> all = transaction.collections.list();
  if (may(transaction, caller, right::see_all_certificates)) return all;
  const auto mine = objects_with(transaction, caller, right::see_collection);
  std::erase_if(all,
                [&](const Collection& each) { return !std::ranges::binary_search(mine, each.id); });
  return all;
}

Result<Collection> create_collection(Transaction& transaction, const Caller& caller,
                                     const Collection& wish) {
  if (auto good = check_name("collection name", wish.name); !good) return fail(good.error());
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  if (auto good = check_sees_all_certificates(transaction, caller); !good)
    return fail(good.error());
  if (transaction.collections.find(wish.name)) return name_taken("collection", wish.name);
  Collection collection = wish;
  collection.id = transaction.collections.add(wish);
  record_collection(transaction, caller, "collection.create", collection);
  return collection;
}

Result<Collection> change_collection(Transaction& transaction, const Caller& caller,
                                     const Collection& before, const Collection& wish) {
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  if (wish.query != before.query)
    if (auto good = check_sees_all_certificates(transaction, caller); !good)
      return fail(good.error());
  transaction.collections.change(wish);
  record_collection(transaction, caller, "collection.change", wish);
  return wish;
}

void delete_collection(Transaction& transaction, const Caller& caller,
                       const Collection& collection) {
  transaction.collections.remove(collection.id);
  record_collection(transaction, caller, "collection.delete", collection);
}

}  // namespace countersign
