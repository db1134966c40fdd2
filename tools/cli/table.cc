#include "tools/cli/table.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace countersign {
namespace {

constexpr const char* gap = "  ";

std::string value_text(const nlohmann::json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  if (value.is_array()) {
    std::string joined;
    for (const auto& each : value) joined += (joined.empty() ? "" : ", ") + value_text(each);
    return joined;
  }
  return value.dump();
}

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

}  // namespace

const nlohmann::json& field_of(const nlohmann::json& object, const char* field) {
  static const nlohmann::json none;
  const auto found = object.find(field);
  return found == object.end() ? none : *found;
}

std::string field_text(const nlohmann::json& object, const char* field) {
  return value_text(field_of(object, field));
}

Table::Table(std::vector<std::string> first_row) {
  add(std::move(first_row));
}

void Table::add(std::vector<std::string> row) {
  for (std::string& cell : row) cell = printable(cell);
  rows_.push_back(std::move(row));
}

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (const auto& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
  }
  std::string text;
  for (const auto& row : rows_) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line.append(widths[i] - width(row[i]), ' ');
      line += gap;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string table_text(const nlohmann::json& rows, const std::vector<Column>& columns) {
  std::vector<std::string> cells;
  for (const Column& column : columns) cells.emplace_back(column.title);
  Table table(std::move(cells));
  for (const auto& row : rows) {
    cells.clear();
    for (const Column& column : columns) cells.push_back(field_text(row, column.field));
    table.add(cells);
  }
  return table.text();
}

std::string details_text(const nlohmann::json& object, const std::vector<Column>& lines) {
  std::vector<std::vector<std::string>> rows;
  for (const Column& line : lines) {
    const std::string value = field_text(object, line.field);
    if (!value.empty()) rows.push_back({line.title, value});
  }
  if (rows.empty()) return "";
  Table table(rows.front());
  for (std::size_t i = 1; i < rows.size(); ++i) table.add(rows[i]);
  return table.text();
}

}  // namespace countersign
