#include "module/attributes.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

namespace countersign::module {
namespace {

template <class Value>
Bytes bytes_of(const Value& value) {
  Bytes bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

}  // namespace

void Attributes::set(CK_ATTRIBUTE_TYPE type, Bytes value) {
  values_.insert_or_assign(type, std::move(value));
}

void Attributes::set_flag(CK_ATTRIBUTE_TYPE type, bool value) {
  set(type, bytes_of(static_cast<CK_BBOOL>(value ? CK_TRUE : CK_FALSE)));
}

void Attributes::set_number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) {
  set(type, bytes_of(value));
}

void Attributes::set_text(CK_ATTRIBUTE_TYPE type, std::string_view value) {
  set(type, Bytes(value.begin(), value.end()));
}

void Attributes::set_date(CK_ATTRIBUTE_TYPE type, Time value) {
  // "2026-11-22T…" is a CK_DATE once its dashes are gone.
  std::string digits = to_rfc3339(value).substr(0, 10);
  std::erase(digits, '-');
  set_text(type, digits);
}

void Attributes::hide(CK_ATTRIBUTE_TYPE type) {
  hidden_.insert(type);
}

const Bytes* Attributes::find(CK_ATTRIBUTE_TYPE type) const {
  const auto found = values_.find(type);
  return found == values_.end() ? nullptr : &found->second;
}

CK_RV Attributes::read(CK_ATTRIBUTE& entry) const {
  const Bytes* value = find(entry.type);
  if (value == nullptr) {
    entry.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return hidden_.contains(entry.type) ? CKR_ATTRIBUTE_SENSITIVE : CKR_ATTRIBUTE_TYPE_INVALID;
  }
  if (entry.pValue != nullptr) {
    if (entry.ulValueLen < value->size()) {
      entry.ulValueLen = CK_UNAVAILABLE_INFORMATION;
      return CKR_BUFFER_TOO_SMALL;
    }
    std::ranges::copy(*value, static_cast<std::uint8_t*>(entry.pValue));
  }
  entry.ulValueLen = value->size();
  return CKR_OK;
}

bool Attributes::match(std::span<const CK_ATTRIBUTE> wanted) const {
  return std::all_of(wanted.begin(), wanted.end(), [this](const CK_ATTRIBUTE& entry) {
    const Bytes* value = find(entry.type);
    if (value == nullptr) return false;
    const ByteView sought(static_cast<const std::uint8_t*>(entry.pValue), entry.ulValueLen);
    return std::equal(value->begin(), value->end(), sought.begin(), sought.end());
  });
}

}  // namespace countersign::module
