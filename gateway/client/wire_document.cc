#include "gateway/client/wire.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/text.h"

namespace countersign::wire {

using nlohmann::json;

namespace {

constexpr std::size_t deepest = 16;

/// Builds a document, and refuses what the library's own builder lets pass: depth and fields given
/// twice. (Its callback would see them, at a cost that grows with the square of the document.)
class Builder final : public nlohmann::json_sax<json> {
 public:
  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t&) override {
    return add(value) != nullptr;
  }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t&) override { return false; }  // JSON has none
  bool start_object(std::size_t) override { return open(json::object()); }
  bool key(string_t& name) override {
    const auto [field, added] = open_.back()->get_ref<json::object_t&>().try_emplace(name);
    if (added) {
      field_ = &field->second;
      return true;
    }
    complaint_ = "the field \"" + printable(name) + "\" is given twice";
    return false;
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(json::array()); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&,
                   const json::exception& error) override {
    // 406: a number beyond what the format can hold, the one error that is not of the syntax.
    complaint_ = error.id == 406 ? "it has a number that is too large"
                                 : "it goes wrong at byte " + std::to_string(position);
    return false;
  }
  const std::string& complaint() const { return complaint_; }
  json& document() { return document_; }

 private:
  /// Puts `value` where the parser is: in the field just named, at the end of the list, or alone.
  json* add(json value) {
    json* place = &document_;
    if (!open_.empty() && open_.back()->is_array())
      place = &open_.back()->get_ref<json::array_t&>().emplace_back();
    else if (!open_.empty())
      place = field_;
    *place = std::move(value);
    return place;
  }
  bool open(json container) {
    if (open_.size() == deepest) {
      complaint_ = "it is nested more than 16 deep";
      return false;
    }
    open_.push_back(add(std::move(container)));
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }
  json document_;
  std::vector<json*> open_;  ///< a list grows only while none of its values is open
  json* field_ = nullptr;
  std::string complaint_;
};

tl::unexpected<Error> bad_json(const std::string& why) {
  return fail(ErrorKind::invalid, "bad_json", "this is not the JSON that is expected: " + why,
              "write one JSON object in UTF-8");
}

}  // namespace

Result<json> parse_object(const std::string& text) {
  Builder builder;
  if (!json::sax_parse(text, &builder)) return bad_json(builder.complaint());
  if (!builder.document().is_object()) return bad_json("it is no object");
  return std::move(builder.document());
}

}  // namespace countersign::wire
