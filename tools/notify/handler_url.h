// URLs that handlers send to.
#pragma once

#include <array>
#include <string>

#include "core/result.h"

namespace countersign::notify {

/// The scheme with TLS, and the one without.
using UrlSchemes = std::array<const char*, 2>;

/// Accepts a URL of one of `schemes` without user or password. Without TLS only to this very host
/// (localhost, 127.0.0.0/8, ::1), but for smtp, which begins it on the connection. Error:
/// `bad_url`.
Status check_handler_url(const std::string& url, const UrlSchemes& schemes);

/// Whether the host of `url` is this very host.
bool is_on_this_host(const std::string& url);

}  // namespace countersign::notify
