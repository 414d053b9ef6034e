//! A session with a PostgreSQL server: queries as text, one after the other, over any stream.

use std::fmt;
use std::io::{self, Read, Write};

use bytes::BytesMut;
use fallible_iterator::FallibleIterator as _;
use postgres_protocol::authentication::md5_hash;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::{
    DataRowBody, ErrorResponseBody, Message, RowDescriptionBody,
};
use postgres_protocol::message::frontend;

use crate::base::Value;

/// The most bytes of one message of the server.
const MAX_MESSAGE: usize = 64 << 20;
/// The oids of the types that are numbers here: `boolean`, `bigint`, `smallint`, `integer`, `oid`.
const NUMBERS: [u32; 5] = [16, 20, 21, 23, 26];

/// What a session runs over.
pub trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// What the server answers a statement that it does not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The SQLSTATE.
    pub code: String,
    /// In words.
    pub message: String,
    /// Where in the text it was sent, in characters from 1.
    pub position: Option<usize>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

/// Why a query has no answer.
#[derive(Debug)]
pub enum WireError {
    /// The server refused it; the session goes on.
    Refused(Refusal),
    /// There is no session any more.
    Lost(String),
}

impl From<io::Error> for WireError {
    fn from(error: io::Error) -> Self {
        WireError::Lost(error.to_string())
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::Refused(refusal) => refusal.fmt(out),
            WireError::Lost(message) => out.write_str(message),
        }
    }
}

/// Who opens a session on what.
pub struct Login<'a> {
    /// The role.
    pub user: &'a str,
    /// The database.
    pub database: &'a str,
    /// The password, if the server asks for one.
    pub password: Option<&'a str>,
}

/// A session.
pub struct Session {
    stream: Box<dyn Stream>,
    buffer: BytesMut,
}

impl Session {
    /// Opens a session on a connected stream.
    ///
    /// # Errors
    /// The server refuses, or speaks something else.
    pub fn open(stream: Box<dyn Stream>, login: &Login<'_>) -> Result<Session, WireError> {
        let mut session = Session { stream, buffer: BytesMut::new() };
        let parameters = [
            ("user", login.user),
            ("database", login.database),
            ("application_name", "parity"),
            ("client_encoding", "UTF8"),
        ];
        session.say(|out| frontend::startup_message(parameters, out))?;
        session.authenticate(login)?;
        session.settle()?;
        Ok(session)
    }

    fn authenticate(&mut self, login: &Login<'_>) -> Result<(), WireError> {
        let password = || login.password.ok_or_else(|| lost("the server asks for a password"));
        let mut scram = None;
        loop {
            match self.hear()? {
                Message::AuthenticationOk => return Ok(()),
                Message::AuthenticationCleartextPassword => {
                    let password = password()?;
                    self.say(|out| frontend::password_message(password.as_bytes(), out))?;
                }
                Message::AuthenticationMd5Password(body) => {
                    let hash = md5_hash(login.user.as_bytes(), password()?.as_bytes(), body.salt());
                    self.say(|out| frontend::password_message(hash.as_bytes(), out))?;
                }
                Message::AuthenticationSasl(_) => {
                    let begun =
                        ScramSha256::new(password()?.as_bytes(), ChannelBinding::unsupported());
                    self.say(|out| {
                        frontend::sasl_initial_response(SCRAM_SHA_256, begun.message(), out)
                    })?;
                    scram = Some(begun);
                }
                Message::AuthenticationSaslContinue(body) => {
                    let begun =
                        scram.as_mut().ok_or_else(|| lost("an answer that was not asked for"))?;
                    begun.update(body.data())?;
                    let answer = begun.message().to_vec();
                    self.say(|out| frontend::sasl_response(&answer, out))?;
                }
                Message::AuthenticationSaslFinal(body) => {
                    let begun =
                        scram.as_mut().ok_or_else(|| lost("an answer that was not asked for"))?;
                    begun.finish(body.data())?;
                }
                Message::ErrorResponse(body) => return Err(WireError::Refused(refusal(&body))),
                _ => return Err(lost("the server asks for a login that is not known")),
            }
        }
    }

