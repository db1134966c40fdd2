// Files that appear whole or not at all.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace countersign {

/// Whether write_output_file() can be expected to work: asked before something is used up for the
/// content. Error: `file_unwritable`.
Status check_output_file(const std::string& path);

/// Writes a temporary file beside `path` and renames it over `path`; leaves nothing behind when
/// that fails. Error: `file_unwritable`.
Status write_output_file(const std::string& path, ByteView content);

}  // namespace countersign
