// The attributes of one object (PKCS#11 v2.40 §4), read and searched as the standard says.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string_view>

#include "core/bytes.h"
#include "core/clock.h"
#include "module/pkcs11.h"

namespace countersign::module {

/// Filled once when the object is made, only read afterwards; reading is thread-safe.
class Attributes {
 public:
  void set(CK_ATTRIBUTE_TYPE type, Bytes value);
  void set_flag(CK_ATTRIBUTE_TYPE type, bool value);
  void set_number(CK_ATTRIBUTE_TYPE type, CK_ULONG value);
  void set_text(CK_ATTRIBUTE_TYPE type, std::string_view value);
  /// A CK_DATE in UTC.
  void set_date(CK_ATTRIBUTE_TYPE type, Time value);
  /// The object has `type`, but its value is never given out (CKR_ATTRIBUTE_SENSITIVE).
  void hide(CK_ATTRIBUTE_TYPE type);

  /// The value of `type`; null when the object has none or hides it.
  const Bytes* find(CK_ATTRIBUTE_TYPE type) const;

  /// Answers one entry of C_GetAttributeValue's template (§5.7.5). Returns CKR_OK,
  /// CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID or CKR_BUFFER_TOO_SMALL; in the last three
  /// cases the entry's length becomes CK_UNAVAILABLE_INFORMATION.
  CK_RV read(CK_ATTRIBUTE& entry) const;

  /// Whether every entry of a search template (§5.7.6) equals an attribute of the object. An
  /// attribute the object does not have matches nothing.
  bool match(std::span<const CK_ATTRIBUTE> wanted) const;

 private:
  std::map<CK_ATTRIBUTE_TYPE, Bytes> values_;
  std::set<CK_ATTRIBUTE_TYPE> hidden_;
};

}  // namespace countersign::module
