#include "policy/model/tree_head.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/crypto.h"
#include "core/encoding.h"

namespace countersign {
namespace {

constexpr std::uint8_t ed25519_note_type = 0x01;
constexpr std::string_view signature_mark = "\u2014 ";  // an em dash begins a signature line

tl::unexpected<Error> bad_head(const std::string& why) {
  return fail(ErrorKind::invalid, "bad_tree_head", "the log's signed head is malformed: " + why);
}

Bytes typed_key(ByteView public_key) {
  Bytes typed{ed25519_note_type};
  typed.insert(typed.end(), public_key.begin(), public_key.end());
  return typed;
}

struct Verifier {
  std::string name;
  Bytes key;
};

Result<Verifier> parse_verifier(std::string_view text) {
  const auto refuse = [] {
    return fail(ErrorKind::invalid, "bad_verifier_key", "the verifier key is malformed",
                "give the content of the .pub file that init wrote beside the log key");
  };
  while (text.ends_with('\n')) text.remove_suffix(1);
  const std::size_t first = text.find('+');
  const std::size_t second = first == text.npos ? text.npos : text.find('+', first + 1);
  if (second == text.npos) return refuse();
  const std::string name(text.substr(0, first));
  const auto typed = from_base64(text.substr(second + 1));
  if (name.empty() || !typed || typed->size() != 33 || typed->front() != ed25519_note_type)
    return refuse();
  Bytes key(typed->begin() + 1, typed->end());
  if (to_hex(note_key_id(name, key)) != text.substr(first + 1, second - first - 1)) return refuse();
  return Verifier{name, std::move(key)};
}

/// Takes the line at the front of `text` away; nothing when there is no line end.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

bool verify_ed25519(ByteView key, std::string_view text, ByteView signature) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pkey(
      EVP_PKEY_new_raw_public_key_ex(crypto_context(), "ED25519", nullptr, key.data(), key.size()),
      EVP_PKEY_free);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  const ByteView bytes = as_bytes(text);
  return pkey &&
         EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, crypto_context(), nullptr,
                                 pkey.get(), nullptr) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), bytes.data(),
                          bytes.size()) == 1;
}

Result<TreeHead> parse_text(std::string_view text) {
  TreeHead head;
  const auto origin = take_line(text);
  const auto size = take_line(text);
  const auto root = take_line(text);
  if (!origin || !size || !root || !text.empty()) return bad_head("not three lines");
  head.origin = *origin;
  const auto [end, code] = std::from_chars(size->data(), size->data() + size->size(), head.size);
  if (code != std::errc{} || end != size->data() + size->size() || head.size < 0)
    return bad_head("its size is no number");
  const auto hash = from_base64(*root);
  if (!hash || hash->size() != head.root.size()) return bad_head("its root is no hash");
  std::ranges::copy(*hash, head.root.begin());
  return head;
}

}  // namespace

std::string note_text(const TreeHead& head) {
  return head.origin + "\n" + std::to_string(head.size) + "\n" + to_base64(head.root) + "\n";
}

Bytes note_key_id(const std::string& name, ByteView public_key) {
  const std::string prefix = name + "\n";
  Bytes input(prefix.begin(), prefix.end());
  const Bytes typed = typed_key(public_key);
  input.insert(input.end(), typed.begin(), typed.end());
  Bytes hash = sha256(input);
  hash.resize(4);
  return hash;
}

std::string verifier_key(const std::string& name, ByteView public_key) {
  return name + "+" + to_hex(note_key_id(name, public_key)) + "+" +
         to_base64(typed_key(public_key));
}

std::string write_note(const TreeHead& head, ByteView id, ByteView proof) {
  Bytes identified(id.begin(), id.end());
  identified.insert(identified.end(), proof.begin(), proof.end());
  return note_text(head) + "\n" + std::string(signature_mark) + head.origin + " " +
         to_base64(identified) + "\n";
}

Result<TreeHead> open_note(const std::string& note, const std::string& name, ByteView id,
                           const NoteCheck& check) {
  const std::size_t blank = note.find("\n\n");
  if (blank == note.npos) return bad_head("no signature");
  const std::string_view text = std::string_view(note).substr(0, blank + 1);
  std::string_view rest = std::string_view(note).substr(blank + 2);
  const std::string prefix = std::string(signature_mark) + name + " ";
  while (const auto line = take_line(rest)) {
    if (!line->starts_with(prefix)) continue;
    const auto identified = from_base64(line->substr(prefix.size()));
    if (!identified || identified->size() <= id.size()) continue;
    if (!std::equal(id.begin(), id.end(), identified->begin())) continue;
    if (check(text, ByteView(*identified).subspan(id.size()))) return parse_text(text);
  }
  return fail(ErrorKind::invalid, "tree_head_not_signed",
              "the log's head bears no valid signature of the key " + name,
              "check that the key file is this gateway's; if it is, the log was tampered with");
}

Result<TreeHead> open_tree_head(const std::string& note, const std::string& verifier) {
  const auto key = parse_verifier(verifier);
  if (!key) return fail(key.error());
  return open_note(note, key->name, note_key_id(key->name, key->key),
                   [&key](std::string_view text, ByteView signature) {
                     return verify_ed25519(key->key, text, signature);
                   });
}

}  // namespace countersign
