//! From an address to a session.

use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

use bytes::BytesMut;
use postgres_protocol::message::frontend;

use super::address::{Address, Guard};
use super::tls;
use super::wire::{Login, Session, Stream};

/// How long a server may take to be reached.
const REACH: Duration = Duration::from_secs(20);
/// How long it may be silent.
const SILENCE: Duration = Duration::from_secs(180);

/// Opens a session on a running database.
///
/// # Errors
/// It cannot be reached, is not who it should be, or refuses.
pub fn connect(address: &Address, password: Option<&str>) -> Result<Session, String> {
    let stream = if address.is_socket() {
        socket(&format!("{}/.s.PGSQL.{}", address.host, address.port), SILENCE)?
    } else {
        network(address)?
    };
    let password = address.password.as_deref().or(password);
    let login = Login { user: &address.user, database: &address.database, password };
    Session::open(stream, &login).map_err(|error| error.to_string())
}

/// Connects to a unix socket; `silence` is how long an answer may take.
#[cfg(unix)]
pub fn socket(path: &str, silence: Duration) -> Result<Box<dyn Stream>, String> {
    let open = || {
        let stream = std::os::unix::net::UnixStream::connect(path)?;
        stream.set_read_timeout(Some(silence))?;
        Ok(stream)
    };
    open()
        .map(|stream| Box::new(stream) as Box<dyn Stream>)
        .map_err(|error: std::io::Error| error.to_string())
}

/// Connects to a unix socket, which this system does not have.
#[cfg(not(unix))]
pub fn socket(_: &str, _: Duration) -> Result<Box<dyn Stream>, String> {
    Err("there are no unix sockets here".to_owned())
}

fn network(address: &Address) -> Result<Box<dyn Stream>, String> {
    let host = if address.host.is_empty() { "localhost" } else { &address.host };
    let mut stream = reach(host, address.port)?;
    let words = |error: std::io::Error| error.to_string();
    stream.set_read_timeout(Some(SILENCE)).map_err(words)?;
    stream.set_nodelay(true).map_err(words)?;
    if address.guard == Guard::Plain {
        return Ok(Box::new(stream));
    }
    let mut out = BytesMut::new();
    frontend::ssl_request(&mut out);
    let mut answer = [0];
    stream.write_all(&out).and_then(|()| stream.read_exact(&mut answer)).map_err(words)?;
    match answer {
        [b'S'] => tls::guarded(stream, address),
        _ => Err("the server does not encrypt; sslmode=disable goes without".to_owned()),
    }
}

fn reach(host: &str, port: u16) -> Result<TcpStream, String> {
    let mut last = format!("`{host}` is not known");
    for place in (host, port).to_socket_addrs().map_err(|error| format!("`{host}`: {error}"))? {
        match TcpStream::connect_timeout(&place, REACH) {
            Ok(stream) => return Ok(stream),
            Err(error) => last = format!("`{host}`, port {port}: {error}"),
        }
    }
    Err(last)
}
