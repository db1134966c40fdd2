#include "policy/step_places.h"

#include <map>
#include <set>

namespace countersign {
namespace {

/// People to each of whom one place in a step is given, so that as many as possible have one.
class Places {
 public:
  explicit Places(const std::vector<Consenters>& steps) : steps_(steps) {}

  /// Finds one more person for the step, moving others to where they are able as well.
  bool fill(std::size_t step) {
    std::set<PrincipalId> asked;
    return fill(step, asked);
  }

 private:
  bool fill(std::size_t step, std::set<PrincipalId>& asked) {
    for (const PrincipalId person : steps_[step].people) {
      if (!asked.insert(person).second) continue;
      const auto given = given_.find(person);
      if (given != given_.end() && (given->second == step || !fill(given->second, asked))) continue;
      given_[person] = step;
      return true;
    }
    return false;
  }

  const std::vector<Consenters>& steps_;
  std::map<PrincipalId, std::size_t> given_;
};

}  // namespace

bool can_fill_all(const std::vector<Consenters>& steps) {
  Places places(steps);
  for (std::size_t step = 0; step < steps.size(); ++step)
    for (std::int64_t place = 0; !steps[step].shared && place < steps[step].count; ++place)
      if (!places.fill(step)) return false;
  return true;
}

}  // namespace countersign
