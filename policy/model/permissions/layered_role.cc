#include "policy/model/permissions/layered_role.h"

#include <algorithm>
#include <array>

namespace countersign {
namespace {

struct RoleRow {
  std::string_view right;
  std::array<bool, 8> given;  ///< by LayeredRole
};

constexpr bool no = false;
constexpr bool yes = true;

// No role of the product gives the use of a key, nor consent: those need membership of the signer.
// clang-format off
constexpr std::array<RoleRow, 43> role_rows{{
    //                                        product    application    signer
    //                                        memb admin aud  oper admin aud  oper admin
    {"/signers/read/#/",                      {no,  no,   yes, yes, yes,  yes, yes, yes}},
    {"/signers/certificate/read/#/",          {no,  no,   yes, yes, yes,  yes, yes, yes}},
    {"/signers/sign/#/",                      {no,  no,   no,  no,  no,   no,  yes, yes}},
    {"/signers/request/#/",                   {no,  no,   no,  no,  no,   no,  yes, yes}},
    {"/signers/approve/#/",                   {no,  no,   no,  no,  no,   yes, yes, yes}},
    {"/signers/pre_approve/#/",               {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/revoke/#/",                    {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/tighten/#/",                   {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/freeze/#/",                    {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/loosen/#/",                    {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/unfreeze/#/",                  {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/members/modify/#/",            {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/settings/modify/#/",           {no,  no,   no,  no,  no,   no,  no,  yes}},
    {"/signers/retire/#/",                    {no,  no,   no,  no,  no,   no,  no,  yes}},

    {"/applications/read/#/",                 {no,  no,   yes, yes, yes,  no,  no,  no}},
    {"/applications/certificates/modify/#/",  {no,  no,   no,  yes, yes,  no,  no,  no}},
    {"/applications/settings/modify/#/",      {no,  no,   no,  no,  yes,  no,  no,  no}},
    {"/applications/members/modify/#/",       {no,  no,   no,  no,  yes,  no,  no,  no}},
    {"/certificate_stores/read/#/",           {no,  no,   yes, yes, yes,  no,  no,  no}},

    {"/portal/",                              {yes, yes,  no,  no,  no,   no,  no,  no}},
    {"/workflows/instances/read/mine/",       {yes, no,   no,  no,  no,   no,  no,  no}},
    {"/workflows/instances/read/pending/",    {yes, no,   no,  no,  no,   no,  no,  no}},
    {"/workflows/instances/read/",            {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/workflows/definitions/read/",          {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/signers/read/",                        {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/signers/modify/",                      {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/signers/freeze/",                      {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/signers/members/propose/",             {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/applications/",                        {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/security/",                            {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/identity_providers/",                  {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/auditing/",                            {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/certificate_stores/",                  {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/pam/",                                 {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/agents/",                              {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/certificate_authorities/",             {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/certificate_templates/",               {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/metadata/",                            {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/system_settings/",                     {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/application_settings/",                {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/dashboard/",                           {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/monitoring/",                          {no,  yes,  no,  no,  no,   no,  no,  no}},
    {"/reports/",                             {no,  yes,  no,  no,  no,   no,  no,  no}},
}};
// clang-format on

bool gives(const RoleRow& row, LayeredRole role) {
  return row.given.at(static_cast<std::size_t>(role));
}

/// The object that a role of `layer` would have to be held on to give what is asked.
std::optional<ObjectId> object_for(Layer layer, const AskedRight& asked) {
  const Level level = asked.permission.entry().level;
  if (layer == Layer::signer && level == Level::signer) return asked.permission.object();
  if (layer == Layer::application && level == Level::application) return asked.permission.object();
  if (layer == Layer::application && (level == Level::signer || level == Level::container))
    return asked.application;
  return std::nullopt;
}

}  // namespace

Layer layer_of(LayeredRole role) {
  if (role <= LayeredRole::product_admin) return Layer::product;
  return role <= LayeredRole::application_admin ? Layer::application : Layer::signer;
}

std::vector<std::string_view> bundle_of(LayeredRole role) {
  std::vector<std::string_view> rights;
  for (const RoleRow& row : role_rows)
    if (gives(row, role)) rights.push_back(row.right);
  return rights;
}

bool conveys(LayeredRole role, ObjectId object, const AskedRight& asked) {
  const CatalogueEntry& entry = asked.permission.entry();
  if (layer_of(role) == Layer::product)
    return !entry.by_membership && std::ranges::any_of(role_rows, [&](const RoleRow& row) {
      return gives(row, role) && entry.string.starts_with(row.right);
    });
  return object_for(layer_of(role), asked) == object &&
         std::ranges::any_of(role_rows, [&](const RoleRow& row) {
           return gives(row, role) && row.right == entry.string;
         });
}

std::string_view to_text(Layer layer) {
  switch (layer) {
    case Layer::product:
      return "product";
    case Layer::application:
      return "application";
    case Layer::signer:
      return "signer";
  }
  return "";
}

std::string_view to_text(LayeredRole role) {
  constexpr std::array<std::string_view, 8> names{"member", "admin",   "auditor",  "operator",
                                                  "admin",  "auditor", "operator", "admin"};
  return names.at(static_cast<std::size_t>(role));
}

std::optional<LayeredRole> layered_role_from_text(Layer layer, std::string_view text) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(LayeredRole::signer_admin); ++i) {
    const auto role = static_cast<LayeredRole>(i);
    if (layer_of(role) == layer && to_text(role) == text) return role;
  }
  return std::nullopt;
}

}  // namespace countersign
