#include "policy/model/rate.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/duration.h"
#include "core/json_reader.h"
#include "policy/model/document_list.h"

namespace countersign {
namespace {

constexpr std::int64_t highest_count = 1'000'000;
constexpr std::size_t most_of_a_kind = 2;

bool is_meaningless(const Rate& rate, const Rate& other) {
  return rate.of == other.of && other.per >= rate.per && other.count <= rate.count;
}

/// Whether whoever keeps to `after` keeps to `before`.
bool implies(const Rate& after, const Rate& before) {
  return (after.of == before.of || after.of == RateOf::signer) && after.count <= before.count &&
         after.per >= before.per;
}

}  // namespace

Result<Rate> rate_from_json(const nlohmann::json& document, const std::string& pointer) {
  JsonReader in(document, pointer);
  Rate rate;
  rate.count = in.integer("count", 1, highest_count);
  const auto per = parse_duration(in.text("per"));
  if (!per || *per > longest_rate)
    in.refuse("per", "is not a duration from 1s to 30d", "write it like \"1m\"");
  rate.per = per.value_or(Milliseconds{});
  const std::string of = in.text("of");
  if (of != "caller" && of != "signer") in.refuse("of", "is neither \"caller\" nor \"signer\"");
  rate.of = of == "signer" ? RateOf::signer : RateOf::caller;
  if (auto ok = in.finish(); !ok) return fail(ok.error());
  return rate;
}

nlohmann::json to_json(const Rate& rate) {
  return {{"count", rate.count},
          {"per", to_text(rate.per)},
          {"of", rate.of == RateOf::caller ? "caller" : "signer"}};
}

std::string to_text(const Rate& rate) {
  return std::to_string(rate.count) + " in " + to_text(rate.per) +
         (rate.of == RateOf::caller ? " of one caller" : " of all callers");
}

Result<std::vector<Rate>> rates_from_json(const nlohmann::json& list, const std::string& pointer) {
  auto rates = read_list(list, pointer, 2 * most_of_a_kind, rate_from_json);
  if (!rates) return rates;
  const auto refuse = [&](std::size_t i, const std::string& why) {
    return fail(ErrorKind::invalid, "bad_field", pointer + "/" + std::to_string(i) + " " + why,
                "a longer interval has to allow more than a shorter one");
  };
  for (std::size_t i = 0; i < rates->size(); ++i) {
    std::size_t of_a_kind = 0;
    for (std::size_t other = 0; other < rates->size(); ++other) {
      if ((*rates)[i].of == (*rates)[other].of && other <= i) ++of_a_kind;
      if (other != i && is_meaningless((*rates)[i], (*rates)[other]))
        return refuse(i, "never matters: /" + std::to_string(other) + " is stricter");
    }
    if (of_a_kind > most_of_a_kind) return refuse(i, "is the third of its kind");
  }
  return rates;
}

bool allow_more(const std::vector<Rate>& before, const std::vector<Rate>& after) {
  return !std::ranges::all_of(before, [&](const Rate& rate) {
    return std::ranges::any_of(after, [&](const Rate& each) { return implies(each, rate); });
  });
}

}  // namespace countersign
