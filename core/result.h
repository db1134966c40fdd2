// Errors between layers are values: a function that can fail returns Result<T>.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace countersign {

/// What sort of failure it is; every transport maps these to its own codes in one place.
enum class ErrorKind {
  invalid,          ///< the input is wrong; asking again unchanged fails again
  unauthenticated,  ///< nobody vouches for who the caller is
  denied,           ///< access or policy says no
  not_found,        ///< there is no such thing, or none this caller may know of
  conflict,         ///< the thing is in another state than the call needs
  unavailable,      ///< a part is down or busy; the same call may work later
  internal          ///< a defect or a broken installation
};

/// One failure, told to three readers: programs (`code`), people (`message`), and whoever has to
/// mend it (`remedy`). Never holds a secret.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string code;     ///< stable, lower case with underscores, e.g. "approval_needed"
  std::string message;  ///< what is wrong, and where
  std::string remedy;   ///< what to do about it; may be empty

  /// `message`, and `remedy` behind it when there is one, on one line.
  std::string text() const { return remedy.empty() ? message : message + "; " + remedy; }
};

template <class T>
using Result = tl::expected<T, Error>;
using Status = tl::expected<void, Error>;

/// Makes the error side of a Result: `return fail(ErrorKind::invalid, "bad_name", "…", "…");`.
inline tl::unexpected<Error> fail(ErrorKind kind, std::string code, std::string message,
                                  std::string remedy = {}) {
  return tl::unexpected<Error>(Error{kind, std::move(code), std::move(message), std::move(remedy)});
}

/// Passes an error on: `if (!x) return fail(std::move(x.error()));`.
inline tl::unexpected<Error> fail(Error error) {
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace countersign
