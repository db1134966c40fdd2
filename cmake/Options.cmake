# Compiler and linker options that every target of this project shares.
add_library(countersign_options INTERFACE)
target_include_directories(countersign_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(countersign_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wnull-dereference -Wformat=2 -fstack-protector-strong)
target_compile_definitions(countersign_options INTERFACE
  $<$<CONFIG:RelWithDebInfo>:_FORTIFY_SOURCE=2>
  $<$<BOOL:${COUNTERSIGN_FAULT_POINTS}>:COUNTERSIGN_FAULT_POINTS>
  COUNTERSIGN_VERSION="${PROJECT_VERSION}")
target_link_options(countersign_options INTERFACE -Wl,-z,relro,-z,now)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these two inside the standard library's own inlined code.
  target_compile_options(countersign_options INTERFACE
    $<$<CONFIG:RelWithDebInfo>:-Wno-null-dereference> -Wno-error=restrict)
endif()
if(CMAKE_UNITY_BUILD)
  # What a file says of its own names is taken for said of its neighbours' too: tests/run --tidy,
  # which looks at each file alone, heeds these.
  target_compile_options(countersign_options INTERFACE
    -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
if(COUNTERSIGN_SANITIZE)
  target_compile_options(countersign_options INTERFACE
    -fsanitize=${COUNTERSIGN_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(countersign_options INTERFACE -fsanitize=${COUNTERSIGN_SANITIZE})
endif()

# SOCI keeps to itself the type information that the check of vptr would link to: for sources that
# include it.
function(uses_soci)
  if(COUNTERSIGN_SANITIZE)
    set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS -fno-sanitize=vptr)
  endif()
endfunction()
