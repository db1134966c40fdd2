#include "gateway/server/presence.h"

#include <unistd.h>

#include <array>

namespace countersign::server {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

}  // namespace

Presence::Presence(const std::string& name, std::string_view shape)
    : gateway_{0, name, std::string(shape), host_name(), ::getuid(), COUNTERSIGN_VERSION, {}, {}} {}

bool Presence::is_due() {
  const auto now = SteadyClock::now().time_since_epoch();
  SteadyClock::rep noted = noted_;
  if (noted != 0 && now < SteadyClock::duration(noted) + gateway_noted_every) return false;
  return noted_.compare_exchange_strong(noted, now.count());
}

void Presence::note(Transaction& transaction) const {
  note_gateway(transaction, gateway_);
}

}  // namespace countersign::server
