#include "policy/gateways.h"

#include "core/encoding.h"
#include "core/text.h"
#include "policy/access.h"

namespace countersign {

void note_gateway(Transaction& transaction, KnownGateway gateway) {
  gateway.seen = transaction.now;
  const auto known = transaction.gateways.find(gateway);
  if (!known) {
    gateway.since = transaction.now;
    transaction.gateways.add(gateway);
  } else if (known->version != gateway.version ||
             known->seen + gateway_noted_every <= transaction.now) {
    gateway.id = known->id;
    transaction.gateways.touch(gateway);
  }
}

Result<KnownGateway> find_gateway(Transaction& transaction, const std::string& number) {
  const auto id = whole_number(number);
  auto gateway = id ? transaction.gateways.find(*id) : std::nullopt;
  if (!gateway) return no_such("gateway");
  return std::move(*gateway);
}

Result<KnownGateway> forget_gateway(Transaction& transaction, const Caller& caller,
                                    const std::string& number) {
  auto gateway = find_gateway(transaction, number);
  if (!gateway) return gateway;
  if (gateway->seen + 2 * gateway_noted_every > transaction.now)
    return fail(ErrorKind::conflict, "gateway_at_work",
                "the gateway " + gateway->name + " on " + gateway->host + " was at work at " +
                    to_rfc3339(gateway->seen),
                "stop it first, and wait ten minutes");
  transaction.gateways.remove(gateway->id);
  record_change(transaction, caller, "gateway.forget", std::nullopt, std::nullopt,
                {{"gateway", number},
                 {"name", gateway->name},
                 {"shape", gateway->shape},
                 {"host", gateway->host}});
  return gateway;
}

}  // namespace countersign
