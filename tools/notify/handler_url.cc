#include "tools/notify/handler_url.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <memory>

namespace countersign::notify {
namespace {

struct FreeUrl {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;

Url parsed(const std::string& text) {
  Url url(curl_url());
  if (url && curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) url.reset();
  return url;
}

/// "" when the URL has no such part.
std::string part(const Url& url, CURLUPart which) {
  char* text = nullptr;
  if (!url || curl_url_get(url.get(), which, &text, 0) != CURLUE_OK) return "";
  std::string copy(text);
  curl_free(text);
  return copy;
}

tl::unexpected<Error> bad_url(const std::string& why, const std::string& remedy) {
  return fail(ErrorKind::invalid, "bad_url", why, remedy);
}

bool is_loopback(const std::string& host) {
  in_addr address{};
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
  return host == "localhost" || host == "[::1]";
}

}  // namespace

Status check_handler_url(const std::string& url, const UrlSchemes& schemes) {
  const Url whole = parsed(url);
  const std::string scheme = part(whole, CURLUPART_SCHEME);
  if (scheme.empty() || part(whole, CURLUPART_HOST).empty() || url.find('\0') != std::string::npos)
    return bad_url("is no URL", std::string("write it like \"") + schemes[0] + "://host/path\"");
  if (scheme != schemes[0] && scheme != schemes[1])
    return bad_url("has another scheme than " + std::string(schemes[0]) + " and " + schemes[1],
                   "use one of the two");
  if (!part(whole, CURLUPART_USER).empty() || !part(whole, CURLUPART_PASSWORD).empty())
    return bad_url("has a user or password in it", "secrets stand in files of their own");
  if (scheme == "http" && !is_on_this_host(url))
    return bad_url("goes to another host without TLS", "use https");
  return {};
}

bool is_on_this_host(const std::string& url) {
  return is_loopback(part(parsed(url), CURLUPART_HOST));
}

}  // namespace countersign::notify
