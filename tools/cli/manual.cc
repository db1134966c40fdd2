#include "tools/cli/manual.h"

#include <sstream>

#include "tools/cli/exit_code.h"

namespace countersign {
namespace {

using Kind = Parameter::Kind;

std::string bold(std::string_view text) {
  return "\\fB" + troff(text) + "\\fR";
}
std::string italic(std::string_view text) {
  return "\\fI" + troff(text) + "\\fR";
}

/// The parameter as a command line has it: "SIGNER", "--reason TEXT", "--pss".
std::string usage(const Parameter& parameter) {
  if (parameter.kind == Kind::word) return italic(parameter.name);
  if (parameter.kind == Kind::flag) return bold(parameter.name);
  return bold(parameter.name) + " " + italic(parameter.value_name);
}

std::string verb_manual(const Verb& verb) {
  std::string text = ".SS " + troff(verb.words) + "\n" + troff(verb.summary) + ".\n.PP\n" +
                     bold("countersign " + verb.words);
  for (const Parameter& each : verb.parameters)
    text += each.required ? " " + usage(each) : " [" + usage(each) + "]";
  text += "\n";
  for (const Parameter& each : verb.parameters)
    text += ".TP\n" + usage(each) + "\n" + troff(each.help) + ".\n";
  return text + ".PP\nExample:\n.RS 4\n" + troff(verb.example) + "\n.RE\n";
}

}  // namespace

std::string troff(std::string_view text) {
  std::string out;
  if (text.starts_with('.') || text.starts_with('\'')) out = "\\&";
  for (const char each : text) {
    switch (each) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        out += each;
    }
  }
  return out;
}

std::string verbs_manual(const std::vector<Verb>& verbs) {
  std::string text;
  for (const Verb& each : verbs) text += verb_manual(each);
  return text;
}

std::string exit_codes_manual() {
  std::istringstream lines(exit_code_help());
  std::string line;
  std::getline(lines, line);  // the title
  std::string text;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string code;
    std::string meaning;
    words >> code >> std::ws;
    std::getline(words, meaning);
    text += ".TP\n" + bold(code) + "\n" + troff(meaning) + "\n";
  }
  return text;
}

std::string completion_table(const std::vector<Verb>& verbs) {
  std::string table;
  for (const Verb& verb : verbs) {
    std::string words;
    std::string options;
    for (const Parameter& each : verb.parameters) {
      std::string& list = each.kind == Kind::word ? words : options;
      if (!list.empty()) list += " ";
      list += each.name;
      if (each.kind == Kind::option) list += "=" + each.value_name;
    }
    table += verb.words + "|" + words + "|" + options + "\n";
  }
  return table;
}

}  // namespace countersign
