//! One key-value store on the work of a chain: `moneta-peers-store STORE FOLDER [COINS]` prints `figure NAME VALUE` lines.
//! After each step it prints `turn` and waits for a line, so that several stores can take turns step by step.
//! With a fourth word: `fill` inserts coins until it is killed, `open` opens what was left and times that.

mod coins;
mod killed;
mod measure;
mod phases;
mod replay;
mod stores;

use std::path::Path;
use std::process::ExitCode;

/// Coins that are inserted if nobody says how many.
const COINS: u64 = 2_000_000;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (Some(name), Some(folder)) = (args.first(), args.get(1)) else {
        // Which stores this build knows.
        println!("{}", stores::NAMES.join(" "));
        return ExitCode::SUCCESS;
    };
    let coins = args.get(2).map_or(Ok(COINS), |text| text.parse());
    let Ok(coins) = coins else {
        eprintln!("COINS is a number");
        return ExitCode::from(2);
    };
    let folder = Path::new(folder);
    std::fs::create_dir_all(folder).expect("the folder can be made");
    match args.get(3).map(String::as_str) {
        None => phases::run(name, folder, coins),
        Some("fill") => killed::fill(name, folder, coins),
        Some("open") => killed::open(name, folder, coins),
        Some(_) => {
            eprintln!("`fill` or `open`, or nothing for the whole work");
            return ExitCode::from(2);
        }
    }
    ExitCode::SUCCESS
}
