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
