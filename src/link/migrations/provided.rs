//! What the platform brings: known to be there, and evidence of nothing.

/// Whether the platform provides the schema, so that what is in it is not known from the tree.
pub fn is_provided(schema: &str) -> bool {
    PROVIDED.contains(&schema) || schema.starts_with("pg_") || schema.starts_with("supabase_")
}

/// Schemas the platform provides, besides those named `pg_...` and `supabase_...`.
pub const PROVIDED: [&str; 16] = [
    "auth",
    "storage",
    "realtime",
    "_realtime",
    "vault",
    "extensions",
    "graphql",
    "graphql_public",
    "cron",
    "net",
    "pgmq",
    "pgsodium",
    "pgbouncer",
    "information_schema",
    "pgtle",
    "pgmq_public",
];

/// Roles of every project of the platform.
pub const ROLES: [&str; 6] =
    ["anon", "authenticated", "service_role", "postgres", "authenticator", "dashboard_user"];

/// Extensions every project of the platform can switch on, and which of them are on from the start.
pub const OFFERED: [&str; 26] = [
    "pgcrypto",
    "uuid-ossp",
    "pg_stat_statements",
    "pg_graphql",
    "supabase_vault",
    "pg_trgm",
    "vector",
    "btree_gin",
    "btree_gist",
    "citext",
    "ltree",
    "unaccent",
    "hstore",
    "pg_cron",
    "pg_net",
    "http",
    "fuzzystrmatch",
    "tablefunc",
    "postgres_fdw",
    "pg_jsonschema",
    "pgjwt",
    "hypopg",
    "index_advisor",
    "pg_hashids",
    "pgmq",
    "intarray",
];

/// How many of [`OFFERED`] are on from the start.
pub const PRESENT: usize = 5;

/// The extension a type that is not PostgreSQL's own comes from.
pub fn extension_of_type(name: &str) -> Option<&'static str> {
    Some(match name {
        "vector" | "halfvec" | "sparsevec" => "vector",
        "citext" => "citext",
        "ltree" | "lquery" | "ltxtquery" => "ltree",
        "hstore" => "hstore",
        "geometry" | "geography" | "box2d" | "box3d" => "postgis",
        _ => return None,
    })
}

/// The extension an operator class comes from, and the access methods it is for.
pub fn operator_class(name: &str) -> Option<(&'static str, &'static [&'static str], &'static str)> {
    Some(match name {
        "vector_l2_ops" | "vector_ip_ops" | "vector_cosine_ops" => {
            ("vector", &["hnsw", "ivfflat"], "vector")
        }
        "gin_trgm_ops" => ("pg_trgm", &["gin"], "text"),
        "gist_trgm_ops" => ("pg_trgm", &["gist"], "text"),
        "jsonb_path_ops" | "jsonb_ops" => ("", &["gin"], "jsonb"),
        "text_pattern_ops" => ("", &["btree"], "text"),
        _ => return None,
    })
}
