# The process in which a token library runs; countersignd starts it.
add_executable(countersign-token-worker countersign-token-worker.cc)
target_link_libraries(countersign-token-worker PRIVATE countersign_hsm)
add_dependencies(countersignd countersign-token-worker)
