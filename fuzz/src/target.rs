//! Runs one target, which the variable `FUZZ_TARGET` names: one program, since each takes its time to link. Where
//! `FUZZ_SEEDS` names a folder, writes there what each target begins with instead, and prints the targets' names.
#![no_main]

use std::path::Path;
use std::sync::LazyLock;

use deploylint_fuzz::fuzzed::{KNOWLEDGE, RULES, TARGETS, Target, trees};
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
    let named = TARGETS.iter().find(|target| target.name == name);
    named.unwrap_or_else(|| panic!("FUZZ_TARGET names none of {}", names.join(", ")))
});

fn begin() {
    // The first input shall not take the time of the rules.
    LazyLock::force(&RULES);
    LazyLock::force(&KNOWLEDGE);
    let Some(folder) = std::env::var_os("FUZZ_SEEDS") else { return };
    let trees = trees();
    for target in &TARGETS {
        let folder = Path::new(&folder).join(target.name);
        std::fs::create_dir_all(&folder).expect("a folder");
        for (n, seed) in target.seeds(&trees).into_iter().enumerate() {
            std::fs::write(folder.join(n.to_string()), seed).expect("a file");
        }
        println!("{}", target.name);
    }
    std::process::exit(0);
}

fuzz_target!(init: begin(), |data: &[u8]| TARGET.run(data));
