// The Api of a gateway whose store must not be used: every call gets the reason.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "gateway/server/api.h"

namespace countersign::server {

/// Immutable, thread-safe.
class RefusingApi final : public Api {
 public:
  explicit RefusingApi(Error reason) : reason_(std::move(reason)) {}
  BodySize largest_body(std::string_view, std::string_view) const override {
    return BodySize::usual;
  }
  void handle(ApiRequest request, std::function<void(ApiAnswer)> done) override;

 private:
  const Error reason_;
};

}  // namespace countersign::server
