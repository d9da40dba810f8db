//! docs/json.md is true: it names every field that a report has, and what it shows is what is printed.

#![allow(clippy::expect_used)] // A helper that fails is a failed test.

use std::collections::BTreeSet;

use crate::common::Tree;
use serde_json::Value;

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/json.md")).expect("docs/json.md")
}

/// The fenced blocks of this language, in order.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).filter_map(|rest| rest.split("```").next()).map(str::to_owned).collect()
}

#[test]
fn what_the_page_shows_is_printed() {
    let page = page();
    let tree = Tree::new(&[("compose.yml", &blocks(&page, "yaml")[0])]);
    let commands: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("    deploylint ")).collect();
    let shown = blocks(&page, "json");
    assert_eq!((commands.len(), shown.len()), (2, 2));
    for (command, shown) in commands.iter().zip(&shown) {
        let arguments: Vec<&str> = command.split_whitespace().collect();
        assert_eq!(tree.run(&arguments).stdout, *shown, "{command}");
    }
    // Lines and report say the same.
    let report: Value = serde_json::from_str(&shown[0]).expect("JSON");
    let lines: Vec<Value> = shown[1].lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let stripped = |mut value: Value| {
        value.as_object_mut().expect("an object").remove("type");
        value
    };
    assert_eq!(stripped(lines[0].clone()), report["findings"][0]);
    assert_eq!(lines.last().map(|line| stripped(line.clone())).as_ref(), Some(&report["summary"]));
}

fn keys(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| keys(item, into)),
        Value::Object(map) => {
            for (key, value) in map {
                into.insert(key.clone());
                keys(value, into);
            }
        }
        _ => {}
    }
}

#[test]
fn every_field_and_word_of_real_reports_is_on_the_page() {
    let page = page();
    let tables = page.split("## An example").next().expect("the tables");
    let report = crate::common::run(
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")),
        &["check", "fixtures", "--persona", "auditor", "--format", "json"],
        b"",
        &[],
    );
    let report: Value = serde_json::from_str(&report.stdout).expect("JSON");
    let mut names = BTreeSet::new();
    keys(&report, &mut names);
    let words = |list: &str, field: &str| -> Vec<String> {
        report[list].as_array().into_iter().flatten().filter_map(|one| Some(one[field].as_str()?.to_owned())).collect()
    };
    for (list, field) in [
        ("inputs", "kind"),
        ("inputs", "status"),
        ("findings", "severity"),
        ("findings", "confidence"),
        ("findings", "persona"),
    ] {
        let found = words(list, field);
        assert!(!found.is_empty(), "{list} {field}");
        names.extend(found);
    }
    assert!(names.len() > 40, "only {names:?}");
    let missing: Vec<_> = names.iter().filter(|name| !tables.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/json.md does not name {missing:?}");
}
