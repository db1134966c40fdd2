#include <array>

#include "policy/model/permissions/catalogue_strings.h"

namespace countersign {
namespace {

constexpr bool by_membership = true;

// A string that would let a key be used, or ease who may use it, is by membership. What a role may
// do instead is a string of its own, called "propose": the signer's quorum decides.
// clang-format off
constexpr std::array<CatalogueEntry, own_string_count> own_rows{{
    {"/", Level::global, "Everything",
     "Everything that a string can give; nothing of what only membership gives."},

    {"/signers/", Level::global, "Signers",
     "See, create and freeze signers, and propose changes to them; never sign."},
    {"/signers/read/", Level::global, "Signers > Read",
     "See every signer with its policy, requests, records and members."},
    {"/signers/read/#/", Level::signer, "Signers > Read",
     "See one signer with its policy, requests, records and members."},
    {"/signers/certificate/read/", Level::global, "Signers > Certificate > Read",
     "Export the certificate of every signer."},
    {"/signers/certificate/read/#/", Level::signer, "Signers > Certificate > Read",
     "Export the certificate of one signer."},
    {"/signers/modify/", Level::global, "Signers > Modify",
     "Create signers for keys on a token; a signer that is there is its members' matter."},
    {"/signers/freeze/", Level::global, "Signers > Freeze",
     "Stop all signing with any signer at once."},
    {"/signers/freeze/#/", Level::signer, "Signers > Freeze",
     "Stop all signing with one signer at once."},
    {"/signers/members/propose/", Level::global, "Signers > Members > Propose",
     "Propose members of any signer; its quorum decides."},
    {"/signers/members/propose/#/", Level::signer, "Signers > Members > Propose",
     "Propose members of one signer; its quorum decides."},
    {"/signers/retire/propose/", Level::global, "Signers > Retire > Propose",
     "Propose that any signer be retired; its quorum decides."},
    {"/signers/retire/propose/#/", Level::signer, "Signers > Retire > Propose",
     "Propose that one signer be retired; its quorum decides."},
    {"/signers/sign/#/", Level::signer, "Signers > Sign",
     "Sign, as the signing policy allows.", by_membership},
    {"/signers/request/#/", Level::signer, "Signers > Request",
     "Ask for approval to sign, and withdraw what was asked.", by_membership},
    {"/signers/approve/#/", Level::signer, "Signers > Approve",
     "Answer a request where one is named in the step.", by_membership},
    {"/signers/pre_approve/#/", Level::signer, "Signers > Pre-Approve",
     "Have somebody else's signatures approved beforehand, by quorum.", by_membership},
    {"/signers/revoke/#/", Level::signer, "Signers > Revoke",
     "End an approval before it is used up.", by_membership},
    {"/signers/tighten/#/", Level::signer, "Signers > Tighten",
     "Set a signing policy that asks for more or allows less.", by_membership},
    {"/signers/loosen/#/", Level::signer, "Signers > Loosen",
     "Set a signing policy that asks for less or allows more, by quorum.", by_membership},
    {"/signers/unfreeze/#/", Level::signer, "Signers > Unfreeze",
     "Let a frozen signer sign again, by quorum.", by_membership},
    {"/signers/members/modify/#/", Level::signer, "Signers > Members > Modify",
     "Add, change and remove members, by quorum.", by_membership},
    {"/signers/settings/modify/#/", Level::signer, "Signers > Settings > Modify",
     "Replace the certificate and the description.", by_membership},
    {"/signers/retire/#/", Level::signer, "Signers > Retire",
     "End the signer for good.", by_membership},

    {"/applications/", Level::global, "Applications",
     "See and create applications, and propose their members."},
    {"/applications/read/", Level::global, "Applications > Read",
     "See every application with its certificates and configuration."},
    {"/applications/read/#/", Level::application, "Applications > Read",
     "See one application with its certificates and configuration."},
    {"/applications/modify/", Level::global, "Applications > Modify",
     "Create applications; one that is there is its members' matter."},
    {"/applications/members/propose/", Level::global, "Applications > Members > Propose",
     "Propose members of any application; its admins decide."},
    {"/applications/members/propose/#/", Level::application, "Applications > Members > Propose",
     "Propose members of one application; its admins decide."},
    {"/applications/certificates/modify/#/", Level::application, "Applications > Certificates > Modify",
     "Issue, renew and revoke the application's certificates.", by_membership},
    {"/applications/settings/modify/#/", Level::application, "Applications > Settings > Modify",
     "Set enrolment methods, alerts, syncs and approval policies.", by_membership},
    {"/applications/members/modify/#/", Level::application, "Applications > Members > Modify",
     "Add, change and remove members.", by_membership},
}};
// clang-format on

}  // namespace

std::span<const CatalogueEntry, own_string_count> own_strings() {
  return own_rows;
}

}  // namespace countersign
