// Containers of keys, and where the tokens' PINs come from: what of them is in the store.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "policy/access.h"
#include "policy/caller.h"
#include "policy/model/container.h"
#include "policy/transaction.h"

namespace countersign {

/// The container that a path names, by number or name, if the caller may know of it. Errors:
/// `not_found`, the same, after the same queries, whether it is hidden or does not exist.
Result<Container> visible_container(Transaction& transaction, const Caller& caller,
                                    const std::string& reference);
/// Every container the caller may know of, by number.
std::vector<Container> visible_containers(Transaction& transaction, const Caller& caller);
RightObjects on_container(const Container& container);

/// Errors: `bad_name`, `name_taken`, `bad_text`.
Result<Container> create_container(Transaction& transaction, const Caller& caller,
                                   const std::string& name, const std::string& description);
/// Errors: `bad_text`.
Result<Container> describe_container(Transaction& transaction, const Caller& caller,
                                     Container container, const std::string& description);
/// The keys stay where they are, on their tokens.
void delete_container(Transaction& transaction, const Caller& caller, const Container& container);

/// Puts a key in that was found on `token` under `uri`, by its public key's fingerprint in hex; it
/// is pinned. Errors: `in_container`.
Status add_container_key(Transaction& transaction, const Caller& caller, const Container& container,
                         const std::string& token, const std::string& uri,
                         const std::string& fingerprint);
/// `key`: its number. Errors: `not_found`.
Status remove_container_key(Transaction& transaction, const Caller& caller,
                            const Container& container, const std::string& key);

/// Has the keys checked at once and then each time `every` is over; 0 ends that.
Container schedule_container(Transaction& transaction, const Caller& caller, Container container,
                             Milliseconds every);

/// What a look at the token showed of a key.
struct KeyCheck {
  ContainerKeyId key = 0;
  std::string state;  ///< key_matches, or an error's code
};

/// Stores what was seen. Records it when a person asked (`caller`), or when a key is not as it was.
void record_container_check(Transaction& transaction, const Caller* caller, ContainerId container,
                            std::span<const KeyCheck> seen);

/// The source of a PIN that a path names, by number or by its token's name. Errors: `not_found`.
Result<PinSourceEntry> visible_pin_source(Transaction& transaction, const Caller& caller,
                                          const std::string& reference);
std::vector<PinSourceEntry> visible_pin_sources(Transaction& transaction, const Caller& caller);
/// Errors: `bad_text`.
Result<PinSourceEntry> describe_pin_source(Transaction& transaction, const Caller& caller,
                                           PinSourceEntry source, const std::string& description);

}  // namespace countersign
