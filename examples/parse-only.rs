//! Parses the YAML files below a folder and does nothing with them: the least that a program on this parser can cost.
//!
//! `cargo run --release --example parse-only -- FOLDER`.

#![allow(clippy::print_stdout, clippy::print_stderr)] // A program for developers.

use std::path::Path;
use std::process::ExitCode;

use granit_parser::Parser;

fn main() -> ExitCode {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("parse-only FOLDER");
        return ExitCode::FAILURE;
    };
    let (mut files, mut events) = (0_usize, 0_usize);
    for entry in walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok) {
        let yaml = matches!(entry.path().extension().and_then(|e| e.to_str()), Some("yml" | "yaml"));
        if yaml && let Some(found) = parse(entry.path()) {
            files += 1;
            events += found;
        }
    }
    println!("{files} files, {events} events");
    ExitCode::SUCCESS
}

/// How many events the file has, up to its first error.
fn parse(path: &Path) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    Some(Parser::new_from_str(&text).take_while(Result::is_ok).count())
}
