#include "policy/applications.h"

#include <algorithm>

#include "core/text.h"
#include "policy/access.h"
#include "policy/containers.h"
#include "policy/first_admin.h"
#include "policy/gains.h"
#include "policy/role_rules.h"

namespace countersign {
namespace {

void record(Transaction& transaction, const Caller& caller, const char* operation,
            const Application& application, std::optional<SignerId> signer,
            std::vector<std::pair<std::string, std::string>> data) {
  data.emplace_back("application", std::to_string(application.id));
  record_change(transaction, caller, operation, signer, std::nullopt, std::move(data));
}

}  // namespace

Result<Application> visible_application(Transaction& transaction, const Caller& caller,
                                        const std::string& reference) {
  const auto number = whole_number(reference);
  auto application =
      number ? transaction.applications.find(*number) : transaction.applications.find(reference);
  const RightObjects on = on_application(application ? application->id : no_object);
  if (!may(transaction, caller, right::see_application, on) || !application)
    return no_such("application");
  return std::move(*application);
}

std::vector<Application> visible_applications(Transaction& transaction, const Caller& caller) {
  std::vector<Application> all = transaction.applications.list();
  if (may(transaction, caller, right::see_all_applications)) return all;
  const auto mine = objects_with(transaction, caller, right::see_application);
  std::erase_if(
      all, [&](const Application& each) { return !std::ranges::binary_search(mine, each.id); });
  return all;
}

Result<Application> create_application(Transaction& transaction, const Caller& caller,
                                       const NewApplication& wish) {
  if (auto good = check_name("application name", wish.name); !good) return fail(good.error());
  if (auto good = check_description(wish.description); !good) return fail(good.error());
  if (transaction.applications.find(wish.name)) return name_taken("application", wish.name);
  const auto admin = find_first_admin(transaction, wish.admin);
  if (!admin) return fail(admin.error());
  Application application{0, wish.name, wish.description};
  const auto kept = keep_unless_own_gain(transaction, caller, [&]() -> Status {
    application.id = transaction.applications.add(application);
    transaction.applications.set_member(application.id, admin->id, LayeredRole::application_admin);
    return {};
  });
  if (!kept) return fail(kept.error());
  record(transaction, caller, "application.create", application, std::nullopt,
         {{"name", application.name}, {"admin", std::to_string(admin->id)}});
  return application;
}

Result<Application> describe_application(Transaction& transaction, const Caller& caller,
                                         const Application& application,
                                         const std::string& description) {
  if (auto good = check_description(description); !good) return fail(good.error());
  transaction.applications.describe(application.id, description);
  record(transaction, caller, "application.change", application, std::nullopt,
         {{"description", description}});
  return Application{application.id, application.name, description};
}

Status delete_application(Transaction& transaction, const Caller& caller,
                          const Application& application) {
  if (!transaction.applications.signers(application.id).empty() ||
      !transaction.containers.of_application(application.id).empty())
    return fail(ErrorKind::conflict, "application_not_empty",
                "there are signers or containers in the application " + application.name,
                "take them out first: countersign application remove-signer");
  transaction.applications.remove(application.id);
  record(transaction, caller, "application.delete", application, std::nullopt,
         {{"name", application.name}});
  return {};
}

Status add_signer(Transaction& transaction, const Caller& caller, const Application& application,
                  const std::string& reference) {
  const auto signer = visible_signer(transaction, caller, reference);
  if (!signer) return fail(signer.error());
  const Signer& found = **signer;
  if (!may(transaction, caller, right::change_members, &found))
    return fail(ErrorKind::denied, "not_allowed",
                "the application's members would see " + found.name +
                    ": your role there does not allow that",
                "ask an admin of the signer, who has to be one of the application too");
  if (found.application)
    return fail(ErrorKind::conflict, "in_application", found.name + " is in an application already",
                "take it out there first");
  const SignerId id = found.id;
  transaction.signers.set_application(id, application.id);
  record(transaction, caller, "application.add_signer", application, id, {{"loosens", "true"}});
  return {};
}

Status remove_signer(Transaction& transaction, const Caller& caller, const Application& application,
                     const std::string& reference) {
  const auto signer = visible_signer(transaction, caller, reference);
  if (!signer) return fail(signer.error());
  const SignerId id = (*signer)->id;
  if ((*signer)->application != application.id) return no_such("signer in the application");
  transaction.signers.set_application(id, std::nullopt);
  record(transaction, caller, "application.remove_signer", application, id, {});
  return {};
}

Status add_container(Transaction& transaction, const Caller& caller, const Application& application,
                     const std::string& reference) {
  auto container = visible_container(transaction, caller, reference);
  if (!container) return fail(container.error());
  if (!may(transaction, caller, right::change_container, on_container(*container)))
    return fail(ErrorKind::denied, "not_allowed",
                "the application's members would see " + container->name +
                    ": your role does not allow that",
                "ask somebody who may change the container and the application's members");
  if (container->application)
    return fail(ErrorKind::conflict, "in_application",
                container->name + " is in an application already", "take it out there first");
  container->application = application.id;
  transaction.containers.change(*container);
  record(transaction, caller, "application.add_container", application, std::nullopt,
         {{"container", std::to_string(container->id)}});
  return {};
}

Status remove_container(Transaction& transaction, const Caller& caller,
                        const Application& application, const std::string& reference) {
  auto container = visible_container(transaction, caller, reference);
  if (!container) return fail(container.error());
  if (container->application != application.id) return no_such("container in the application");
  container->application.reset();
  transaction.containers.change(*container);
  record(transaction, caller, "application.remove_container", application, std::nullopt,
         {{"container", std::to_string(container->id)}});
  return {};
}

}  // namespace countersign
