#include "policy/model/signer.h"

namespace countersign {

std::string_view to_text(SignerState state) {
  switch (state) {
    case SignerState::active:
      return "active";
    case SignerState::frozen:
      return "frozen";
    case SignerState::retired:
      return "retired";
  }
  return "";
}

std::optional<SignerState> signer_state_from_text(std::string_view text) {
  for (const SignerState state : {SignerState::active, SignerState::frozen, SignerState::retired})
    if (to_text(state) == text) return state;
  return std::nullopt;
}

}  // namespace countersign
