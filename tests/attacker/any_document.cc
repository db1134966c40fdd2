#include "tests/attacker/any_document.h"

#include "tests/policy/store_world.h"

namespace countersign::test {
namespace {

using nlohmann::json;

class Changes {
 public:
  Changes(json& document, std::mt19937_64& random, const std::vector<std::string>& principals)
      : document_(document), random_(random), principals_(principals) {}

  void make_one() {
    switch (upto(5)) {
      case 0:
        add_member(any_of("signers"), {"admin", "operator", "auditor"});
        break;
      case 1:
        if (json& signer = any_of("signers"); signer.is_object())
          signer["policy"] = upto(1) == 0 ? json{{"approval", "none"}} : policy_of({any()}, 1);
        break;
      case 2:
        if (json& signer = any_of("signers"); signer.is_object())
          signer["state"] = upto(2) == 0 ? "frozen" : "active";
        break;
      case 3:
        document_["groups"].push_back(
            {{"name", upto(1) == 0 ? "team" : "inner"}, {"members", json::array({any()})}});
        break;
      case 4:
        document_["roles"].push_back({{"name", "third"},
                                      {"permissions", json::array({"/"})},
                                      {"holders", json::array({any()})}});
        break;
      default:
        if (json& account = any_of("accounts"); account.is_object())
          account["product_role"] = "admin";
    }
  }

 private:
  std::size_t upto(std::size_t most) {
    return std::uniform_int_distribution<std::size_t>(0, most)(random_);
  }
  const std::string& any() { return principals_.at(upto(principals_.size() - 1)); }
  /// An entry of the section; null when it has none.
  json& any_of(const char* section) {
    json& list = document_[section];
    return list.empty() ? list : list.at(upto(list.size() - 1));
  }
  void add_member(json& entry, const std::vector<std::string>& roles) {
    if (!entry.is_object()) return;
    json& members = entry["members"];
    if (!members.empty() && upto(2) == 0) members.erase(upto(members.size() - 1));
    members.push_back({{"principal", any()}, {"role", roles.at(upto(roles.size() - 1))}});
  }

  json& document_;
  std::mt19937_64& random_;
  const std::vector<std::string>& principals_;
};

}  // namespace

json any_document(json exported, std::mt19937_64& random,
                  const std::vector<std::string>& principals) {
  Changes changes(exported, random, principals);
  const std::size_t count = 1 + random() % 3;
  for (std::size_t i = 0; i < count; ++i) changes.make_one();
  return exported;
}

}  // namespace countersign::test
