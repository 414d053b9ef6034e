//! Names that the server and the platform have in schemas of their own.

/// Names of tables and types that the server and the platform have in schemas of their own.
const ELSEWHERE: [&str; 34] = [
    "users",
    "identities",
    "sessions",
    "instances",
    "refresh_tokens",
    "audit_log_entries",
    "flow_state",
    "mfa",
    "one_time",
    "saml",
    "sso",
    "oauth",
    "buckets",
    "objects",
    "s3",
    "prefixes",
    "messages",
    "subscription",
    "schema_migrations",
    "migrations",
    "tenants",
    "extensions",
    "secrets",
    "decrypted",
    "job",
    "http",
    "key",
    "factor",
    "aal",
    "action",
    "equality",
    "user_defined",
    "wal",
    "sql_",
];

/// Whether something elsewhere than in the tree may have a name.
pub fn is_elsewhere(name: &str) -> bool {
    name.starts_with("pg_")
        || name.starts_with('_')
        || ELSEWHERE.iter().any(|known| name.starts_with(known))
}
