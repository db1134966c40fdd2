#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {

std::vector<Verb> gateway_verbs() {
  const std::vector<Column> columns = {
      {"NUMBER", "id"}, {"NAME", "name"},       {"SHAPE", "shape"},   {"HOST", "host"},
      {"UID", "uid"},   {"VERSION", "version"}, {"LAST SEEN", "seen"}};
  const Parameter gateway = number("GATEWAY", "Number of the gateway");
  const Printer one = lines_of("gateway", {{"number", "id"},
                                           {"name", "name"},
                                           {"shape", "shape"},
                                           {"host", "host"},
                                           {"uid", "uid"},
                                           {"version", "version"},
                                           {"first seen", "since"},
                                           {"last seen", "seen"}});
  return {
      passing_verb("gateway.list", {}, "countersign gateway list", rows_of("gateways", columns)),
      passing_verb("gateway.show", {gateway}, "countersign gateway show 1", one),
      passing_verb("gateway.forget", {gateway}, "countersign gateway forget 2", one),
  };
}

}  // namespace countersign
