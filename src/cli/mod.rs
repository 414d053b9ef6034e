//! The command line: the only place that reads the environment, the clock and the terminal.

mod addons;
mod adopt;
mod args;
mod before;
mod check;
mod choose;
mod error;
mod explain;
mod explain_claim;
mod first;
mod fix;
mod fmt;
mod licenses;
mod map;
mod mapping;
mod matrices;
mod new;
mod new_matrix;
mod prepare;
mod query;
mod real;
mod remembered;
mod report;
mod schema;
mod score;
mod steps;
mod test;
mod test_matrices;
mod write;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::Parser as _;

pub use args::Args;
pub use error::CliError;

use args::Command;

/// What a command did: what to print, and with what to end.
struct Done {
    output: String,
    /// What decided the exit status, if it is not 0; the last line on the terminal.
    failure: Option<String>,
}

impl Done {
    fn with(output: String) -> Self {
        Done { output, failure: None }
    }
}

/// Runs the command line and gives the exit status: 0 audit done, 1 something failed, 2 no audit.
pub fn main() -> ExitCode {
    let mut args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            // Help and version go to standard output and are no failure.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    match run(&mut args) {
        Ok(done) => finish(&args, &done),
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(2)
        }
    }
}

/// Carries out the command, without the cache if that failed: the answer is the same.
fn run(args: &mut Args) -> Result<Done, CliError> {
    match carry_out(args) {
        Err(CliError::Cache { is_damage, .. }) if !args.common.no_cache => {
            if is_damage {
                prepare::discard_cache();
            }
            args.common.no_cache = true;
            carry_out(args)
        }
        outcome => outcome,
    }
}

fn carry_out(args: &Args) -> Result<Done, CliError> {
    match &args.command {
        None => first::first_look(args),
        Some(Command::Check(check)) => check::check(args, check),
        Some(Command::Baseline(baseline)) => adopt::baseline(args, baseline),
        Some(Command::Waive(waive)) => adopt::waive(args, waive),
        Some(Command::Fix(fix)) => fix::fix(args, fix),
        Some(Command::New(new)) => new::new(args, new),
        Some(Command::Score(score)) => score::score(args, score),
        Some(Command::Fmt(fmt)) => fmt::fmt(args, fmt),
        Some(Command::Map(map)) => map::map(args, map),
        Some(Command::Report(report)) => report::report(args, report),
        Some(Command::Explain(explain)) => explain::explain(args, explain),
        Some(Command::Addons) => addons::addons(args),
        Some(Command::Licenses) => licenses::licenses(args),
        Some(Command::Query(query)) => query::query(args, query),
        Some(Command::Schema(schema)) => schema::schema(schema),
        Some(Command::Test(test)) => test::test(test),
    }
}

fn finish(args: &Args, done: &Done) -> ExitCode {
    let written = match &args.common.output {
        Some(path) => std::fs::write(path, &done.output)
            .map_err(|error| format!("cannot write `{}`: {error}", path.display())),
        None => print(&done.output).map_err(|error| format!("cannot write: {error}")),
    };
    if let Err(message) = written {
        complain(&message);
        return ExitCode::from(2);
    }
    if let (Some(path), Some(Command::Report(_))) = (&args.common.output, &args.command) {
        let repo = "`parity report --repo DIR` audits any other repository, `--rev REV` any revision of it";
        complain(&format!("wrote {}; {repo}", path.display()));
    }
    match &done.failure {
        Some(failure) => {
            complain(failure);
            ExitCode::from(1)
        }
        None => ExitCode::SUCCESS,
    }
}

/// Writes to standard output; a reader that has gone is no error.
fn print(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome,
    }
}

/// Writes a line to standard error.
fn complain(message: &str) {
    // There is nobody left to tell.
    let _ = writeln!(anstream::stderr(), "parity: {message}");
}
