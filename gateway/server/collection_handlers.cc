#include <nlohmann/json.hpp>

#include "core/json_reader.h"
#include "gateway/server/handlers.h"
#include "gateway/server/json_views.h"
#include "policy/collections.h"

namespace countersign::server {

using nlohmann::json;

namespace {

Result<json> answer(const Result<Collection>& collection) {
  if (!collection) return fail(collection.error());
  return json{{"collection", collection_json(*collection)}};
}

}  // namespace

Result<json> create_collection_call(Call& call) {
  JsonReader in(call.body, "");
  Collection wish;
  wish.name = in.text("name");
  wish.description = in.optional_text("description").value_or("");
  wish.query = read_certificate_query(in, {});
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(create_collection(call.transaction, call.caller, wish));
}

Result<json> list_collections_call(Call& call) {
  json collections = json::array();
  for (const Collection& each : visible_collections(call.transaction, call.caller))
    collections.push_back(collection_json(each));
  return json{{"collections", std::move(collections)}};
}

Result<json> show_collection_call(Call& call) {
  return answer(*call.collection);
}

Result<json> change_collection_call(Call& call) {
  JsonReader in(call.body, "");
  Collection wish = *call.collection;
  wish.description = in.optional_text("description").value_or(wish.description);
  wish.query = read_certificate_query(in, wish.query);
  if (auto good = in.finish(); !good) return fail(good.error());
  return answer(change_collection(call.transaction, call.caller, *call.collection, wish));
}

Result<json> delete_collection_call(Call& call) {
  delete_collection(call.transaction, call.caller, *call.collection);
  return answer(*call.collection);
}

}  // namespace countersign::server
