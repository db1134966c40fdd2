# The command line: a library, so that tests see its verbs, and a main().
find_package(CLI11 REQUIRED)
add_library(countersign_cli STATIC
  cli/access.cc
  cli/account.cc
  cli/application.cc
  cli/certificate.cc
  cli/approval_key.cc
  cli/approval_signature.cc
  cli/change.cc
  cli/claim.cc
  cli/collection.cc
  cli/command_line.cc
  cli/container.cc
  cli/digest_file.cc
  cli/declaration.cc
  cli/delegation.cc
  cli/digest_manifest.cc
  cli/doctor.cc
  cli/doctor/certificates.cc
  cli/doctor/child.cc
  cli/doctor/client_side.cc
  cli/doctor/finding.cc
  cli/doctor/gateway_side.cc
  cli/doctor/gateway_views.cc
  cli/doctor/registration.cc
  cli/exit_code.cc
  cli/explain.cc
  cli/file_signing.cc
  cli/gateway_config_path.cc
  cli/freeze.cc
  cli/gateway.cc
  cli/group.cc
  cli/handler.cc
  cli/hsm.cc
  cli/inbox.cc
  cli/inbox_screen.cc
  cli/input_file.cc
  cli/log.cc
  cli/log_verifier.cc
  cli/manual.cc
  cli/member.cc
  cli/offline.cc
  cli/output_file.cc
  cli/metadata_type.cc
  cli/passing_verb.cc
  cli/pem_text.cc
  cli/permission.cc
  cli/permission_page.cc
  cli/permission_set.cc
  cli/pin_source.cc
  cli/policy.cc
  cli/provider.cc
  cli/request.cc
  cli/request_text.cc
  cli/request_watch.cc
  cli/role.cc
  cli/secret_input.cc
  cli/services.cc
  cli/session.cc
  cli/setting.cc
  cli/setup.cc
  cli/sign.cc
  cli/signer.cc
  cli/signing_input.cc
  cli/status.cc
  cli/store.cc
  cli/string_list.cc
  cli/table.cc
  cli/token.cc
  cli/tool_lines.cc
  cli/verb.cc
  cli/waiting_change.cc)
target_link_libraries(countersign_cli
  PUBLIC countersign_gateway_client countersign_model
  PRIVATE countersign_notify countersign_services PkgConfig::P11KIT CLI11::CLI11)
# Where p11-kit itself looks.
pkg_get_variable(p11kit_configs p11-kit-1 p11_module_configs)
pkg_get_variable(p11kit_modules p11-kit-1 p11_module_path)
target_compile_definitions(countersign_cli PRIVATE
  COUNTERSIGN_P11KIT_CONFIGS="${p11kit_configs}" COUNTERSIGN_P11KIT_MODULES="${p11kit_modules}")

add_executable(countersign countersign.cc)
target_link_libraries(countersign PRIVATE countersign_cli)

# Manual pages, completion and the page of permissions: what speaks of verbs, operations or
# permissions is generated from their tables.
add_executable(countersign_generate generate.cc)
target_link_libraries(countersign_generate PRIVATE countersign_cli)
set(generated)
foreach(template docs/man/countersign.1 docs/man/countersignd.8
    docs/man/countersign-gateway.json.5 docs/man/countersign-client.json.5
    docs/man/countersign-policy.json.5 docs/man/countersign-notify.8
    docs/man/countersign-notify.json.5
    tools/completion/countersign.bash docs/permissions.md)
  cmake_path(GET template FILENAME file)
  add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/share/${file}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/share
    COMMAND countersign_generate ${PROJECT_SOURCE_DIR}/${template}.in
      ${CMAKE_BINARY_DIR}/share/${file}
    DEPENDS countersign_generate ${PROJECT_SOURCE_DIR}/${template}.in
    VERBATIM)
  list(APPEND generated ${CMAKE_BINARY_DIR}/share/${file})
endforeach()
add_custom_target(countersign_reference ALL DEPENDS ${generated})
