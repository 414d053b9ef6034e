//! Functions over data that comes with the tool: what is known of licences and of Odoo's own addons.

use std::sync::LazyLock;

use rusqlite::Connection;
use rusqlite::functions::FunctionFlags;

use super::functions::{failure, text};
use crate::facts::{license, odoo};

static COMPAT: LazyLock<String> = LazyLock::new(license::compat);
static REFERENCE: LazyLock<String> = LazyLock::new(odoo::reference);

/// Registers them.
pub(super) fn register(conn: &Connection, flags: FunctionFlags) -> rusqlite::Result<()> {
    conn.create_scalar_function("built_in", 1, flags, |call| match text(call, 0)? {
        Some("license-compat") => Ok(Some(COMPAT.clone())),
        Some("odoo-reference") => Ok(Some(REFERENCE.clone())),
        Some(name) => Err(failure(format!("nothing built in is called `{name}`"))),
        None => Ok(None),
    })?;
    conn.create_scalar_function("odoo_edition", 2, flags, |call| {
        let (Some(name), Some(series)) = (text(call, 0)?, text(call, 1)?) else { return Ok(None) };
        Ok(odoo::edition(name, series))
    })?;
    conn.create_scalar_function("odoo_instead", 1, flags, |call| {
        Ok(text(call, 0)?.map(odoo::instead))
    })?;
    conn.create_scalar_function("odoo_series", 1, flags, |call| {
        Ok(text(call, 0)?.map(odoo::series))
    })?;
    conn.create_scalar_function("odoo_website", 1, flags, |call| {
        Ok(text(call, 0)?.map(odoo::is_website))
    })?;
    conn.create_scalar_function("spdx_status", 1, flags, |call| {
        Ok(text(call, 0)?.map(license::status))
    })?;
    conn.create_scalar_function("spdx_allowed", 2, flags, |call| {
        let (Some(expression), Some(allowed)) = (text(call, 0)?, text(call, 1)?) else {
            return Ok(None);
        };
        let allowed: Vec<String> = serde_json::from_str(allowed)
            .map_err(|_| failure("the second argument is no array of texts".to_owned()))?;
        Ok(Some(license::is_allowed(expression, &allowed).unwrap_or(false)))
    })
}
