#include "hsm-backends/pkcs11_library.h"

#include <dlfcn.h>

#include <array>
#include <chrono>
#include <map>
#include <thread>

#include "core/per_process.h"
#include "core/trusted_file.h"
#include "hsm-backends/ckr_name.h"

namespace countersign::hsm {

struct Pkcs11Library::Loaded {
  CK_FUNCTION_LIST* functions = nullptr;
  std::optional<std::string> init_arguments;
  std::size_t holds = 0;
  bool ours = false;  ///< we initialised it, so we finalise it
  std::mutex one_call;
};

/// The libraries of this process. A forked child begins with none: it has to initialise them itself
/// (§5.4), and its parent's holds are none of its own.
struct Pkcs11Library::Registry {
  explicit Registry(const Registry* /*inherited*/) {}

  /// Guards every Loaded but its one_call. Held while a library initialises or finalises, which two
  /// threads may not do at once.
  std::mutex mutex;
  std::map<void*, Loaded> loaded;

  static Registry& of_this_process() {
    static constinit PerProcess<Registry> registries;
    return registries.get();
  }
};

namespace {

tl::unexpected<Error> unusable(const std::string& path, const std::string& why) {
  return fail(ErrorKind::unavailable, "token_down", "PKCS#11 library " + path + " " + why,
              "correct \"library\" of the token in gateway.json, or install the library");
}

/// dlopen gives one handle for one file, whatever the path it is named by.
Result<void*> load(const std::string& path) {
  if (!path.starts_with('/')) return unusable(path, "is not named by an absolute path");
  if (auto trusted = check_trusted("PKCS#11 library", path); !trusted)
    return fail(std::move(trusted.error()));
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  // NOLINTNEXTLINE(concurrency-mt-unsafe): glibc keeps dlerror() per thread.
  if (handle == nullptr) return unusable(path, std::string("cannot be loaded: ") + dlerror());
  return handle;
}

Result<CK_FUNCTION_LIST*> function_list(const std::string& path, void* handle) {
  void* const symbol = dlsym(handle, "C_GetFunctionList");
  if (symbol == nullptr)
    return unusable(path, "has no C_GetFunctionList: it is no PKCS#11 library");
  CK_FUNCTION_LIST* functions = nullptr;
  const CK_RV value = reinterpret_cast<CK_C_GetFunctionList>(symbol)(&functions);
  if (value != CKR_OK || functions == nullptr)
    return unusable(path, "gives no function list: " + ckr_name(value));
  return functions;
}

/// Processes that start SoftHSM at the same moment get in one another's way: now and then one of
/// them is told CKR_GENERAL_ERROR, and does well a moment later.
constexpr std::array initialise_pauses{
    std::chrono::milliseconds(5),  std::chrono::milliseconds(10), std::chrono::milliseconds(20),
    std::chrono::milliseconds(40), std::chrono::milliseconds(80), std::chrono::milliseconds(160),
    std::chrono::milliseconds(320)};

CK_RV initialise(const CK_FUNCTION_LIST& functions, std::optional<std::string> init_arguments) {
  CK_C_INITIALIZE_ARGS arguments{};
  arguments.flags = CKF_OS_LOCKING_OK;
  if (init_arguments) arguments.pReserved = init_arguments->data();
  CK_RV value = functions.C_Initialize(&arguments);
  for (const auto pause : initialise_pauses) {
    if (value != CKR_GENERAL_ERROR) break;
    std::this_thread::sleep_for(pause);
    value = functions.C_Initialize(&arguments);
  }
  return value;
}

}  // namespace

Result<std::shared_ptr<const Pkcs11Library>> Pkcs11Library::open(const TokenConfig& config) {
  Registry& registry = Registry::of_this_process();
  const std::lock_guard guard(registry.mutex);
  const auto handle = load(config.library);
  if (!handle) return fail(handle.error());
  const auto functions = function_list(config.library, *handle);
  if (!functions) return fail(functions.error());
  Loaded& loaded = registry.loaded[*handle];
  loaded.functions = *functions;
  if (loaded.holds > 0 && loaded.init_arguments != config.init_arguments)
    return fail(ErrorKind::unavailable, "token_down",
                "PKCS#11 library " + config.library + " runs with other init arguments already",
                "give all tokens of one library the same \"init_arguments\" in gateway.json");
  const CK_RV value = initialise(**functions, config.init_arguments);
  if (value != CKR_OK && value != CKR_CRYPTOKI_ALREADY_INITIALIZED)
    return unusable(config.library, "cannot be initialised: C_Initialize gives " + ckr_name(value));
  if (value == CKR_OK) loaded.ours = true;
  loaded.init_arguments = config.init_arguments;
  ++loaded.holds;
  return std::shared_ptr<const Pkcs11Library>(
      new Pkcs11Library(config.library, registry, loaded, config.serialise));
}

Pkcs11Library::Pkcs11Library(std::string path, Registry& registry, Loaded& loaded, bool serialise)
    : path_(std::move(path)),
      registry_(registry),
      loaded_(loaded),
      functions_(*loaded.functions),
      one_call_(loaded.one_call),
      serialise_(serialise) {}

Pkcs11Library::~Pkcs11Library() {
  const std::lock_guard guard(registry_.mutex);
  if (--loaded_.holds > 0 || !loaded_.ours) return;
  loaded_.ours = false;
  functions_.C_Finalize(nullptr);
}

CallFailure Pkcs11Library::failure(const char* function, CK_RV value) const {
  return {Error{ErrorKind::unavailable, "token_down",
                "PKCS#11 library " + path_ + ": " + function + " gives " + ckr_name(value),
                "see that the token is plugged in, reachable and set up for the gateway's user"},
          value};
}

}  // namespace countersign::hsm
