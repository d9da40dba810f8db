//! Every example of every rule, each as a test: `cargo test --test rules compose/public-port` runs one rule's.
//!
//! The harness is our own because the tests are data; its output is the usual one.

// A harness prints, and stops where the program itself is broken.
#![allow(clippy::print_stdout, clippy::panic)]

use std::process::ExitCode;

use deploylint::check::rules::RuleSet;
use deploylint::examples::{Outcome, run};
use deploylint::knowledge::Knowledge;
use rayon::prelude::*;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let list = args.iter().any(|a| a == "--list");
    let exact = args.iter().any(|a| a == "--exact");
    let filters: Vec<&String> = args.iter().filter(|a| !a.starts_with('-') && a.parse::<u32>().is_err()).collect();
    let rules = match RuleSet::embedded() {
        Ok(rules) => rules,
        Err(mistakes) => {
            for mistake in &mistakes {
                println!("{mistake}\n");
            }
            println!("test result: FAILED. 0 passed; {} failed; 0 ignored; 0 measured; 0 filtered out", mistakes.len());
            return ExitCode::FAILURE;
        }
    };
    let knowledge = Knowledge::embedded().unwrap_or_else(|error| panic!("{error}"));
    let all: Vec<_> = rules.iter().collect();
    let named = |o: &Outcome| format!("{} {}", o.rule, o.example);
    // An example is run only where its rule or its name may match.
    let outcomes: Vec<Outcome> = all.par_iter().flat_map_iter(|rule| run(rule, &rules, &knowledge)).collect();
    let (wanted, rest): (Vec<_>, Vec<_>) = outcomes.iter().partition(|o| {
        let name = named(o);
        filters.is_empty() || filters.iter().any(|f| if exact { name == **f } else { name.contains(f.as_str()) })
    });
    if list {
        for outcome in &wanted {
            println!("{}: test", named(outcome));
        }
        return ExitCode::SUCCESS;
    }
    println!("\nrunning {} tests", wanted.len());
    let quiet = args.iter().any(|a| a == "-q" || a == "--quiet");
    for outcome in wanted.iter().filter(|o| !quiet || !o.failures.is_empty()) {
        let verdict = if outcome.failures.is_empty() { "ok" } else { "FAILED" };
        println!("test {} ... {verdict}", named(outcome));
    }
    let failed: Vec<_> = wanted.iter().filter(|o| !o.failures.is_empty()).collect();
    if !failed.is_empty() {
        println!("\nfailures:");
        for outcome in &failed {
            println!("\n---- {} ----", named(outcome));
            println!("{}", outcome.failures.join("\n"));
        }
    }
    let (word, bad) = (if failed.is_empty() { "ok" } else { "FAILED" }, failed.len());
    let (good, out) = (wanted.len() - bad, rest.len());
    println!("\ntest result: {word}. {good} passed; {bad} failed; 0 ignored; 0 measured; {out} filtered out\n");
    if failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
