// The signed head of the log: a C2SP tlog-checkpoint inside a C2SP signed note (Ed25519).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

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

/// The four bytes that tell the keys of one name apart: of an Ed25519 public key.
Bytes note_key_id(const std::string& name, ByteView public_key);

/// The note with one line for `proof` by the key `id` under it.
std::string write_note(const TreeHead& head, ByteView id, ByteView proof);

/// Whether a proof of a note's text is good.
using NoteCheck = std::function<bool(std::string_view text, ByteView proof)>;

/// The head of a note that has a line of `name` by the key `id` whose proof passes `check`. Errors:
/// `bad_tree_head` (malformed), `tree_head_not_signed`.
Result<TreeHead> open_note(const std::string& note, const std::string& name, ByteView id,
                           const NoteCheck& check);

/// Checks the note's signature with the verifier key and returns the head it signs. Errors:
/// `bad_verifier_key`, `bad_tree_head` (malformed), `tree_head_not_signed` (by that key).
Result<TreeHead> open_tree_head(const std::string& note, const std::string& verifier);

}  // namespace countersign
