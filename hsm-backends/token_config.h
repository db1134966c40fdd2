// What the gateway's configuration says of one token.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"

namespace countersign::hsm {

struct PinFile {
  std::string path;
};
/// systemd credential: a file of this name in $CREDENTIALS_DIRECTORY.
struct PinCredential {
  std::string name;
};
/// A program run without a shell; the PIN is the first line of what it writes to stdout.
struct PinCommand {
  std::vector<std::string> argv;  ///< argv[0] is an absolute path
};
using PinSource = std::variant<PinFile, PinCredential, PinCommand>;

struct TokenConfig {
  std::string name;                           ///< what the store and people call it
  std::string library;                        ///< absolute path of the PKCS#11 library
  std::optional<std::string> init_arguments;  ///< pReserved of C_Initialize, as a string
  std::string label;                          ///< token label the library shows
  std::optional<std::string> serial;          ///< when two tokens bear the label
  PinSource pin;
  unsigned sessions = 8;   ///< sessions in the pool, 1 to 64
  bool serialise = false;  ///< one call at a time: for libraries that need it
  Milliseconds deadline = std::chrono::seconds(30);  ///< of each call to the token's worker
};

}  // namespace countersign::hsm
