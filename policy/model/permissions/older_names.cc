#include <array>

#include "policy/model/permissions/catalogue.h"

namespace countersign {
namespace {

constexpr Relation same = Relation::same;
constexpr Relation narrower = Relation::narrower;
constexpr Relation wider = Relation::wider;
constexpr Relation shared = Relation::shared;
constexpr Relation split = Relation::split;

// Where name and string do not give the same, the string was chosen that gives no more where there
// is one; the exception says what differs.
// clang-format off
constexpr std::array<OlderName, 63> older_rows{{
    {"Agent Auto-Registration", "Read", "AgentAutoRegistration: Read", {"/agents/auto_registration/read/", ""}, same,
     "See by which rules new gateways are taken on.", ""},
    {"Agent Auto-Registration", "Modify", "AgentAutoRegistration: Modify", {"/agents/auto_registration/modify/", ""}, same,
     "Set which new gateways are taken on without asking.", ""},

    {"Agent Management", "Read", "AgentManagement: Read", {"/agents/management/read/", ""}, same,
     "See the gateways and the work given to them.", ""},
    {"Agent Management", "Modify", "AgentManagement: Modify", {"/agents/management/modify/", ""}, same,
     "Approve, change and remove gateways, and give them work.", ""},

    {"Alerts", "Read", "WorkflowManagement: Read", {"/monitoring/alerts/read/", ""}, shared,
     "See the alerts about requests for certificates.", "The string is about alerts of every kind, as that of \"Monitoring: Read\"."},
    {"Alerts", "Modify", "WorkflowManagement: Modify", {"/monitoring/alerts/modify/", ""}, shared,
     "Change the alerts about requests for certificates.", "The string is about alerts of every kind, as that of \"Monitoring: Modify\"."},
    {"Alerts", "Test", "WorkflowManagement: Test", {"/monitoring/alerts/test/", ""}, shared,
     "Try the alerts about requests for certificates.", "The string is about alerts of every kind, as that of \"Monitoring: Test\"."},

    {"Application Settings", "Read", "ApplicationSettings: Read", {"/application_settings/read/", ""}, same,
     "See how the gateway is set to behave towards those who use it.", ""},
    {"Application Settings", "Modify", "ApplicationSettings: Modify", {"/application_settings/modify/", ""}, same,
     "Change how the gateway behaves towards those who use it.", ""},

    {"Auditing", "Read", "Auditing: Read", {"/auditing/read/", ""}, same,
     "Read the records of the log.", ""},

    {"Certificate Collections", "Modify", "CertificateCollections: Modify", {"/certificates/collections/modify/", ""}, same,
     "Make and change collections.", ""},

    {"Certificate Enrollment", "Enroll PFX", "CertificateEnrollment: EnrollPFX", {"/certificates/enrollment/pfx/", ""}, same,
     "Ask for a certificate together with a new key.", ""},
    {"Certificate Enrollment", "Enroll CSR", "CertificateEnrollment: EnrollCSR", {"/certificates/enrollment/csr/", ""}, wider,
     "Ask for a certificate with a signing request.", "What is made by \"CertificateEnrollment: CsrGeneration\" stands below the string, which gives it as well."},
    {"Certificate Enrollment", "CSR Generation", "CertificateEnrollment: CsrGeneration", {"/certificates/enrollment/csr/generation/", ""}, same,
     "Have a signing request made.", ""},
    {"Certificate Enrollment", "Manage Pending CSRs", "CertificateEnrollment: PendingCsr", {"/certificates/requests/manage/", ""}, shared,
     "Manage signing requests that wait for their certificate.", "The string is that of \"WorkflowManagement: Participate\" too."},

    {"Certificate Metadata Types", "Read", "CertificateMetadataTypes: Read", {"/metadata/types/read/", ""}, same,
     "See which metadata fields there are.", ""},
    {"Certificate Metadata Types", "Modify", "CertificateMetadataTypes: Modify", {"/metadata/types/modify/", ""}, same,
     "Add, change and remove metadata fields.", ""},

    {"Certificate Requests", "Manage", "WorkflowManagement: Participate", {"/certificates/requests/manage/", ""}, shared,
     "Grant or refuse requests for certificates.", "The name's area is that of the alerts; the string is that of \"CertificateEnrollment: PendingCsr\" too."},

    {"Certificate Store Management", "Read", "CertificateStoreManagement: Read", {"/certificate_stores/read/", ""}, same,
     "See every token and container of keys.", ""},
    {"Certificate Store Management", "Schedule", "CertificateStoreManagement: Schedule", {"/certificate_stores/schedule/", ""}, narrower,
     "Plan what is put on tokens and taken off.", "The string gives nothing to see; name the reading as well."},
    {"Certificate Store Management", "Modify", "CertificateStoreManagement: Modify", {"/certificate_stores/modify/", ""}, narrower,
     "Everything about tokens and containers of keys.", "The string gives nothing to see and plans nothing; name reading and scheduling as well."},

    {"Certificates", "Read", "Certificates: Read", {"/certificates/collections/read/", ""}, same,
     "See, search and download certificates.", ""},
    {"Certificates", "Edit Metadata", "Certificates: EditMetadata", {"/certificates/collections/metadata/modify/", ""}, wider,
     "Fill in the metadata fields of certificates one may see.", "The name reached only certificates that its holder might read; the string reaches all."},
    {"Certificates", "Import", "Certificates: Import", {"/certificates/import/", ""}, same,
     "Bring in certificates that were issued elsewhere.", ""},
    {"Certificates", "Download with Private Key", "Certificates: Recover", {"/certificates/collections/private_key/read/", ""}, same,
     "Download certificates together with their keys.", ""},
    {"Certificates", "Revoke", "Certificates: Revoke", {"/certificates/collections/revoke/", ""}, wider,
     "Have certificates revoked that one may see.", "The name reached only certificates that its holder had access to; the string reaches all."},
    {"Certificates", "Delete", "Certificates: Delete", {"/certificates/collections/delete/", ""}, same,
     "Delete certificates, and keys kept with them.", ""},
    {"Certificates", "Import Private Key", "Certificates: ImportPrivateKey", {"/certificates/collections/private_key/import/", ""}, same,
     "Keep the private key of a certificate that is brought in.", ""},

    {"Dashboard", "Read", "Dashboard: Read", {"/dashboard/read/", ""}, same,
     "See and arrange one's own overview.", ""},
    {"Dashboard", "Risk Header", "Dashboard: RiskHeader", {"/dashboard/risk_header/read/", ""}, same,
     "See the warnings above the overview.", ""},

    {"Event Handler Registration", "Read", "EventHandlerRegistration: Read", {"/monitoring/handlers/registration/read/", ""}, same,
     "See which handlers are known.", ""},
    {"Event Handler Registration", "Modify", "EventHandlerRegistration: Modify", {"/monitoring/handlers/registration/modify/", ""}, same,
     "Make handlers known, change and remove them.", ""},

    {"Identity Providers", "Read", "IdentityProviders: Read", {"/identity_providers/read/", ""}, same,
     "See the identity providers and how they are set.", ""},
    {"Identity Providers", "Modify", "IdentityProviders: Modify", {"/identity_providers/modify/", ""}, same,
     "Add, change and remove identity providers.", ""},

    {"Mac Auto-Enroll Management", "Read", "MacAutoEnrollManagement: Read", {"/agents/management/mac/auto-enrollment/management/read/", ""}, same,
     "See whether and how often macOS machines enrol by themselves.", ""},
    {"Mac Auto-Enroll Management", "Modify", "MacAutoEnrollManagement: Modify", {"/agents/management/mac/auto-enrollment/management/modify/", ""}, same,
     "Set whether and how often macOS machines enrol by themselves.", ""},

    {"Management Portal", "Read", "AdminPortal: Read", {"/portal/read/", ""}, same,
     "Enter the web console.", ""},

    {"Monitoring", "Read", "Monitoring: Read", {"/monitoring/alerts/read/", ""}, shared,
     "See the alerts about certificates that expire.", "The string is about alerts of every kind, as that of \"WorkflowManagement: Read\"."},
    {"Monitoring", "Modify", "Monitoring: Modify", {"/monitoring/alerts/modify/", ""}, shared,
     "Change the alerts about certificates that expire.", "The string is about alerts of every kind, as that of \"WorkflowManagement: Modify\"."},
    {"Monitoring", "Test", "Monitoring: Test", {"/monitoring/alerts/test/", ""}, shared,
     "Try the alerts about certificates that expire.", "The string is about alerts of every kind, as that of \"WorkflowManagement: Test\"."},

    {"PKI Management", "Read", "PkiManagement: Read", {"/certificate_authorities/read/", "/certificate_templates/read/"}, split,
     "See authorities, templates and the watch on revocation data.", "Authorities and templates have strings of their own; the name stands for both."},
    {"PKI Management", "Modify", "PkiManagement: Modify", {"/certificate_authorities/modify/", "/certificate_templates/modify/"}, split,
     "Change authorities, templates and the watch on revocation data.", "Authorities and templates have strings of their own; the name stands for both."},

    {"Privileged Access Management", "Read", "PrivilegedAccessManagement: Read", {"/pam/read/", ""}, same,
     "See every source of PINs.", ""},
    {"Privileged Access Management", "Modify", "PrivilegedAccessManagement: Modify", {"/pam/modify/", ""}, same,
     "Add, change and remove any source of PINs.", ""},

    {"Reports", "Read", "Reports: Read", {"/reports/read/", ""}, same,
     "Make and see reports.", ""},
    {"Reports", "Modify", "Reports: Modify", {"/reports/modify/", ""}, same,
     "Add, change and remove reports, and set when they are sent.", ""},

    {"Scripts", "Read", "Scripts: Read", {"/scripts/read/", ""}, same,
     "See the scripts that alerts and workflows may run.", ""},
    {"Scripts", "Modify", "Scripts: Modify", {"/scripts/modify/", ""}, same,
     "Add, change and remove scripts that alerts and workflows may run.", ""},

    {"Security Settings", "Read", "SecuritySettings: Read", {"/security/read/", ""}, same,
     "See accounts, claims, groups, roles and permission sets.", ""},
    {"Security Settings", "Modify", "SecuritySettings: Modify", {"/security/modify/", ""}, same,
     "Change accounts, claims, groups, roles and permission sets.", ""},

    {"SSH", "User", "SSH: User", {"/ssh/user/", ""}, same,
     "Make keys for SSH for oneself.", ""},
    {"SSH", "Server Admin", "SSH: ServerAdmin", {"/ssh/server_admin/", ""}, same,
     "Keys for SSH on servers of one's own.", ""},
    {"SSH", "Enterprise Admin", "SSH: EnterpriseAdmin", {"/ssh/enterprise_admin/", ""}, same,
     "Everything about keys for SSH.", ""},

    {"SSL Management", "Read", "SslManagement: Read", {"/ssl/read/", ""}, same,
     "See where on the network certificates are searched for, and what was found.", ""},
    {"SSL Management", "Modify", "SslManagement: Modify", {"/ssl/modify/", ""}, same,
     "Set where on the network certificates are searched for, and when.", ""},

    {"System Settings", "Read", "SystemSettings: Read", {"/system_settings/read/", ""}, narrower,
     "See the settings of the gateway itself.", "The name also let see by which rules gateways are taken on, which has the string /agents/auto_registration/read/."},
    {"System Settings", "Modify", "SystemSettings: Modify", {"/system_settings/modify/", ""}, same,
     "Change the settings of the gateway itself.", ""},

    {"Workflow Definitions", "Read", "WorkflowDefinitions: Read", {"/workflows/definitions/read/", ""}, same,
     "See the signing policies.", ""},
    {"Workflow Definitions", "Modify", "WorkflowDefinitions: Modify", {"/workflows/definitions/modify/", ""}, same,
     "Propose a signing policy.", ""},

    {"Workflow Instances", "ReadAll", "WorkflowInstances: ReadAll", {"/workflows/instances/read/", ""}, same,
     "See every request and its answers.", ""},
    {"Workflow Instances", "Read - Assigned To Me", "WorkflowInstances: ReadAssignedToMe", {"/workflows/instances/read/pending/", ""}, same,
     "See the requests that wait for one's own answer.", ""},
    {"Workflow Instances", "Read - Started By Me", "WorkflowInstances: ReadMy", {"/workflows/instances/read/mine/", ""}, same,
     "See the requests that oneself has made.", ""},
    {"Workflow Instances", "Manage", "WorkflowInstances: Manage", {"/workflows/instances/manage/", ""}, same,
     "End requests that wait.", ""},
}};
// clang-format on

}  // namespace

std::span<const OlderName> older_names() {
  return older_rows;
}

}  // namespace countersign
