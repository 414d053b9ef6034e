//! Where a running database is: `postgresql://user@host:port/name?sslmode=...`.

use std::path::PathBuf;

/// How the connection is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// Not at all.
    Plain,
    /// Encrypted, whoever the server is.
    Encrypted,
    /// Encrypted, and the server shows a certificate for its name.
    Verified,
}

/// Where a database is, and who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// A name, an IP address, or the folder of a unix socket.
    pub host: String,
    /// The port.
    pub port: u16,
    /// The role.
    pub user: String,
    /// The password, if the address has one.
    pub password: Option<String>,
    /// The database.
    pub database: String,
    /// How the connection is guarded.
    pub guard: Guard,
    /// A file of certificates that are trusted instead of the machine's.
    pub roots: Option<PathBuf>,
}

impl Address {
    /// Reads a URL. Unless it says how the connection is guarded, a server elsewhere must show a certificate for its name,
    /// and one on this machine need not.
    ///
    /// # Errors
    /// What is wrong with it; never its password.
    pub fn parse(url: &str) -> Result<Address, String> {
        let rest = url
            .strip_prefix("postgresql://")
            .or_else(|| url.strip_prefix("postgres://"))
            .ok_or("a database is written postgresql://USER@HOST:PORT/NAME")?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, place) = authority.rsplit_once('@').unwrap_or(("", authority));
        let (user, password) =
            who.split_once(':').map_or((who, None), |(user, word)| (user, Some(word)));
        let (host, port) = port(place)?;
        let user = decoded(user)?;
        let mut address = Address {
            host: decoded(host)?,
            port: port.unwrap_or(5432),
            password: password.map(decoded).transpose()?,
            database: decoded(database)?,
            user: if user.is_empty() { "postgres".to_owned() } else { user },
            guard: Guard::Verified,
            roots: None,
        };
        let mut said = None;
        for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            said = address.set(key, decoded(value)?)?.or(said);
        }
        if address.database.is_empty() {
            address.database.clone_from(&address.user);
        }
        address.guard =
            said.unwrap_or(if address.is_here() { Guard::Plain } else { Guard::Verified });
        Ok(address)
    }

    fn set(&mut self, key: &str, value: String) -> Result<Option<Guard>, String> {
        match key {
            "sslmode" => return guard(&value).map(Some),
            "sslrootcert" => self.roots = Some(PathBuf::from(value)),
            "host" => self.host = value,
            "port" => self.port = value.parse().map_err(|_| "the port is no number")?,
            "user" => self.user = value,
            "password" => self.password = Some(value),
            "dbname" => self.database = value,
            _ => {}
        }
        Ok(None)
    }

    /// Whether the host is the folder of a unix socket.
    pub fn is_socket(&self) -> bool {
        self.host.starts_with('/')
    }

    fn is_here(&self) -> bool {
        self.is_socket() || matches!(self.host.as_str(), "" | "localhost" | "127.0.0.1" | "::1")
    }
}

fn guard(mode: &str) -> Result<Guard, String> {
    match mode {
        "disable" | "allow" | "prefer" => Ok(Guard::Plain),
        "require" => Ok(Guard::Encrypted),
        "verify-ca" | "verify-full" => Ok(Guard::Verified),
        _ => Err(format!("sslmode is disable, require or verify-full, not `{mode}`")),
    }
}

/// The host, and the port where one is said; an IPv6 address stands in brackets.
fn port(place: &str) -> Result<(&str, Option<u16>), String> {
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        None => place.split_once(':').map_or((place, None), |(host, port)| (host, Some(port))),
    };
    let number = port.filter(|port| !port.is_empty()).map(str::parse).transpose();
    Ok((host, number.map_err(|_| "the port is no number")?))
}

/// `%40` is `@`.
fn decoded(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                bytes.push(
                    hex(&[*high, *low])
                        .ok_or("a `%` in the address is not followed by two digits")?,
                );
                rest = after;
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "the address is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_who_where_and_what() {
        let address =
            Address::parse("postgresql://me:p%40ss@db.example.org:6543/app?sslmode=require")
                .unwrap();
        assert_eq!((address.user.as_str(), address.password.as_deref()), ("me", Some("p@ss")));
        assert_eq!((address.host.as_str(), address.port), ("db.example.org", 6543));
        assert_eq!((address.database.as_str(), address.guard), ("app", Guard::Encrypted));
    }

    #[test]
    fn a_server_elsewhere_shows_who_it_is_unless_the_address_says_otherwise() {
        let guard = |url| Address::parse(url).unwrap().guard;
        assert_eq!(guard("postgres://db.example.org/app"), Guard::Verified);
        assert_eq!(guard("postgres://localhost/app"), Guard::Plain);
        assert_eq!(guard("postgres:///app?host=/run/postgresql"), Guard::Plain);
        assert_eq!(guard("postgres://[::1]:5433/app"), Guard::Plain);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in
            ["mysql://x", "postgres://h:x/a", "postgres://h/a?sslmode=maybe", "postgres://h/%zz"]
        {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}
