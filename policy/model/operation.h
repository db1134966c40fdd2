// The one table of everything the gateway can be asked to do. Routes, CLI verbs and access checks
// are read from it; an operation that is not in it does not exist.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace countersign {

/// Which object an operation acts on, and so which of the caller's roles count.
enum class Scope {
  account,      ///< the caller's own account: being signed in is enough
  product,      ///< the gateway as a whole
  signer,       ///< the signer named by {signer}
  application,  ///< the application named by {application}
  container,    ///< the container named by {container}
  collection,   ///< the collection named by {collection}
  pin_source,   ///< the source of a PIN named by {source}
  request       ///< the request named by {request}, and through it its signer
};

/// Whose consent makes a change happen.
enum class Quorum {
  none,   ///< applies at once
  use,    ///< the steps of the signer's policy
  loosen  ///< as many people as submit() finds it takes, by what the change would do
};

/// What a call brings besides its path.
enum class Takes {
  nothing,
  body,  ///< a JSON object
  query  ///< narrowing and paging of a list
};

struct Operation {
  std::string_view name;    ///< stable: in records and errors, e.g. "signer.create"
  std::string_view verb;    ///< CLI words after "countersign", e.g. "signer create"
  std::string_view method;  ///< HTTP method
  std::string_view route;   ///< path with {parts}, e.g. "/v1/signers/{signer}/freeze"
  Scope scope;
  /// Permission strings of the catalogue, any of which is enough; the others are empty. Where the
  /// scope is the account's own, they narrow what is listed and refuse nobody.
  std::array<std::string_view, 3> asks;
  bool writes;  ///< changes state, so it is recorded
  Takes takes;
  Quorum quorum;
  std::string_view summary;  ///< one line for --help and docs
};

/// Every operation, in the order of the documentation.
std::span<const Operation> operations();

/// The operation of that name; the name must exist (a programming error otherwise).
const Operation& operation(std::string_view name);

}  // namespace countersign
