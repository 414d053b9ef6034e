//! The command `parity`.

fn main() {}
