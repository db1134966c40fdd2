// The rights that are asked for by name outside the operation table.
#pragma once

#include <string_view>

namespace countersign::right {

inline constexpr std::string_view see_signer = "/signers/read/#/";
inline constexpr std::string_view see_all_signers = "/signers/read/";
inline constexpr std::string_view export_certificate = "/signers/certificate/read/#/";
inline constexpr std::string_view export_all_certificates = "/signers/certificate/read/";
inline constexpr std::string_view see_all_certificates = "/certificates/collections/read/";
inline constexpr std::string_view see_collection = "/certificates/collections/read/#/";
inline constexpr std::string_view change_settings = "/signers/settings/modify/#/";
inline constexpr std::string_view sign = "/signers/sign/#/";
inline constexpr std::string_view pre_approve = "/signers/pre_approve/#/";
inline constexpr std::string_view revoke = "/signers/revoke/#/";
inline constexpr std::string_view manage_requests = "/workflows/instances/manage/";
inline constexpr std::string_view freeze = "/signers/freeze/#/";
inline constexpr std::string_view approve = "/signers/approve/#/";
inline constexpr std::string_view loosen = "/signers/loosen/#/";
inline constexpr std::string_view change_members = "/signers/members/modify/#/";
inline constexpr std::string_view see_application = "/applications/read/#/";
inline constexpr std::string_view see_all_applications = "/applications/read/";
inline constexpr std::string_view change_application_members = "/applications/members/modify/#/";
inline constexpr std::string_view see_container = "/certificate_stores/read/#/";
inline constexpr std::string_view change_container = "/certificate_stores/modify/#/";
inline constexpr std::string_view see_pin_source = "/pam/read/#/";
inline constexpr std::string_view see_all_pin_sources = "/pam/read/";
inline constexpr std::string_view see_all_requests = "/workflows/instances/read/";
inline constexpr std::string_view see_own_requests = "/workflows/instances/read/mine/";
inline constexpr std::string_view see_requests_to_answer = "/workflows/instances/read/pending/";
inline constexpr std::string_view see_tokens = "/certificate_stores/read/";
inline constexpr std::string_view see_accounts = "/security/read/";
inline constexpr std::string_view change_accounts = "/security/modify/";

}  // namespace countersign::right
