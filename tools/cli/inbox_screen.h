// What waits for somebody, on one screen of a terminal, with keys to look closer and to answer.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/result.h"
#include "tools/cli/exit_code.h"
#include "tools/cli/session.h"

namespace countersign {

/// Reads keys from stdin and draws on stdout, which are a terminal. Not thread-safe.
class InboxScreen {
 public:
  explicit InboxScreen(Session& session) : session_(session) {}

  /// Until the person quits. Errors: those of the first look.
  Result<ExitCode> run();

 private:
  Status refresh();
  void draw() const;
  void move(int by);
  void look_closer();
  void answer(bool yes);
  const nlohmann::json* chosen() const;

  Session& session_;
  nlohmann::json items_ = nlohmann::json::array();
  std::size_t cursor_ = 0;
  std::string message_;  ///< what became of the last key
};

}  // namespace countersign
