#include "policy/head_seal.h"

#include <utility>

#include "core/crypto.h"
#include "core/secure_bytes.h"

namespace countersign {
namespace {

constexpr const char* mac_purpose = "countersign log head v1";

/// Of no key that a verifier of signed notes knows: to him the line is a stranger's.
Bytes id_of_mac(const std::string& origin) {
  Bytes id = sha256(as_bytes(origin + "\n" + mac_purpose));
  id.resize(4);
  return id;
}

}  // namespace

HeadSeal::HeadSeal(LogKey key, std::string origin)
    : key_(std::move(key)),
      origin_(std::move(origin)),
      signer_id_(note_key_id(origin_, key_.public_key())),
      mac_key_(key_.derive(mac_purpose)),
      mac_id_(id_of_mac(origin_)) {}

std::string HeadSeal::verifier() const {
  return verifier_key(origin_, key_.public_key());
}

std::string HeadSeal::sign(const TreeHead& head) const {
  const std::string text = note_text(head);
  return write_note(head, signer_id_, key_.sign(as_bytes(text)));
}

std::string HeadSeal::seal(const TreeHead& head) const {
  const std::string text = note_text(head);
  return write_note(head, mac_id_, hmac_sha256(mac_key_, as_bytes(text)));
}

Result<TreeHead> HeadSeal::open(const std::string& note) const {
  auto sealed = open_note(note, origin_, mac_id_, [this](std::string_view text, ByteView mac) {
    return equal_in_constant_time(hmac_sha256(mac_key_, as_bytes(text)), mac);
  });
  if (sealed || sealed.error().code != "tree_head_not_signed") return sealed;
  return open_tree_head(note, verifier());
}

}  // namespace countersign
