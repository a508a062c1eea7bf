//! The only place that prints, and that asks a person.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::io::{BufRead, IsTerminal, Write, stdin, stdout};

use zeroize::Zeroizing;

use crate::error::CliError;

/// Prints a line of the result.
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// Prints beside the result: errors, hints, progress.
pub(crate) fn complain(line: &str) {
    eprintln!("{line}");
}

/// Tells whether a person sees what is printed.
pub(crate) fn is_watched() -> bool {
    stdout().is_terminal()
}

/// Asks for a secret without showing what is typed.
pub(crate) fn ask_secret(question: &str) -> Result<Zeroizing<String>, CliError> {
    if !stdin().is_terminal() {
        return Err(CliError::Terminal(std::io::ErrorKind::NotConnected.into()));
    }
    let typed = rpassword::prompt_password(question).map_err(CliError::Terminal)?;
    Ok(Zeroizing::new(typed))
}

/// Asks a question and returns the answer in lower case.
pub(crate) fn ask(question: &str) -> Result<String, CliError> {
    if !stdin().is_terminal() {
        return Err(CliError::Terminal(std::io::ErrorKind::NotConnected.into()));
    }
    print!("{question}");
    stdout().flush().map_err(CliError::Terminal)?;
    let mut answer = String::new();
    let read = stdin().lock().read_line(&mut answer);
    read.map_err(CliError::Terminal)?;
    Ok(answer.trim().to_lowercase())
}
