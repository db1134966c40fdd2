find_package(CLI11 REQUIRED)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)

add_executable(countersignd countersignd.cc service_process.cc)
target_link_libraries(countersignd PRIVATE
  countersign_gateway_server CLI11::CLI11 PkgConfig::SYSTEMD Threads::Threads)