    /// Reads on until the server waits for the next query.
    fn settle(&mut self) -> Result<(), WireError> {
        self.answer().map(drop)
    }

    /// Sends a text as one query and gives the rows of its last statement that has some.
    ///
    /// # Errors
    /// The server refuses a statement: the whole text is undone. Or the session is lost.
    pub fn ask(&mut self, sql: &str) -> Result<Vec<Vec<Value>>, WireError> {
        if sql.contains('\0') {
            let message = "invalid byte sequence for encoding \"UTF8\": 0x00".to_owned();
            return Err(WireError::Refused(Refusal {
                code: "22021".to_owned(),
                message,
                position: None,
            }));
        }
        self.say(|out| frontend::query(sql, out))?;
        self.answer()
    }

    fn answer(&mut self) -> Result<Vec<Vec<Value>>, WireError> {
        let (mut rows, mut types, mut refused) = (Vec::new(), Vec::new(), None);
        loop {
            match self.hear()? {
                Message::ReadyForQuery(_) => {
                    return refused.map_or(Ok(rows), |refusal| Err(WireError::Refused(refusal)));
                }
                Message::ErrorResponse(body) => {
                    refused.get_or_insert(refusal(&body));
                }
                Message::RowDescription(body) => {
                    rows.clear();
                    types = of_columns(&body)?;
                }
                Message::DataRow(body) => rows.push(cells(&body, &types)?),
                Message::CopyInResponse(_) => {
                    self.say(|out| frontend::copy_fail("COPY from stdin failed: no data", out))?;
                }
                _ => {}
            }
        }
    }

    fn say(
        &mut self,
        write: impl FnOnce(&mut BytesMut) -> io::Result<()>,
    ) -> Result<(), WireError> {
        let mut out = BytesMut::new();
        write(&mut out)?;
        self.stream.write_all(&out)?;
        Ok(self.stream.flush()?)
    }

    fn hear(&mut self) -> Result<Message, WireError> {
        let mut chunk = [0; 16 << 10];
        loop {
            if let Some(message) = Message::parse(&mut self.buffer)? {
                return Ok(message);
            }
            if self.buffer.len() > MAX_MESSAGE {
                return Err(lost("the server sends more than can be held"));
            }
            match self.stream.read(&mut chunk)? {
                0 => return Err(lost("the server closed the connection")),
                read => self.buffer.extend_from_slice(&chunk[..read]),
            }
        }
    }
}

fn lost(message: &str) -> WireError {
    WireError::Lost(message.to_owned())
}

fn refusal(body: &ErrorResponseBody) -> Refusal {
    let mut refusal = Refusal { code: String::new(), message: String::new(), position: None };
    let mut fields = body.fields();
    while let Ok(Some(field)) = fields.next() {
        let value = String::from_utf8_lossy(field.value_bytes()).into_owned();
        match field.type_() {
            b'C' => refusal.code = value,
            b'M' => refusal.message = value,
            b'P' => refusal.position = value.parse().ok(),
            _ => {}
        }
    }
    refusal
}

fn of_columns(body: &RowDescriptionBody) -> Result<Vec<u32>, WireError> {
    Ok(body.fields().map(|field| Ok(field.type_oid())).collect()?)
}

fn cells(body: &DataRowBody, types: &[u32]) -> Result<Vec<Value>, WireError> {
    let ranges: Vec<_> = body.ranges().collect()?;
    let cell = |(at, range): (usize, Option<std::ops::Range<usize>>)| {
        let Some(range) = range else { return Value::Null };
        let text = String::from_utf8_lossy(&body.buffer()[range]).into_owned();
        match types.get(at) {
            Some(16) => Value::from(text == "t"),
            Some(number) if NUMBERS.contains(number) => {
                text.parse().map_or(Value::Null, Value::Int)
            }
            _ => Value::from(text),
        }
    };
    Ok(ranges.into_iter().enumerate().map(cell).collect())
}
