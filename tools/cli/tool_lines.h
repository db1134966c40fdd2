// The command lines of signing tools, for one signer on one machine: the one place they stand in.
// `countersign setup` prints them, docs/tools/ shows them, the end-to-end tests run them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/algorithm.h"

namespace countersign {

/// What the lines are made of.
struct ToolFacts {
  std::string module;     ///< path of libcountersign.so
  std::string engine;     ///< path of libp11's OpenSSL engine
  std::string signer;     ///< its name: token label and object label
  std::int64_t slot = 0;  ///< the signer's PKCS#11 slot
  KeyType key = KeyType::rsa;
};

struct ToolLine {
  std::string what;  ///< in words
  std::string command;
  bool on_windows = false;  ///< else for a POSIX shell on this machine
};

struct Tool {
  const char* name;
  const char* package;  ///< of Debian 12
  std::vector<ToolLine> (*lines)(const ToolFacts& facts);
  bool ed25519 = false;  ///< whether the tool signs with such a key on a token
};

/// Every tool there is a page for in docs/tools/, by name.
std::span<const Tool> tools();

/// `text` as one word of a POSIX shell.
std::string shell_word(const std::string& text);

}  // namespace countersign
