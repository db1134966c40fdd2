// A verb of the command line as data: what it takes, an example, and the function that does it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "policy/model/operation.h"
#include "tools/cli/exit_code.h"

namespace countersign {

class Session;

/// One thing a verb takes.
struct Parameter {
  enum class Kind { word, option, flag };
  enum class Value { text, number, list };

  std::string name;        ///< "SIGNER", or "--reason"
  std::string value_name;  ///< what an option is followed by, for --help
  std::string help;
  Kind kind = Kind::word;
  Value value = Value::text;
  bool required = false;
};

Parameter word(std::string name, std::string help);
/// A word of decimal digits.
Parameter number(std::string name, std::string help);
Parameter required_option(std::string name, std::string value_name, std::string help);
Parameter option(std::string name, std::string value_name, std::string help);
Parameter number_option(std::string name, std::string value_name, std::string help);
/// Texts in one word, separated by commas.
Parameter list_option(std::string name, std::string value_name, std::string help);
Parameter required_list(std::string name, std::string value_name, std::string help);
Parameter flag(std::string name, std::string help);

/// What was given for a verb's parameters, by their names.
class Arguments {
 public:
  void set(const std::string& name, std::string value) { values_[name] = std::move(value); }

  bool has(const std::string& name) const { return values_.contains(name); }
  /// "" when it was not given.
  std::string text(const std::string& name) const;
  std::optional<std::string> optional_text(const std::string& name) const;
  /// For numbers, which the command line has checked.
  std::optional<std::int64_t> optional_number(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

struct Verb {
  std::string words;    ///< after "countersign"
  std::string summary;  ///< one line
  const Operation* operation =
      nullptr;  ///< the row it was read from; null for a verb that is no single operation
  std::vector<Parameter> parameters;
  std::string example;  ///< a whole command line
  std::function<Result<ExitCode>(const Arguments& arguments, Session& session)> run;
};

/// A verb whose words and summary are those of the row `operation_name`.
Verb verb(std::string_view operation_name, std::vector<Parameter> parameters, std::string example,
          std::function<Result<ExitCode>(const Arguments&, Session&)> run);

/// A row's verb without the flags that select it among verbs of the same words:
/// "token create" for "token create --enrol".
std::string_view verb_words(const Operation& operation);

/// Every verb there is, in the order of --help.
std::vector<Verb> all_verbs();

}  // namespace countersign
