#include "policy/model/permissions/layered_role.h"

#include <algorithm>
#include <array>

namespace countersign {
namespace {

struct Row {
  std::string_view right;
  std::array<bool, 8> given;  ///< by LayeredRole
};

constexpr bool o = false;
constexpr bool X = true;

// No role of the product gives the use of a key, nor consent: those need membership of the signer.
// clang-format off
constexpr std::array<Row, 42> table{{
    //                                        product        application              signer
    //                                        member admin | auditor operator admin | auditor operator admin
    {"/signers/read/#/",                      {o, o,           X, X, X,                 X, X, X}},
    {"/signers/certificate/read/#/",          {o, o,           X, X, X,                 X, X, X}},
    {"/signers/sign/#/",                      {o, o,           o, o, o,                 o, X, X}},
    {"/signers/request/#/",                   {o, o,           o, o, o,                 o, X, X}},
    {"/signers/approve/#/",                   {o, o,           o, o, o,                 X, X, X}},
    {"/signers/pre_approve/#/",               {o, o,           o, o, o,                 o, o, X}},
    {"/signers/revoke/#/",                    {o, o,           o, o, o,                 o, o, X}},
    {"/signers/tighten/#/",                   {o, o,           o, o, o,                 o, o, X}},
    {"/signers/freeze/#/",                    {o, o,           o, o, o,                 o, o, X}},
    {"/signers/loosen/#/",                    {o, o,           o, o, o,                 o, o, X}},
    {"/signers/unfreeze/#/",                  {o, o,           o, o, o,                 o, o, X}},
    {"/signers/members/modify/#/",            {o, o,           o, o, o,                 o, o, X}},
    {"/signers/settings/modify/#/",           {o, o,           o, o, o,                 o, o, X}},
    {"/signers/retire/#/",                    {o, o,           o, o, o,                 o, o, X}},

    {"/applications/read/#/",                 {o, o,           X, X, X,                 o, o, o}},
    {"/applications/certificates/modify/#/",  {o, o,           o, X, X,                 o, o, o}},
    {"/applications/settings/modify/#/",      {o, o,           o, o, X,                 o, o, o}},
    {"/applications/members/modify/#/",       {o, o,           o, o, X,                 o, o, o}},

    {"/portal/",                              {X, X,           o, o, o,                 o, o, o}},
    {"/workflows/instances/read/mine/",       {X, o,           o, o, o,                 o, o, o}},
    {"/workflows/instances/read/pending/",    {X, o,           o, o, o,                 o, o, o}},
    {"/workflows/instances/read/",            {o, X,           o, o, o,                 o, o, o}},
    {"/workflows/definitions/read/",          {o, X,           o, o, o,                 o, o, o}},
    {"/signers/read/",                        {o, X,           o, o, o,                 o, o, o}},
    {"/signers/modify/",                      {o, X,           o, o, o,                 o, o, o}},
    {"/signers/freeze/",                      {o, X,           o, o, o,                 o, o, o}},
    {"/signers/members/propose/",             {o, X,           o, o, o,                 o, o, o}},
    {"/applications/",                        {o, X,           o, o, o,                 o, o, o}},
    {"/security/",                            {o, X,           o, o, o,                 o, o, o}},
    {"/identity_providers/",                  {o, X,           o, o, o,                 o, o, o}},
    {"/auditing/",                            {o, X,           o, o, o,                 o, o, o}},
    {"/certificate_stores/",                  {o, X,           o, o, o,                 o, o, o}},
    {"/pam/",                                 {o, X,           o, o, o,                 o, o, o}},
    {"/agents/",                              {o, X,           o, o, o,                 o, o, o}},
    {"/certificate_authorities/",             {o, X,           o, o, o,                 o, o, o}},
    {"/certificate_templates/",               {o, X,           o, o, o,                 o, o, o}},
    {"/metadata/",                            {o, X,           o, o, o,                 o, o, o}},
    {"/system_settings/",                     {o, X,           o, o, o,                 o, o, o}},
    {"/application_settings/",                {o, X,           o, o, o,                 o, o, o}},
    {"/dashboard/",                           {o, X,           o, o, o,                 o, o, o}},
    {"/monitoring/",                          {o, X,           o, o, o,                 o, o, o}},
    {"/reports/",                             {o, X,           o, o, o,                 o, o, o}},
}};
// clang-format on

bool gives(const Row& row, LayeredRole role) {
  return row.given.at(static_cast<std::size_t>(role));
}

/// The object that a role of `layer` would have to be held on to give what is asked.
std::optional<ObjectId> object_for(Layer layer, const AskedRight& asked) {
  const Level level = asked.permission.entry().level;
  if (layer == Layer::signer && level == Level::signer) return asked.permission.object();
  if (layer == Layer::application && level == Level::application) return asked.permission.object();
  if (layer == Layer::application && level == Level::signer) return asked.application;
  return std::nullopt;
}

}  // namespace

Layer layer_of(LayeredRole role) {
  if (role <= LayeredRole::product_admin) return Layer::product;
  return role <= LayeredRole::application_admin ? Layer::application : Layer::signer;
}

std::vector<std::string_view> bundle_of(LayeredRole role) {
  std::vector<std::string_view> rights;
  for (const Row& row : table)
    if (gives(row, role)) rights.push_back(row.right);
  return rights;
}

bool conveys(LayeredRole role, ObjectId object, const AskedRight& asked) {
  const CatalogueEntry& entry = asked.permission.entry();
  if (layer_of(role) == Layer::product)
    return !entry.by_membership && std::ranges::any_of(table, [&](const Row& row) {
      return gives(row, role) && entry.string.starts_with(row.right);
    });
  return object_for(layer_of(role), asked) == object &&
         std::ranges::any_of(
             table, [&](const Row& row) { return gives(row, role) && row.right == entry.string; });
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
