#include "policy/model/allowed_algorithms.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "core/text.h"

namespace countersign {
namespace {

constexpr std::array schemes{Scheme::rsa_pkcs1, Scheme::rsa_pss, Scheme::ecdsa, Scheme::ed25519};
constexpr std::array hashes{Hash::sha1, Hash::sha224, Hash::sha256, Hash::sha384, Hash::sha512};

template <class T>
bool holds(const std::vector<T>& all, T one) {
  return std::ranges::find(all, one) != all.end();
}

std::vector<Hash> read_hashes(JsonReader& in, const char* name, bool weak, const char* remedy) {
  std::set<Hash> found;
  for (const std::string& each : in.texts(name)) {
    const auto hash = hash_from_text(each);
    if (!hash || *hash == Hash::none || is_weak(*hash) != weak)
      in.refuse(
          name,
          "names " + printable(each) + ", which is no " + (weak ? "weak" : "strong") + " hash",
          remedy);
    else if (!found.insert(*hash).second)
      in.refuse(name, "names " + each + " twice");
  }
  if (!weak && found.empty()) in.refuse(name, "names no hash", "leave it out to allow every one");
  return {found.begin(), found.end()};
}

std::vector<Scheme> read_schemes(JsonReader& in) {
  std::set<Scheme> found;
  for (const std::string& each : in.texts("algorithms")) {
    const auto scheme = scheme_from_text(each);
    if (!scheme)
      in.refuse("algorithms", "names " + printable(each) + ", which is no algorithm",
                "write some of rsa-pkcs1, rsa-pss, ecdsa, ed25519");
    else if (!found.insert(*scheme).second)
      in.refuse("algorithms", "names " + each + " twice");
  }
  if (found.empty())
    in.refuse("algorithms", "names no algorithm", "leave it out to allow every one");
  return {found.begin(), found.end()};
}

template <class T>
void write_names(const std::vector<T>& all, const char* name, nlohmann::json& document) {
  for (const T each : all) document[name].push_back(to_text(each));
}

}  // namespace

bool AllowedAlgorithms::allows(Scheme scheme) const {
  return !schemes || holds(*schemes, scheme);
}

bool AllowedAlgorithms::allows(Hash hash) const {
  if (is_weak(hash)) return holds(weak_hashes, hash);
  return !strong_hashes || holds(*strong_hashes, hash);
}

bool AllowedAlgorithms::allows_size(std::size_t size) const {
  if (size < digest_size(Hash::sha224)) return allows(Hash::sha1);
  return !strong_hashes ||
         std::ranges::any_of(*strong_hashes, [&](Hash hash) { return digest_size(hash) == size; });
}

AllowedAlgorithms read_algorithms(JsonReader& in) {
  AllowedAlgorithms algorithms;
  if (in.any("algorithms") != nullptr) algorithms.schemes = read_schemes(in);
  if (in.any("hashes") != nullptr)
    algorithms.strong_hashes =
        read_hashes(in, "hashes", false, "write strong ones; a weak one goes to weak_hashes");
  if (in.any("weak_hashes") != nullptr)
    algorithms.weak_hashes =
        read_hashes(in, "weak_hashes", true, "write [\"sha1\"], or leave it out");
  return algorithms;
}

void write_algorithms(const AllowedAlgorithms& algorithms, nlohmann::json& document) {
  if (algorithms.schemes) write_names(*algorithms.schemes, "algorithms", document);
  if (algorithms.strong_hashes) write_names(*algorithms.strong_hashes, "hashes", document);
  write_names(algorithms.weak_hashes, "weak_hashes", document);
}

bool allow_more(const AllowedAlgorithms& before, const AllowedAlgorithms& after) {
  const auto gained = [&](auto one) { return after.allows(one) && !before.allows(one); };
  return std::ranges::any_of(schemes, gained) || std::ranges::any_of(hashes, gained) ||
         (before.strong_hashes && !after.strong_hashes);
}

}  // namespace countersign
