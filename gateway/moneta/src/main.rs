//! `moneta`: sandbox, node, demo, offline wallet and proof checker in one binary; wiring only.

mod demo;
mod node;
mod process;
mod sandbox;
mod store;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A public chain for real-world assets: node, wallet, gateway and explorer.
///
/// Without a command it starts the sandbox.
#[derive(Parser, Debug)]
#[command(name = "moneta", version, args_conflicts_with_subcommands = true)]
struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    sandbox: sandbox::SandboxArgs,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Start a chain, a miner, a gateway, a faucet and an explorer on this machine
    Sandbox(sandbox::SandboxArgs),
    /// Run a node: keep the chain, check it, pass it on
    Node(node::NodeArgs),
    /// Play the main story against a running sandbox
    Demo(demo::DemoArgs),
    /// The offline wallet: make keys, show and sign payments (the same program as `moneta-wallet`)
    Wallet(moneta_wallet_cli::Args),
    /// Check, rebuild, prune or carry the chain on disk while no node runs on it
    Store(store::StoreArgs),
    /// Check a notarisation proof without a server
    Verify(verify::VerifyArgs),
}

fn main() -> ExitCode {
    let args = Args::parse();
    let result = match args.command {
        None => sandbox::run(args.sandbox),
        Some(Command::Sandbox(args)) => sandbox::run(args),
        Some(Command::Node(args)) => node::run(args),
        Some(Command::Demo(args)) => demo::run(args),
        Some(Command::Wallet(args)) => return moneta_wallet_cli::run(&args),
        Some(Command::Store(args)) => store::run(args),
        Some(Command::Verify(args)) => verify::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("moneta: {}", told(&err));
            ExitCode::FAILURE
        }
    }
}

/// Returns an error with its causes, each said once: many already stand in the words of what they caused.
fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if told.is_empty() {
            told = cause;
        } else if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    told
}
