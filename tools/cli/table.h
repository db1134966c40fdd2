// Answers as people read them: aligned columns, and one thing as "name  value" lines.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace countersign {

/// One column of a table, or one line of details: its title and the field of the answer it shows.
struct Column {
  const char* title;
  const char* field;
};

/// The field as text: strings as they are, numbers in digits, booleans as yes or no, lists joined
/// with commas; "" when there is none. Never throws.
std::string field_text(const nlohmann::json& object, const char* field);

/// The field as it stands; null when there is none.
const nlohmann::json& field_of(const nlohmann::json& object, const char* field);

/// Lines of cells, each column as wide as its widest cell (in code points). Every cell goes
/// through printable().
class Table {
 public:
  explicit Table(std::vector<std::string> first_row);
  void add(std::vector<std::string> row);
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// The rows of a list, below the titles.
std::string table_text(const nlohmann::json& rows, const std::vector<Column>& columns);

/// One object, a line for each field that it has.
std::string details_text(const nlohmann::json& object, const std::vector<Column>& lines);

}  // namespace countersign
