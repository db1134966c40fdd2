// Numbers for sessions and objects.
#pragma once

#include <atomic>

#include "module/pkcs11.h"

namespace countersign::module {

/// Hands out handles that are never CK_INVALID_HANDLE, never repeat, and look random, so that a
/// stale, guessed or foreign handle is found out instead of hitting something else. Thread-safe.
class HandleSource {
 public:
  HandleSource();
  HandleSource(const HandleSource&) = delete;
  HandleSource& operator=(const HandleSource&) = delete;

  CK_ULONG next();

 private:
  CK_ULONG key_;
  std::atomic<CK_ULONG> count_{0};
};

}  // namespace countersign::module
