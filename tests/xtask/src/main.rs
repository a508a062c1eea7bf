//! Named commands of the project: `cargo xtask help` lists them.
#![allow(clippy::print_stdout)]

mod bench;
mod check;
mod crash_images;
mod fuzz;
mod hostile_peers;
mod kills;
mod miners;
mod mips_soak;
mod network_soak;
mod node_crash_images;
mod script_diff;
mod seal_genesis;
mod soak;
mod store_faults;
mod vectors;

use std::process::ExitCode;

/// A named command: what the user types, what it does, how it runs.
struct Command {
    name: &'static str,
    usage: &'static str,
    about: &'static str,
    run: fn(&[String]) -> anyhow::Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "bench",
        usage: "bench NAME",
        about: "ratios against a named peer; `cargo xtask bench` lists them",
        run: bench::run,
    },
    Command {
        name: "check",
        usage: "check",
        about: "what a change must pass: format, lints, tests, documentation",
        run: check::run,
    },
    Command {
        name: "seal-genesis",
        usage: "seal-genesis [NET]",
        about: "finds the seals of main's and test's genesis again: two minutes",
        run: seal_genesis::run,
    },
    Command {
        name: "soak",
        usage: "soak NAME [N]",
        about: "long runs; `cargo xtask soak` lists them",
        run: soak::run,
    },
];

fn main() -> ExitCode {
    // `soak kills` starts this program to kill it.
    if moneta_kills::work_if_asked() {
        return ExitCode::SUCCESS;
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    let Some((name, rest)) = args.split_first() else {
        help();
        return ExitCode::SUCCESS;
    };
    if matches!(name.as_str(), "help" | "--help" | "-h") {
        help();
        return ExitCode::SUCCESS;
    }
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("no command `{name}`; `cargo xtask help` lists them");
        return ExitCode::from(2);
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("{name}: {err:#}");
            ExitCode::FAILURE
        }
    }
}

fn help() {
    println!("Named commands:\n");
    for command in COMMANDS {
        println!("  cargo xtask {:<18} {}", command.usage, command.about);
    }
}
