//! Names of contents: git's object ids and SHA-256 digests.

use std::fmt;

use sha1::Digest as _;

/// The id git gives to a blob: SHA-1 over a header and the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub [u8; 20]);

impl Id {
    /// The id of the empty blob.
    pub const EMPTY: Id = Id([
        0xe6, 0x9d, 0xe2, 0x9b, 0xb2, 0xd1, 0xd6, 0x43, 0x4b, 0x8b, 0x29, 0xae, 0x77, 0x5a, 0xd8,
        0xc2, 0xe4, 0x8c, 0x53, 0x91,
    ]);

    /// Reads an id as it is printed: 40 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 20];
        if text.len() != 40 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
        }
        Some(Id(bytes))
    }

    /// Computes the id of a blob that holds `bytes`, as `git hash-object` does.
    pub fn of(bytes: &[u8]) -> Self {
        Id::of_object("blob", bytes)
    }

    /// Computes the id of an object of a kind (`blob`, `tree`, `commit`, `tag`) from its bytes.
    pub fn of_object(kind: &str, bytes: &[u8]) -> Self {
        let mut hash = IdHash::new(kind, bytes.len() as u64);
        hash.update(bytes);
        hash.id()
    }
}

/// The SHA-1 of bytes, in hex, as documents about software want it beside git's own id.
pub fn sha1_hex(bytes: &[u8]) -> String {
    sha1::Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A running computation of an [`Id`], for bytes that need not be in memory together.
pub struct IdHash(sha1::Sha1);

impl IdHash {
    /// Starts an object of a kind and a length in bytes, which git puts before the bytes.
    pub fn new(kind: &str, length: u64) -> Self {
        IdHash(sha1::Sha1::new_with_prefix(format!("{kind} {length}\0")))
    }

    /// Adds bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The id of what was added; of nothing that exists if that is not as long as was said.
    pub fn id(self) -> Id {
        Id(self.0.finalize().into())
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A tree has tens of thousands of these.
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut text = [0; 40];
        for (pair, byte) in text.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        out.write_str(std::str::from_utf8(&text).expect("digits are ASCII"))
    }
}

/// A running SHA-256 that prints as hexadecimal.
#[derive(Default, Clone)]
pub struct Sha256(sha2::Sha256);

impl Sha256 {
    /// Adds bytes.
    pub fn update(&mut self, bytes: impl AsRef<[u8]>) {
        sha2::Digest::update(&mut self.0, bytes);
    }

    /// The digest in lower-case hexadecimal.
    pub fn hex(self) -> String {
        sha2::Digest::finalize(self.0).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
pub fn sha256_hex(bytes: impl AsRef<[u8]>) -> String {
    let mut hash = Sha256::default();
    hash.update(bytes);
    hash.hex()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_of_an_empty_blob_is_gits() {
        assert_eq!(Id::of(b"").to_string(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    }
}
