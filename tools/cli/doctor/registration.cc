#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "tools/cli/doctor/client_side.h"

namespace countersign::doctor {
namespace {

namespace fs = std::filesystem;

constexpr const char* registration_check = "p11-kit";
constexpr const char* our_module = "libcountersign.so";

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r");
  const auto last = text.find_last_not_of(" \t\r");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

/// What the file's "module:" line names; nothing when it has none (p11-kit's pkcs11.conf(5)).
std::optional<std::string> module_named_in(const fs::path& file) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    const auto colon = line.find(':');
    if (colon != std::string::npos && trimmed(line.substr(0, colon)) == "module")
      return trimmed(line.substr(colon + 1));
  }
  return std::nullopt;
}

std::vector<fs::path> module_files(const std::vector<std::string>& folders) {
  std::vector<fs::path> files;
  for (const std::string& folder : folders) {
    std::error_code none;
    for (const auto& each : fs::directory_iterator(folder, none))
      if (each.path().extension() == ".module") files.push_back(each.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Finding check_registration(const std::vector<std::string>& folders,
                           const std::string& module_folder) {
  for (const fs::path& file : module_files(folders)) {
    const auto named = module_named_in(file);
    if (!named || fs::path(*named).filename() != our_module) continue;
    const fs::path module = fs::path(module_folder) / *named;  // an absolute name stays itself
    std::error_code none;
    if (!fs::exists(module, none))
      return failed(registration_check,
                    file.string() + " names " + module.string() + ", which is not there",
                    "run: cmake --install build/release; or correct the file");
    return fine(registration_check, file.string());
  }
  return warning(registration_check,
                 "no .module file names libcountersign.so: p11-kit applications find no signer",
                 "install countersign.module in " + folders.front());
}

}  // namespace countersign::doctor
