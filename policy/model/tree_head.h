// The signed head of the log: a C2SP tlog-checkpoint inside a C2SP signed note (Ed25519).
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "policy/model/merkle.h"

namespace countersign {

struct TreeHead {
  std::string origin;     ///< the log's name: the gateway's "name"
  std::int64_t size = 0;  ///< records
  TreeHash root{};

  bool operator==(const TreeHead&) const = default;
};

/// The text that is signed: origin, size and base64 root, a line each.
std::string note_text(const TreeHead& head);

/// "name+8 hex digits+base64": how a verifier is told the log's Ed25519 public key (32 bytes).
std::string verifier_key(const std::string& name, ByteView public_key);

/// The first four bytes of a key's identifier, as the note's signature line begins with.
Bytes note_key_id(const std::string& name, ByteView public_key);

/// The note with one signature line for `signature` (64 bytes) under it.
std::string write_note(const TreeHead& head, ByteView public_key, ByteView signature);

/// Checks the note's signature with the verifier key and returns the head it signs. Errors:
/// `bad_verifier_key`, `bad_tree_head` (malformed), `tree_head_not_signed` (by that key).
Result<TreeHead> open_tree_head(const std::string& note, const std::string& verifier);

}  // namespace countersign
