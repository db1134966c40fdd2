// libcurl as this service uses it: one transfer, bounded in time and size, TLS verified.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <stop_token>
#include <string>

#include "core/clock.h"
#include "core/result.h"

namespace countersign::notify {

/// One transfer. No redirection is followed, no .netrc read; what comes back is dropped. Not
/// thread-safe; several may run at the same time.
class Transfer {
 public:
  /// `ca` names a PEM file of the issuers to trust; empty: the system's.
  Transfer(const std::string& url, const std::string& ca, Milliseconds time_limit);

  CURL* get() const { return curl_.get(); }
  void add_header(const std::string& line);

  /// Runs it; ends early when `stop` comes. Error: `not_delivered`.
  Status run(const std::stop_token& stop);
  /// What an HTTP server answered.
  long http_status() const;

 private:
  struct FreeEasy {
    void operator()(CURL* curl) const noexcept { curl_easy_cleanup(curl); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };
  std::unique_ptr<curl_slist, FreeList> headers_;  // outlives the handle that refers to it
  std::unique_ptr<CURL, FreeEasy> curl_;
};

}  // namespace countersign::notify
