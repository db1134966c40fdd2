# What tells people and programs of the log's events: a library, which the command line uses to list
# and test handlers, and a service.
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
add_library(countersign_notify STATIC
  notify/command.cc
  notify/delivery.cc
  notify/event.cc
  notify/event_names.cc
  notify/event_text.cc
  notify/gateway_events.cc
  notify/handler_state.cc
  notify/handler_url.cc
  notify/journal.cc
  notify/json_parts.cc
  notify/mail.cc
  notify/notify_config.cc
  notify/notify_service.cc
  notify/subscription.cc
  notify/transfer.cc
  notify/webhook.cc)
target_link_libraries(countersign_notify
  PUBLIC countersign_gateway_client countersign_model Threads::Threads
  PRIVATE PkgConfig::CURL)

find_package(CLI11 REQUIRED)
add_executable(countersign-notify countersign-notify.cc service_process.cc)
target_link_libraries(countersign-notify PRIVATE countersign_notify CLI11::CLI11)
