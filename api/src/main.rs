//! `bianmin`: the service, and the commands that set it up.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    match api::cli::run(api::cli::Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bianmin: {error:#}");
            ExitCode::FAILURE
        }
    }
}
