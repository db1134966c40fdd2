#include "tools/cli/certificate_conditions.h"
#include "tools/cli/nouns.h"
#include "tools/cli/passing_verb.h"

namespace countersign {
namespace {

const std::vector<Column> collection_columns = {{"NAME", "name"},
                                                {"SIGNER", "signer"},
                                                {"APPLICATION", "application"},
                                                {"SUBJECT", "subject"},
                                                {"KEY TYPE", "key_type"},
                                                {"EXPIRES WITHIN", "expires_within"},
                                                {"DESCRIPTION", "description"}};

const std::vector<Column> collection_lines = {{"name", "name"},
                                              {"number", "id"},
                                              {"description", "description"},
                                              {"signer", "signer"},
                                              {"application", "application"},
                                              {"subject", "subject"},
                                              {"key type", "key_type"},
                                              {"expires within", "expires_within"}};

}  // namespace

std::vector<Verb> collection_verbs() {
  const Parameter collection = word("COLLECTION", "Name or number of the collection");
  const Parameter text = option("--description", "TEXT", "What it is for");
  const Printer one = lines_of("collection", collection_lines);
  return {
      passing_verb("collection.create",
                   with_conditions({word("NAME", "Name of the collection"), text}),
                   "countersign collection create expiring --expires-within 30d", one),
      passing_verb("collection.list", {}, "countersign collection list",
                   rows_of("collections", collection_columns)),
      passing_verb("collection.show", {collection}, "countersign collection show expiring", one),
      passing_verb("collection.change", with_conditions({collection, text}),
                   "countersign collection change expiring --expires-within 60d --subject ''", one),
      passing_verb("collection.delete", {collection}, "countersign collection delete expiring",
                   one),
  };
}

}  // namespace countersign
