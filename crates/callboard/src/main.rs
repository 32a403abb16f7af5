//! The `callboard` program; see `callboard --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    callboard::cli::main()
}
