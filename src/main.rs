//! The command `parity`.

use std::process::ExitCode;

fn main() -> ExitCode {
    parity::cli::main()
}
