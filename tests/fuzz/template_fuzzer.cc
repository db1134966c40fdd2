// Attribute templates as applications pass them: searches, and reads into buffers of any size.
#include <memory>
#include <vector>

#include "module/attributes.h"
#include "tests/fuzz/fuzzing.h"

using namespace countersign;

namespace {

const module::Attributes& object() {
  static const module::Attributes attributes = [] {
    module::Attributes made;
    made.set_number(CKA_CLASS, CKO_PRIVATE_KEY);
    made.set_flag(CKA_SIGN, true);
    made.set_text(CKA_LABEL, "release");
    made.set(CKA_ID, Bytes(20, 0xab));
    made.set(CKA_SUBJECT, {});
    made.hide(CKA_PRIVATE_EXPONENT);
    return made;
  }();
  return attributes;
}

/// A type that is one of the object's more often than chance would have it.
CK_ATTRIBUTE_TYPE type_of(fuzz::Input& input) {
  constexpr CK_ATTRIBUTE_TYPE known[] = {CKA_CLASS, CKA_SIGN,    CKA_LABEL,
                                         CKA_ID,    CKA_SUBJECT, CKA_PRIVATE_EXPONENT};
  const auto chosen = input.number<std::uint8_t>();
  if (chosen < std::size(known)) return known[chosen];
  return input.number<CK_ATTRIBUTE_TYPE>();
}

void read_into(CK_ATTRIBUTE_TYPE type, std::size_t room) {
  // Of just that size, so that one byte too many is noticed; never null, which would ask for the
  // length alone.
  const auto buffer = std::make_unique<CK_BYTE[]>(room);
  CK_ATTRIBUTE entry{type, buffer.get(), room};
  const CK_RV code = object().read(entry);
  if (code == CKR_OK)
    fuzz::insist(entry.ulValueLen <= room, "more was read than there is room");
  else
    fuzz::insist(entry.ulValueLen == CK_UNAVAILABLE_INFORMATION, "a failed read with a length");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  std::vector<Bytes> values;
  std::vector<CK_ATTRIBUTE> wanted;
  while (!input.empty() && wanted.size() < 64) {
    const CK_ATTRIBUTE_TYPE type = type_of(input);
    const ByteView value = input.bytes(input.number<std::uint8_t>());
    read_into(type, value.size());
    values.emplace_back(value.begin(), value.end());
    wanted.push_back({type, values.back().data(), values.back().size()});
  }
  if (object().match(wanted))
    for (const CK_ATTRIBUTE& each : wanted) {
      const Bytes* const held = object().find(each.type);
      fuzz::insist(held != nullptr && held->size() == each.ulValueLen, "a match that is none");
    }
  return 0;
}
