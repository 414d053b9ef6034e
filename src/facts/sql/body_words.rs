//! Words of PL/pgSQL that are known to be right where they stand.

/// Statements that need no look beyond their syntax.
pub const PLAIN: [&str; 26] = [
    "perform", "execute", "insert", "update", "delete", "with", "select", "null", "if", "elsif",
    "elseif", "case", "when", "while", "loop", "end", "begin", "assert", "create", "drop", "alter",
    "truncate", "grant", "revoke", "notify", "refresh",
];
/// Words a condition after `exception when` may be.
pub const CONDITIONS: [&str; 26] = [
    "others",
    "unique_violation",
    "foreign_key_violation",
    "check_violation",
    "not_null_violation",
    "duplicate_object",
    "duplicate_table",
    "duplicate_column",
    "duplicate_function",
    "duplicate_schema",
    "undefined_table",
    "undefined_column",
    "undefined_function",
    "undefined_object",
    "invalid_text_representation",
    "no_data_found",
    "too_many_rows",
    "raise_exception",
    "division_by_zero",
    "insufficient_privilege",
    "lock_not_available",
    "query_canceled",
    "invalid_parameter_value",
    "string_data_right_truncation",
    "numeric_value_out_of_range",
    "exclusion_violation",
];
