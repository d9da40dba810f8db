//! docs/security.md promises nothing without a test that is there.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn each_promise_names_a_test_that_is_there() {
    let page = include_str!("../../docs/security.md");
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| promise"));
    let mut named = BTreeSet::new();
    for row in rows {
        let held = row.trim_end_matches(" |").rsplit(" | ").next().unwrap_or("");
        let tests: Vec<&str> = held.split('`').filter(|part| part.contains("::")).collect();
        assert!(!tests.is_empty(), "a promise without a test: {row}");
        named.extend(tests);
    }
    assert!(named.len() > 20, "{named:?}");
    for test in named {
        let (module, function) = test.split_once("::").unwrap_or_default();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/all").join(format!("{module}.rs"));
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(&format!("#[test]\nfn {function}() {{")), "there is no test {test}");
    }
}
