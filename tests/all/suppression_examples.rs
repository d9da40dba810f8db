//! docs/suppressions.md is true: each of its examples suppresses, and its commands do what the page says.

#![allow(clippy::expect_used)] // A helper that fails is a failed test.

use crate::common::Tree;

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/suppressions.md");
    std::fs::read_to_string(path).expect("docs/suppressions.md")
}

/// The files that the page shows: a line with nothing but the name in backquotes, then a fenced block.
fn files(page: &str) -> Vec<(String, String)> {
    let lines: Vec<&str> = page.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = line.strip_prefix('`').and_then(|l| l.strip_suffix('`')).filter(|n| !n.contains('`')) else {
            continue;
        };
        let fence: String = lines[at + 2].chars().take_while(|c| *c == '`').collect();
        assert!(fence.len() >= 3, "{name} is followed by {:?}", lines[at + 2]);
        let text: Vec<&str> = lines[at + 3..].iter().take_while(|l| **l != fence).copied().collect();
        found.push((name.to_owned(), text.join("\n") + "\n"));
    }
    found
}

/// The rules that comments of the file name.
fn named(text: &str) -> Vec<&str> {
    let lists = text.split("deploylint: ignore").skip(1).filter_map(|rest| rest.split(['[', ']']).nth(1));
    lists.flat_map(|list| list.split(',').map(str::trim)).collect()
}

#[test]
fn each_example_suppresses() {
    let page = page();
    let files = files(&page);
    assert_eq!(files.len(), 9, "{files:?}");
    let all: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let rules: Vec<&str> = all.iter().flat_map(|(_, text)| named(text)).chain(["unused-suppression"]).collect();
    let select = rules.join(",");
    let check = |files: &[(&str, &str)]| {
        let arguments = ["--select", &select, "--persona", "auditor", "--markdown", "*.md"];
        Tree::new(files).json(&arguments)["summary"].clone()
    };
    let summary = check(&all);
    let open =
        |summary: &serde_json::Value| ["error", "warning", "note"].map(|l| summary[l].as_u64().expect("a number"));
    assert_eq!(open(&summary), [0, 0, 0]);
    // Each comment has its finding: without the comments there are as many.
    let bare: Vec<(&str, String)> =
        all.iter().map(|(name, text)| (*name, text.replace("deploylint:", "remark:"))).collect();
    let bare: Vec<(&str, &str)> = bare.iter().map(|(name, text)| (*name, text.as_str())).collect();
    assert_eq!(open(&check(&bare)).iter().sum::<u64>(), summary["suppressed"].as_u64().expect("a number"));
    // All but that of the variable are in their own files.
    for (name, text) in all.iter().filter(|(name, text)| !text.contains("caddy") && !name.is_empty()) {
        let summary = check(&[(name, text)]);
        assert!(
            summary["suppressed"].as_u64() >= Some(named(text).len() as u64 - 1) && open(&summary) == [0, 0, 0],
            "{name}: {summary}"
        );
    }
}

#[test]
fn the_commands_do_what_the_page_says() {
    let page = page();
    let commands: Vec<Vec<&str>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("    deploylint "))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(commands.len(), 3);
    let tree = Tree::new(&[("compose.yml", "services:\n  web:\n    image: nginx:latest\n")]);
    assert_eq!(tree.run(&commands[0]).code, 0);
    assert_eq!(tree.run(&commands[1]).code, 0);
    tree.write("new/compose.yml", b"services:\n  web:\n    image: nginx:latest\n");
    assert_eq!(tree.run(&commands[1]).code, 1);
    tree.write("compose.yml", b"services:\n  web:\n    image: nginx:1.27.3\n");
    assert!(tree.run(&commands[1]).stderr.contains("fixed: unpinned-image in compose.yml"));
    tree.run(&commands[2]);
    assert_eq!(tree.run(&commands[1]).stderr, "");
}
