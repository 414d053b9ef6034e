//! What the audited organisation says to the tool: `parity.toml`, parsed and typed, without effect.

use std::collections::BTreeMap;

mod error;
mod license;
mod odoo;
mod raw;

pub use error::{ConfigError, nearest, nearly, suggest};
pub use license::LicensePolicy;
pub use odoo::{List, Odoo, series_of};
pub use raw::{Attestation, ClaimsGate, Config, Gate, Paths, Product, Sql, Waiver};

impl Config {
    /// Reads the text of a `parity.toml`; `name` is how messages call the file.
    ///
    /// # Errors
    /// A syntax error, an unknown key (with a suggestion), a wrong type or value, a date that is none.
    pub fn parse(name: &str, text: &str) -> Result<Config, ConfigError> {
        let config: Config =
            toml::from_str(text).map_err(|error| ConfigError::from_toml(name, text, &error))?;
        config.check().map_err(|message| ConfigError::plain(name, &message))?;
        Ok(config)
    }

    /// Changes one setting as `--set KEY=VALUE` says, e.g. `sql.runner=psql`.
    ///
    /// # Errors
    /// The same as [`Config::parse`]; the message names the flag.
    pub fn set(&mut self, assignment: &str) -> Result<(), ConfigError> {
        let usage = || ConfigError::plain("--set", &format!("`{assignment}` is not KEY=VALUE"));
        let (key, value) = assignment.split_once('=').ok_or_else(usage)?;
        let mut table = toml::Table::try_from(&*self)
            .map_err(|error| ConfigError::plain("--set", &error.to_string()))?;
        let parts: Vec<&str> = key.split('.').collect();
        let (last, parents) = parts.split_last().ok_or_else(usage)?;
        let mut place = &mut table;
        for parent in parents {
            let entry = place
                .entry((*parent).to_owned())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()));
            place = entry.as_table_mut().ok_or_else(usage)?;
        }
        let parsed = toml::from_str::<toml::Table>(&format!("value = {value}")).ok();
        let literal = parsed.and_then(|mut table| table.remove("value"));
        let text = toml::Value::String(value.to_owned());
        place.insert((*last).to_owned(), literal.unwrap_or_else(|| text.clone()));
        let read = |table: &toml::Table| {
            let text = toml::to_string(table)
                .map_err(|error| ConfigError::plain("--set", &error.to_string()))?;
            Config::parse("--set", &text)
        };
        let refused = match read(&table) {
            Ok(config) => {
                *self = config;
                return Ok(());
            }
            Err(error) => error,
        };
        // A series such as 18.0 is a text that looks like a number.
        let mut place = &mut table;
        for parent in parents {
            place = place.get_mut(*parent).and_then(toml::Value::as_table_mut).ok_or_else(usage)?;
        }
        place.insert((*last).to_owned(), text);
        *self = read(&table).map_err(|_| refused)?;
        Ok(())
    }

    /// The JSON Schema of `parity.toml`, pretty-printed.
    pub fn schema() -> String {
        let schema = schemars::schema_for!(Config);
        serde_json::to_string_pretty(&schema).expect("a schema is JSON") + "\n"
    }

    /// The parameters of a rule: what `[rule."ID"]` says, dashes for underscores, over the options of `[odoo]`
    /// and `[[license]]` it knows.
    pub fn parameters<'a>(
        &self,
        rule: &str,
        known: impl Fn(&str) -> bool + 'a,
    ) -> BTreeMap<String, serde_json::Value> {
        let mut parameters = self.odoo.options();
        parameters.extend(license::options(&self.license));
        parameters.retain(|name, _| known(name));
        let own = self.rule.get(rule).into_iter().flatten();
        parameters.extend(own.map(|(name, value)| {
            let plain = name.replace('-', "_");
            (if known(&plain) { plain } else { name.clone() }, value.clone())
        }));
        parameters
    }

    fn check(&self) -> Result<(), String> {
        for (name, gate) in &self.gates {
            gate.check().map_err(|message| format!("gates.{name}: {message}"))?;
        }
        for (name, product) in &self.product {
            if product.paths.is_empty() && product.migrations.is_empty() {
                return Err(format!("product.{name}: names no paths"));
            }
        }
        for waiver in &self.waiver {
            check_date(&waiver.expires)?;
        }
        for attestation in &self.attestation {
            check_date(&attestation.date)?;
            attestation.expires.as_deref().map_or(Ok(()), check_date)?;
        }
        Ok(())
    }
}

/// Days since 1970-01-01 of a date `YYYY-MM-DD` of the Gregorian calendar; none if it is not one.
pub fn day(date: &str) -> Option<i64> {
    let mut parts = date.splitn(3, '-');
    let mut number = |width: usize| {
        let part = parts
            .next()
            .filter(|part| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        part.parse::<i64>().ok()
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let lengths = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let length = *lengths.get(usize::try_from(month - 1).ok()?)?;
    if day < 1 || day > length || year < 1 {
        return None;
    }
    let past = year - 1;
    let years = past * 365 + past / 4 - past / 100 + past / 400;
    let months: i64 = lengths.iter().take(usize::try_from(month - 1).ok()?).sum();
    Some(years + months + day - 1 - 719_162)
}

/// The date `YYYY-MM-DD` of a day number, the reverse of [`day`].
pub fn date(day: i64) -> String {
    // Civil calendar from days: eras of 400 years that begin on 1 March.
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    format!("{:04}-{month:02}-{day:02}", year_of_era + era * 400 + i64::from(month <= 2))
}

fn check_date(date: &str) -> Result<(), String> {
    day(date).map(drop).ok_or_else(|| format!("`{date}` is not a date YYYY-MM-DD"))
}

#[cfg(test)]
mod tests;
