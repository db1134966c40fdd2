#include "policy/store/migrations.h"

#include <array>

namespace countersign {
namespace {

// Times are milliseconds since 1970; byte strings hex or base64; every id is given by the store
// and never reused. Names are compared by their folded (lower-case) form.
constexpr std::array<std::string_view, 18> version_1{
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",

    "CREATE TABLE principal (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
    " name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, state TEXT NOT NULL)",

    "CREATE TABLE claim (provider TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL,"
    " account BIGINT NOT NULL REFERENCES principal(id), PRIMARY KEY (provider, type, value))",

    "CREATE TABLE principal_link (kind TEXT NOT NULL, holder BIGINT NOT NULL REFERENCES"
    " principal(id), held BIGINT NOT NULL REFERENCES principal(id),"
    " PRIMARY KEY (kind, holder, held))",

    "CREATE TABLE credential (id INTEGER PRIMARY KEY AUTOINCREMENT, account BIGINT NOT NULL"
    " REFERENCES principal(id), kind TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,"
    " label TEXT NOT NULL, state TEXT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL,"
    " last_used BIGINT NOT NULL)",

    "CREATE INDEX credential_by_account ON credential (account)",

    "CREATE TABLE signer (id INTEGER PRIMARY KEY AUTOINCREMENT, slot BIGINT NOT NULL UNIQUE,"
    " name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, token TEXT NOT NULL, key_uri TEXT NOT NULL,"
    " public_key TEXT NOT NULL, fingerprint TEXT NOT NULL, certificates TEXT NOT NULL,"
    " state TEXT NOT NULL, state_reason TEXT NOT NULL, policy BIGINT NOT NULL)",

    "CREATE TABLE membership (scope TEXT NOT NULL, object BIGINT NOT NULL,"
    " principal BIGINT NOT NULL REFERENCES principal(id), role TEXT NOT NULL,"
    " PRIMARY KEY (scope, object, principal))",

    "CREATE INDEX membership_by_principal ON membership (principal, scope)",

    "CREATE TABLE policy_revision (signer BIGINT NOT NULL REFERENCES signer(id),"
    " number BIGINT NOT NULL, document TEXT NOT NULL, author BIGINT NOT NULL REFERENCES"
    " principal(id), reason TEXT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (signer, number))",

    "CREATE TABLE request (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
    " signer BIGINT NOT NULL REFERENCES signer(id), requester BIGINT NOT NULL REFERENCES"
    " principal(id), policy BIGINT NOT NULL, fingerprint TEXT NOT NULL, reason TEXT NOT NULL,"
    " count BIGINT NOT NULL CHECK (count > 0), used BIGINT NOT NULL CHECK (used >= 0 AND"
    " used <= count), window BIGINT NOT NULL, state TEXT NOT NULL, created BIGINT NOT NULL,"
    " open_until BIGINT NOT NULL, active_from BIGINT NOT NULL, active_until BIGINT NOT NULL)",

    "CREATE INDEX request_fitting ON request (signer, requester, state, active_until)",

    "CREATE INDEX request_latest ON request (signer, requester, id)",

    "CREATE INDEX request_open ON request (signer, state)",

    "CREATE TABLE response (request BIGINT NOT NULL REFERENCES request(id), step BIGINT NOT NULL,"
    " account BIGINT NOT NULL REFERENCES principal(id), verdict TEXT NOT NULL,"
    " comment TEXT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (request, step, account))",

    "CREATE TABLE log_record (number BIGINT PRIMARY KEY, kind TEXT NOT NULL, time BIGINT NOT NULL,"
    " account BIGINT NOT NULL, signer BIGINT NOT NULL, request BIGINT NOT NULL,"
    " operation TEXT NOT NULL, body TEXT NOT NULL, leaf_hash TEXT NOT NULL, facts TEXT NOT NULL)",

    "CREATE UNIQUE INDEX log_record_operation ON log_record (operation, kind)"
    " WHERE operation <> ''",

    "INSERT INTO meta (key, value) VALUES ('revision', '0')",
};

// Groups, and roles that hold permission strings. A group is a principal; what it holds is linked
// to it as "contains". The Global set is number 1 and stays as it is.
constexpr std::array<std::string_view, 11> version_2{
    "ALTER TABLE principal ADD COLUMN description TEXT NOT NULL DEFAULT ''",

    "CREATE INDEX principal_link_by_held ON principal_link (kind, held, holder)",

    "CREATE TABLE permission_set (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE, description TEXT NOT NULL)",

    "CREATE TABLE permission_set_string (permission_set BIGINT NOT NULL REFERENCES"
    " permission_set(id), string TEXT NOT NULL, PRIMARY KEY (permission_set, string))",

    "CREATE TABLE role (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE, description TEXT NOT NULL, permission_set BIGINT NOT NULL"
    " REFERENCES permission_set(id))",

    "CREATE TABLE role_string (role BIGINT NOT NULL REFERENCES role(id), string TEXT NOT NULL,"
    " PRIMARY KEY (role, string))",

    "CREATE TABLE role_holder (principal BIGINT NOT NULL REFERENCES principal(id),"
    " role BIGINT NOT NULL REFERENCES role(id), PRIMARY KEY (principal, role))",

    "CREATE INDEX role_holder_by_role ON role_holder (role)",

    "CREATE INDEX role_by_permission_set ON role (permission_set)",

    "INSERT INTO permission_set (id, name, folded, description)"
    " VALUES (1, 'Global', 'global', 'Every permission string there is.')",

    "INSERT INTO permission_set_string (permission_set, string) VALUES (1, '/')",
};

// Applications, which group signers; who is a member stands in membership.
constexpr std::array<std::string_view, 3> version_3{
    "CREATE TABLE application (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE, description TEXT NOT NULL)",

    "ALTER TABLE signer ADD COLUMN application BIGINT REFERENCES application(id)",

    "CREATE INDEX signer_by_application ON signer (application)",
};

// Identity providers; claims are principals that hold roles and stand in groups. A claim's name is
// "scheme:type:value", which no other principal's can be, and is compared as it is. A request and
// an answer keep the claims that the caller brought.
constexpr std::array<std::string_view, 10> version_4{
    "CREATE TABLE identity_provider (id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL,"
    " scheme TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE)",

    "INSERT INTO identity_provider (id, kind, scheme, display_name, folded)"
    " VALUES (1, 'unix', 'unix', 'This host', 'this host'),"
    " (2, 'token', 'token', 'Bearer tokens', 'bearer tokens')",

    "CREATE TABLE owned_claim (id BIGINT PRIMARY KEY REFERENCES principal(id),"
    " provider BIGINT NOT NULL REFERENCES identity_provider(id), type TEXT NOT NULL,"
    " value TEXT NOT NULL, account BIGINT REFERENCES principal(id),"
    " UNIQUE (provider, type, value))",

    "INSERT INTO principal (kind, name, folded, state) SELECT 'claim',"
    " provider || ':' || type || ':' || value, provider || ':' || type || ':' || value, 'active'"
    " FROM claim",

    "INSERT INTO owned_claim (id, provider, type, value, account) SELECT p.id, 1, c.type, c.value,"
    " c.account FROM claim c JOIN principal p"
    " ON p.folded = c.provider || ':' || c.type || ':' || c.value",

    "DROP TABLE claim",

    "ALTER TABLE owned_claim RENAME TO claim",

    "CREATE INDEX claim_by_account ON claim (account)",

    "ALTER TABLE request ADD COLUMN claims TEXT NOT NULL DEFAULT '[]'",

    "ALTER TABLE response ADD COLUMN claims TEXT NOT NULL DEFAULT '[]'",
};

// Containers of keys, each key with the fingerprint it had when it was put in, and the numbers of
// the sources of PINs, which are configured elsewhere.
constexpr std::array<std::string_view, 5> version_5{
    "CREATE TABLE container (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE, description TEXT NOT NULL,"
    " application BIGINT REFERENCES application(id), every BIGINT NOT NULL, due BIGINT NOT NULL)",

    "CREATE INDEX container_by_application ON container (application)",

    "CREATE TABLE container_key (id INTEGER PRIMARY KEY AUTOINCREMENT, container BIGINT NOT NULL"
    " REFERENCES container(id), token TEXT NOT NULL, uri TEXT NOT NULL, fingerprint TEXT NOT NULL,"
    " state TEXT NOT NULL, checked BIGINT NOT NULL)",

    "CREATE INDEX container_key_by_container ON container_key (container)",

    "CREATE TABLE pin_source (id INTEGER PRIMARY KEY AUTOINCREMENT, token TEXT NOT NULL UNIQUE,"
    " description TEXT NOT NULL)",
};

// Changes that wait for consent. Who signs in as an admin of the product is found without looking
// at every account.
constexpr std::array<std::string_view, 4> version_6{
    "CREATE INDEX product_admin ON membership (object, principal)"
    " WHERE scope = 'product' AND role = 'admin'",

    "CREATE TABLE change_request (id INTEGER PRIMARY KEY AUTOINCREMENT, operation TEXT NOT NULL,"
    " arguments TEXT NOT NULL, requester BIGINT NOT NULL REFERENCES principal(id),"
    " claims TEXT NOT NULL, effect TEXT NOT NULL, parts TEXT NOT NULL,"
    " beneficiaries TEXT NOT NULL, state TEXT NOT NULL, outcome TEXT NOT NULL,"
    " created BIGINT NOT NULL, open_until BIGINT NOT NULL)",

    "CREATE INDEX change_request_open ON change_request (state, id)",

    "CREATE TABLE change_answer (change_request BIGINT NOT NULL REFERENCES change_request(id),"
    " account BIGINT NOT NULL REFERENCES principal(id), claims TEXT NOT NULL,"
    " verdict TEXT NOT NULL, comment TEXT NOT NULL, time BIGINT NOT NULL,"
    " PRIMARY KEY (change_request, account))",
};

// Freeze windows of the whole product. The signatures that count for rates, numbered without gaps
// for each caller of a signer and, as account 0, for all of them.
constexpr std::array<std::string_view, 3> version_7{
    "CREATE TABLE product_freeze (id INTEGER PRIMARY KEY AUTOINCREMENT, starts BIGINT NOT NULL,"
    " until BIGINT NOT NULL, reason TEXT NOT NULL, author BIGINT NOT NULL REFERENCES"
    " principal(id), created BIGINT NOT NULL, ended BIGINT NOT NULL)",

    "CREATE INDEX product_freeze_open ON product_freeze (until) WHERE ended = 0",

    "CREATE TABLE counted_signature (signer BIGINT NOT NULL, account BIGINT NOT NULL,"
    " number BIGINT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (signer, account, number))",
};

// Requests that are bound to digests, and what was known when they were filed.
constexpr std::array<std::string_view, 4> version_8{
    "ALTER TABLE request ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'",

    "ALTER TABLE request ADD COLUMN bound BIGINT NOT NULL DEFAULT 0",

    "ALTER TABLE request ADD COLUMN facts TEXT NOT NULL DEFAULT '[]'",

    "CREATE TABLE request_digest (request BIGINT NOT NULL REFERENCES request(id),"
    " digest TEXT NOT NULL, name TEXT NOT NULL, times BIGINT NOT NULL CHECK (times > 0),"
    " used BIGINT NOT NULL CHECK (used >= 0 AND used <= times), PRIMARY KEY (request, digest))",
};

// Searches for certificates that were saved; the query is a JSON object.
constexpr std::array<std::string_view, 1> version_9{
    "CREATE TABLE collection (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " folded TEXT NOT NULL UNIQUE, description TEXT NOT NULL, query TEXT NOT NULL)",
};

// Definitions of metadata fields, the gateways that serve the store, and what people should know of
// a signer.
constexpr std::array<std::string_view, 3> version_10{
    "CREATE TABLE metadata_type (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " folded TEXT NOT NULL UNIQUE, description TEXT NOT NULL, definition TEXT NOT NULL)",

