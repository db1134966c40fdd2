// Files that name code or hold secrets: read only when nobody else could have written them.
#pragma once

#include <cstddef>
#include <string>

#include "core/result.h"
#include "core/secure_bytes.h"

namespace countersign {

/// Checks that `path` is a regular file (links followed) whose owner is root or the running user,
/// writable by nobody else, and that the same holds for the folder it lies in (a sticky folder
/// such as /tmp passes). `what` names the file in errors. Errors: `file_missing`,
/// `file_not_trusted`.
Status check_trusted(const std::string& what, const std::string& path);

/// The content of a file for which check_trusted holds, at most `limit` bytes. The check is made
/// on the opened file. Errors: as above, `file_too_large`, `file_unreadable`.
Result<std::string> read_trusted_file(const std::string& what, const std::string& path,
                                      std::size_t limit = 1 << 20);

/// As check_trusted(), and nobody else may read the file. Reads nothing of it. Errors: as
/// check_trusted(), `secret_exposed`.
Status check_secret_file(const std::string& what, const std::string& path);

/// The content of a file for which check_secret_file holds; one newline at the end is
/// dropped; empty content is an error. Errors: as above, `secret_exposed`, `secret_empty`.
Result<SecureBytes> read_secret_file(const std::string& what, const std::string& path);

/// Writes `content` to a file that does not exist yet, with `mode`, durably (fsync of file and
/// folder). Errors: `file_exists`, `file_unwritable`.
Status write_new_file(const std::string& what, const std::string& path, std::string_view content,
                      unsigned mode);

}  // namespace countersign
