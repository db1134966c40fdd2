#include "policy/containers.h"

#include <algorithm>

#include "core/duration.h"
#include "core/text.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

void record(Transaction& transaction, const Caller& caller, const char* operation, ContainerId id,
            std::vector<std::pair<std::string, std::string>> data) {
  data.emplace_back("container", std::to_string(id));
  record_change(transaction, caller, operation, std::nullopt, std::nullopt, std::move(data));
}

/// Leaves of `all` those that the caller may see; `right` has the number in it.
template <class Object>
void keep_visible(Transaction& transaction, const Caller& caller, std::string_view right,
                  std::string_view for_all, std::vector<Object>& all) {
  if (may(transaction, caller, for_all)) return;
  const auto mine = objects_with(transaction, caller, right);
  std::erase_if(all,
                [&](const Object& each) { return !std::ranges::binary_search(mine, each.id); });
}

}  // namespace

RightObjects on_container(const Container& container) {
  RightObjects on;
  on.container = container.id;
  on.application = container.application.value_or(0);
  return on;
}

Result<Container> visible_container(Transaction& transaction, const Caller& caller,
                                    const std::string& reference) {
  const auto number = whole_number(reference);
  auto container =
      number ? transaction.containers.find(*number) : transaction.containers.find(reference);
  const RightObjects on = on_container(container ? *container : Container{no_object, {}, {}});
  if (!may(transaction, caller, right::see_container, on) || !container)
    return no_such("container");
  return std::move(*container);
}

std::vector<Container> visible_containers(Transaction& transaction, const Caller& caller) {
  std::vector<Container> all = transaction.containers.list();
  keep_visible(transaction, caller, right::see_container, right::see_tokens, all);
  return all;
}

Result<Container> create_container(Transaction& transaction, const Caller& caller,
                                   const std::string& name, const std::string& description) {
  if (auto good = check_name("container name", name); !good) return fail(good.error());
  if (auto good = check_description(description); !good) return fail(good.error());
  if (transaction.containers.find(name)) return name_taken("container", name);
  Container container{0, name, description};
  container.id = transaction.containers.add(container);
  record(transaction, caller, "container.create", container.id, {{"name", name}});
  return container;
}

Result<Container> describe_container(Transaction& transaction, const Caller& caller,
                                     Container container, const std::string& description) {
  if (auto good = check_description(description); !good) return fail(good.error());
  container.description = description;
  transaction.containers.change(container);
  record(transaction, caller, "container.change", container.id, {{"description", description}});
  return container;
}

void delete_container(Transaction& transaction, const Caller& caller, const Container& container) {
  transaction.containers.remove(container.id);
  record(transaction, caller, "container.delete", container.id, {{"name", container.name}});
}

Status add_container_key(Transaction& transaction, const Caller& caller, const Container& container,
                         const std::string& token, const std::string& uri,
                         const std::string& fingerprint) {
  const auto keys = transaction.containers.keys(container.id);
  if (std::ranges::any_of(keys, [&](const ContainerKey& each) {
        return each.token == token && each.fingerprint == fingerprint;
      }))
    return fail(ErrorKind::conflict, "in_container",
                "the key is in the container " + container.name + " already");
  const ContainerKeyId id =
      transaction.containers.add_key(container.id, {0, token, uri, fingerprint, {}});
  record(
      transaction, caller, "container.add_key", container.id,
      {{"number", std::to_string(id)}, {"hsm", token}, {"key", uri}, {"fingerprint", fingerprint}});
  return {};
}

Status remove_container_key(Transaction& transaction, const Caller& caller,
                            const Container& container, const std::string& key) {
  const auto number = whole_number(key);
  const auto keys = transaction.containers.keys(container.id);
  const auto found = std::ranges::find_if(
      keys, [&](const ContainerKey& each) { return number && each.id == *number; });
  if (found == keys.end()) return no_such("key in the container");
  transaction.containers.remove_key(found->id);
  record(transaction, caller, "container.remove_key", container.id,
         {{"number", std::to_string(found->id)}, {"key", found->uri}});
  return {};
}

Container schedule_container(Transaction& transaction, const Caller& caller, Container container,
                             Milliseconds every) {
  container.every = every;
  container.due = every.count() == 0 ? std::nullopt : std::optional(transaction.now);
  transaction.containers.change(container);
  record(transaction, caller, "container.schedule", container.id,
         {{"every", every.count() == 0 ? "never" : to_text(every)}});
  return container;
}

void record_container_check(Transaction& transaction, const Caller* caller, ContainerId container,
                            std::span<const KeyCheck> seen) {
  bool changed = false;
  std::string states;
  for (const ContainerKey& key : transaction.containers.keys(container)) {
    const auto found =
        std::ranges::find_if(seen, [&](const KeyCheck& each) { return each.key == key.id; });
    if (found == seen.end()) continue;
    changed = changed ||
              (found->state != key.state && !(key.state.empty() && found->state == key_matches));
    states += (states.empty() ? "" : " ") + std::to_string(key.id) + ":" + found->state;
    transaction.containers.set_key_state(key.id, found->state, transaction.now);
  }
  if (caller != nullptr) {
    record(transaction, *caller, "container.check", container, {{"keys", states}});
  } else if (changed) {
    LogEntry entry;
    entry.kind = record_kind::change;
    entry.data = {{"operation", "container.check"},
                  {"container", std::to_string(container)},
                  {"keys", states}};
    record_change(transaction, entry);
  }
}

Result<PinSourceEntry> visible_pin_source(Transaction& transaction, const Caller& caller,
                                          const std::string& reference) {
  const auto number = whole_number(reference);
  auto source =
      number ? transaction.pin_sources.find(*number) : transaction.pin_sources.find(reference);
  RightObjects on;
  on.provider = source ? source->id : no_object;
  if (!may(transaction, caller, right::see_pin_source, on) || !source) return no_such("PIN source");
  return std::move(*source);
}

std::vector<PinSourceEntry> visible_pin_sources(Transaction& transaction, const Caller& caller) {
  std::vector<PinSourceEntry> all = transaction.pin_sources.list();
  keep_visible(transaction, caller, right::see_pin_source, right::see_all_pin_sources, all);
  return all;
}

Result<PinSourceEntry> describe_pin_source(Transaction& transaction, const Caller& caller,
                                           PinSourceEntry source, const std::string& description) {
  if (auto good = check_description(description); !good) return fail(good.error());
  source.description = description;
  transaction.pin_sources.describe(source.id, description);
  record_change(transaction, caller, "pin_source.describe", std::nullopt, std::nullopt,
                {{"pin_source", std::to_string(source.id)}, {"description", description}});
  return source;
}

}  // namespace countersign