    "CREATE TABLE gateway (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL,"
    " shape TEXT NOT NULL, host TEXT NOT NULL, uid BIGINT NOT NULL, version TEXT NOT NULL,"
    " since BIGINT NOT NULL, seen BIGINT NOT NULL, UNIQUE (name, shape, host, uid))",

    "ALTER TABLE signer ADD COLUMN description TEXT NOT NULL DEFAULT ''",
};

// Requests for others, for a later moment, for emergencies; who answers in whose place; what is
// said and signed. A token is as old as the proof of identity that led to it.
constexpr std::array<std::string_view, 24> version_11{
    "ALTER TABLE request ADD COLUMN beneficiary BIGINT NOT NULL DEFAULT 0",

    "UPDATE request SET beneficiary = requester",

    "ALTER TABLE request ADD COLUMN starts BIGINT NOT NULL DEFAULT 0",

    "ALTER TABLE request ADD COLUMN networks TEXT NOT NULL DEFAULT '[]'",

    "ALTER TABLE request ADD COLUMN change BIGINT NOT NULL DEFAULT 0",

    "ALTER TABLE request ADD COLUMN review_due BIGINT NOT NULL DEFAULT 0",

    "ALTER TABLE request ADD COLUMN reminded BIGINT NOT NULL DEFAULT 0",

    "DROP INDEX request_fitting",

    "CREATE INDEX request_fitting ON request (signer, beneficiary, state, active_until)",

    "DROP INDEX request_latest",

    "CREATE INDEX request_latest ON request (signer, beneficiary, id)",

    "CREATE INDEX request_to_review ON request (signer, review_due) WHERE review_due > 0",

    "ALTER TABLE response ADD COLUMN for_account BIGINT NOT NULL DEFAULT 0",

    "ALTER TABLE response ADD COLUMN approval_key BIGINT NOT NULL DEFAULT 0",

    "ALTER TABLE response ADD COLUMN signature TEXT NOT NULL DEFAULT ''",

    "CREATE TABLE request_comment (id INTEGER PRIMARY KEY AUTOINCREMENT, request BIGINT NOT NULL"
    " REFERENCES request(id), account BIGINT NOT NULL REFERENCES principal(id),"
    " text TEXT NOT NULL, time BIGINT NOT NULL)",

    "CREATE INDEX request_comment_by_request ON request_comment (request)",

    "CREATE TABLE request_review (request BIGINT PRIMARY KEY REFERENCES request(id),"
    " account BIGINT NOT NULL REFERENCES principal(id), comment TEXT NOT NULL,"
    " time BIGINT NOT NULL)",

    "CREATE TABLE delegation (id INTEGER PRIMARY KEY AUTOINCREMENT, delegator BIGINT NOT NULL"
    " REFERENCES principal(id), delegate BIGINT NOT NULL REFERENCES principal(id),"
    " starts BIGINT NOT NULL, until BIGINT NOT NULL, reason TEXT NOT NULL,"
    " ended BIGINT NOT NULL)",

    "CREATE TABLE approval_key (id INTEGER PRIMARY KEY AUTOINCREMENT, account BIGINT NOT NULL"
    " REFERENCES principal(id), label TEXT NOT NULL, public_key TEXT NOT NULL,"
    " created BIGINT NOT NULL, ended BIGINT NOT NULL)",

    "CREATE INDEX delegation_by_delegate ON delegation (delegate)",

    "CREATE INDEX approval_key_by_account ON approval_key (account)",

    "ALTER TABLE credential ADD COLUMN proven BIGINT NOT NULL DEFAULT 0",

    "UPDATE credential SET proven = created",
};

constexpr std::array<Migration, 11> all{version_1, version_2,  version_3, version_4,
                                        version_5, version_6,  version_7, version_8,
                                        version_9, version_10, version_11};

}  // namespace

std::span<const Migration> migrations() {
  return all;
}

}  // namespace countersign
