# The command line: a library, so that tests see its verbs, and a main().
find_package(CLI11 REQUIRED)
add_library(countersign_cli STATIC
  cli/account.cc
  cli/command_line.cc
  cli/exit_code.cc
  cli/explain.cc
  cli/hsm.cc
  cli/init.cc
  cli/input_file.cc
  cli/log.cc
  cli/log_verifier.cc
  cli/manual.cc
  cli/member.cc
  cli/output_file.cc
  cli/policy.cc
  cli/request.cc
  cli/secret_input.cc
  cli/session.cc
  cli/sign.cc
  cli/signer.cc
  cli/signing_input.cc
  cli/table.cc
  cli/token.cc
  cli/verb.cc)
target_link_libraries(countersign_cli
  PUBLIC countersign_gateway_client countersign_model
  PRIVATE countersign_gateway_server CLI11::CLI11)

add_executable(countersign countersign.cc)
target_link_libraries(countersign PRIVATE countersign_cli)

# Manual pages and completion: those that speak of verbs are generated from the verb table.
add_executable(countersign_generate generate.cc)
target_link_libraries(countersign_generate PRIVATE countersign_cli)
set(generated)
foreach(template docs/man/countersign.1 docs/man/countersignd.8
    docs/man/countersign-gateway.json.5 docs/man/countersign-client.json.5
    tools/completion/countersign.bash)
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
