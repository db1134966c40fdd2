#include "policy/request_wish.h"

#include <nlohmann/json.hpp>
#include <set>

#include "core/duration.h"
#include "core/encoding.h"
#include "core/json_reader.h"
#include "core/rfc3339.h"
#include "core/text.h"

namespace countersign {

using nlohmann::json;

namespace {

constexpr std::size_t most_digests = 100'000;
constexpr std::size_t longest_digest = 128;  // hex digits of SHA-512

/// One of a request's digests; what is wrong is told to `in`, which it stands in.
std::optional<BoundDigest> read_digest(JsonReader& in, const json& each, std::size_t index) {
  const std::string place = "digests/" + std::to_string(index);
  if (!each.is_object()) {
    in.refuse(place, "is not an object");
    return std::nullopt;
  }
  JsonReader fields(each, "/" + place);
  BoundDigest digest;
  digest.digest = fields.text("digest");
  digest.name = fields.optional_text("name").value_or("");
  digest.times = fields.optional_integer("times", 1, 1'000'000).value_or(1);
  const auto bytes = from_hex(digest.digest);
  if (!bytes || bytes->size() < 20 || digest.digest.size() > longest_digest)
    fields.refuse("digest", "is no digest in hex digits", "write it as sha256sum does");
  if (!digest.name.empty() && !check_text("name", digest.name))
    fields.refuse("name", "is too long, or has control characters");
  if (auto good = fields.finish(); !good) {
    in.refuse(place, "is no digest with a name: " + good.error().message);
    return std::nullopt;
  }
  digest.digest = to_hex(*bytes);
  return digest;
}

void read_digests(JsonReader& in, NewRequest& wish) {
  const json* const list = in.any("digests");
  if (list == nullptr) return;
  if (!list->is_array() || list->empty() || list->size() > most_digests)
    return in.refuse("digests", "is no list of 1 to 100,000 digests");
  std::set<std::string> seen;
  for (const json& each : *list) {
    auto digest = read_digest(in, each, wish.digests.size());
    if (!digest) return;
    if (!seen.insert(digest->digest).second)
      return in.refuse("digests/" + std::to_string(wish.digests.size()),
                       "names a digest that was there before", "say \"times\" instead");
    wish.digests.push_back(std::move(*digest));
  }
}

void read_metadata(JsonReader& in, NewRequest& wish) {
  const json* const fields = in.any("metadata");
  if (fields == nullptr) return;
  if (!fields->is_object()) return in.refuse("metadata", "is not an object");
  for (const auto& [name, value] : fields->items()) {
    if (!value.is_string())
      return in.refuse("metadata", "has a value that is not text", "write every value as text");
    wish.metadata.emplace(name, value.get<std::string>());
  }
}

}  // namespace

Result<NewRequest> request_wish_from_json(const json& document) {
  JsonReader in(document, "");
  NewRequest wish;
  wish.reason = in.text("reason");
  wish.count = in.optional_integer("count", 1, 1'000'000);
  if (const auto text = in.optional_text("window")) {
    wish.window = parse_duration(*text);
    if (!wish.window) in.refuse("window", "is no duration", "write it like \"1h\"");
  }
  if (const auto text = in.optional_text("from")) {
    wish.starts = parse_rfc3339(*text);
    if (!wish.starts)
      in.refuse("from", "is no time in UTC", "write it like \"2026-12-20T18:00:00Z\"");
  }
  if (document.contains("networks")) wish.networks = in.texts("networks");
  read_digests(in, wish);
  read_metadata(in, wish);
  if (auto good = in.finish(); !good) return fail(good.error());
  return wish;
}

}  // namespace countersign
