//! The command `parity`.

use std::process::ExitCode;

/// Facts are many small values that several threads make and one drops.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    parity::cli::main()
}
