// Request targets: what is found is an operation of the table, with every part of its route.
#include <nlohmann/json.hpp>

#include "gateway/server/router.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  constexpr const char* methods[] = {"GET", "POST", "PUT", "DELETE"};
  const char* const method = methods[input.number<std::uint8_t>() % std::size(methods)];
  const auto found = server::route(method, fuzz::text_of(input.rest()));
  if (!found) return 0;
  fuzz::insist(found->operation != nullptr && found->operation->method == method, "no operation");
  for (const auto& [name, value] : found->parts)
    fuzz::insist(!value.empty(), "a part of the route that is empty");
  static_cast<void>(server::query_object(*found));
  return 0;
}
