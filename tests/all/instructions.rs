//! `scripts/count-instructions` tells which run grew, and by which functions.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::path::Path;
use std::process::Command;

/// What the script says of two counts of one run, and its exit code; `None` where there is no Python.
fn compared(before: (u64, u64), after: (u64, u64)) -> Option<(String, Option<i32>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = tempfile();
    let written = |name: &str, (parse, other): (u64, u64)| {
        let text = format!(
            r#"{{"compiler": "c", "runs": {{"start": {{"total": {}, "functions": {{"parse": {parse}, "other": {other}}}}}}}}}"#,
            parse + other
        );
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file");
        path
    };
    let (before, after) = (written("before.json", before), written("after.json", after));
    let mut command = Command::new("python3");
    let said = command.arg(root.join("scripts/count-instructions")).arg("--compare").args([before, after]).output();
    std::fs::remove_dir_all(&folder).expect("a folder");
    let said = said.ok()?;
    Some((String::from_utf8_lossy(&said.stdout).into_owned(), said.status.code()))
}

fn tempfile() -> std::path::PathBuf {
    let thread = std::thread::current();
    let name = format!("deploylint-instructions-{}-{:?}", std::process::id(), thread.id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

#[test]
fn the_function_that_grew_is_named() {
    let Some((said, code)) = compared((1000, 1000), (1100, 1000)) else { return };
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("start: 2,000 -> 2,100 instructions (+5.0%)"), "{said}");
    assert!(said.contains("+100 parse") && !said.contains("other"), "{said}");
}

#[test]
fn two_percent_are_no_growth() {
    let Some((said, code)) = compared((1000, 1000), (1030, 1000)) else { return };
    assert_eq!((said.trim(), code), ("no run takes more than recorded", Some(0)));
}
