#include "tools/notify/transfer.h"

#include <array>
#include <mutex>

namespace countersign::notify {
namespace {

std::size_t drop(char* /*data*/, std::size_t size, std::size_t count, void* /*whose*/) {
  return size * count;
}

int keep_going(void* stop, curl_off_t /*down_all*/, curl_off_t /*down*/, curl_off_t /*up_all*/,
               curl_off_t /*up*/) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

CURL* new_handle() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  return curl_easy_init();
}

}  // namespace

Transfer::Transfer(const std::string& url, const std::string& ca, Milliseconds time_limit)
    : curl_(new_handle()) {
  CURL* const curl = curl_.get();
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, static_cast<long>(time_limit.count()));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, keep_going);
  if (!ca.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, ca.c_str());
}

void Transfer::add_header(const std::string& line) {
  // The new head of the list, which frees the old one with it.
  if (curl_slist* const longer = curl_slist_append(headers_.get(), line.c_str())) {
    (void)headers_.release();
    headers_.reset(longer);
  }
}

Status Transfer::run(const std::stop_token& stop) {
  std::array<char, CURL_ERROR_SIZE> words{};
  CURL* const curl = curl_.get();
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words.data());
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &stop);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers_.get());
  const CURLcode code = curl_easy_perform(curl);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (code == CURLE_OK) return {};
  return fail(ErrorKind::unavailable, "not_delivered",
              words.front() == '\0' ? curl_easy_strerror(code) : words.data());
}

long Transfer::http_status() const {
  long status = 0;
  curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

}  // namespace countersign::notify
