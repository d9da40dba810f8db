//! Each machine format, read by its consumer's own schema or parser.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::process::Command;

use crate::common::Tree;
use serde_json::Value;

/// Findings with labels, an ignored one, a broken file, and names that need escapes.
fn tree() -> Tree {
    Tree::new(&[
        ("a b,c:d%/compose.yml", "services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3\n"),
        ("é<&\">/compose.yml", "services:\n  é: {image: 'x:1', image: 'x:1'}\n"),
        ("lab/compose.yml", "services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3\n"),
        ("clean/compose.yml", "services:\n  web:\n    image: nginx:1.27.3\n"),
        ("broken/compose.yml", "services: [\n"),
        ("deploylint.toml", "[rules.duplicate-key]\nignore = [\"lab/**\"]\nreason = \"an old lab\"\n"),
    ])
}

fn report(format: &str) -> String {
    let ran = tree().run(&["check", "--select", "duplicate-key,unparsable-file", "--format", format]);
    assert_eq!(ran.code, 1, "{ran}");
    ran.stdout
}

/// The official schema, which comes with the crate `serde-sarif`.
fn sarif_schema() -> Value {
    // Of this platform only: a build downloads no crate of another one.
    let version = Command::new("rustc").arg("-vV").output().expect("rustc");
    let version = String::from_utf8(version.stdout).expect("UTF-8");
    let host = version.lines().find_map(|l| l.strip_prefix("host: ")).expect("a host");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", host, "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .expect("cargo metadata");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = metadata["packages"].as_array().expect("a list");
    let package = packages.iter().find(|p| p["name"] == "serde-sarif").expect("serde-sarif");
    let manifest = std::path::Path::new(package["manifest_path"].as_str().expect("a path"));
    let text = std::fs::read_to_string(manifest.with_file_name("src/schema.json")).expect("the schema");
    let mut schema: Value = serde_json::from_str(&text).expect("JSON");
    // The official schema has two patterns with a stray bracket, which are no regular expressions; we set no language.
    for holder in ["run", "toolComponent"] {
        let pointer = format!("/definitions/{holder}/properties/language");
        let language = schema.pointer_mut(&pointer).expect("the property");
        assert!(language.as_object_mut().expect("an object").remove("pattern").is_some());
    }
    schema
}

#[test]
fn sarif_is_valid_under_the_official_schema() {
    let text = report("sarif");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let validator = jsonschema::validator_for(&sarif_schema()).expect("a schema");
    let errors: Vec<_> = validator.iter_errors(&report).map(|e| e.to_string()).collect();
    assert_eq!(errors, [] as [String; 0]);
    let broken = serde_json::json!({ "version": "2.1.0", "runs": [{ "results": [] }] });
    assert!(!validator.is_valid(&broken), "the schema refuses a run without a tool");
}

#[test]
fn sarif_is_read_by_a_sarif_parser() {
    let sarif: serde_sarif::sarif::Sarif = serde_json::from_str(&report("sarif")).expect("SARIF");
    let run = &sarif.runs[0];
    let rules = run.tool.driver.rules.as_ref().expect("rules");
    let results = run.results.as_ref().expect("results");
    assert_eq!(results.len(), 4);
    for result in results {
        let index = usize::try_from(result.rule_index.expect("an index")).expect("not negative");
        assert_eq!(Some(&rules[index].id), result.rule_id.as_ref());
        assert!(rules[index].help.as_ref().is_some_and(|h| h.markdown.is_some()));
        assert!(rules[index].properties.as_ref().is_some_and(|p| p.tags.is_some()));
        assert!(result.partial_fingerprints.is_some());
    }
    let suppressed: Vec<_> = results.iter().filter_map(|r| r.suppressions.as_ref()).collect();
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0][0].justification.as_deref(), Some("an old lab"));
    let labelled = results.iter().find(|r| r.related_locations.is_some()).expect("a label");
    assert!(labelled.code_flows.as_ref().is_some_and(|f| f.len() == 1));
    let uri = |r: &serde_sarif::sarif::Result| {
        let place = r.locations.as_ref()?.first()?.physical_location.as_ref()?;
        place.artifact_location.as_ref()?.uri.clone()
    };
    assert_eq!(uri(&results[0]).as_deref(), Some("a%20b,c%3Ad%25/compose.yml"));
}

#[test]
fn sarif_rules_say_where_to_read_more_and_how_grave_they_are() {
    let compose =
        "services:\n  a:\n    image: nginx\n    privileged: true\n    environment: {DB_PASSWORD: aeM4eejah9Oo}\n";
    let tree = Tree::new(&[("compose.yml", compose)]);
    let report: Value = serde_json::from_str(&tree.run(&["check", "--format", "sarif"]).stdout).expect("JSON");
    let rules = report["runs"][0]["tool"]["driver"]["rules"].as_array().expect("rules");
    let rule = |id: &str| rules.iter().find(|rule| rule["id"] == id).expect("the rule");
    let privileged = rule("privileged-container");
    assert_eq!(privileged["properties"]["tags"], serde_json::json!(["privilege", "security"]));
    assert_eq!(privileged["properties"]["security-severity"], "8.0");
    assert!(rule("literal-secret")["helpUri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
    let validator = jsonschema::validator_for(&sarif_schema()).expect("a schema");
    assert!(validator.is_valid(&report));
    let unpinned = &rule("unpinned-image")["properties"];
    assert_eq!((&unpinned["tags"], &unpinned["security-severity"]), (&serde_json::json!(["images"]), &Value::Null));
}

#[test]
fn junit_is_read_by_a_junit_parser() {
    let text = report("junit");
    let read = quick_junit::Report::deserialize_from_str(&text).expect("JUnit XML");
    let named = |name: &str| read.test_suites.iter().find(|s| s.name.as_str() == name).expect("a suite");
    assert_eq!((read.tests, read.failures), (5, 3));
    assert!(matches!(named("clean/compose.yml").test_cases[0].status, quick_junit::TestCaseStatus::Success { .. }));
    assert!(matches!(named("lab/compose.yml").test_cases[0].status, quick_junit::TestCaseStatus::Skipped { .. }));
    let quick_junit::TestCaseStatus::NonSuccess { message, .. } = &named("é<&\">/compose.yml").test_cases[0].status
    else {
        panic!("a failure")
    };
    assert_eq!(
        message.as_ref().map(quick_junit::XmlString::as_str),
        Some("the key `image` stands twice in this mapping")
    );
}

#[test]
fn fingerprints_survive_moved_lines() {
    let prints = |text: &str| {
        let tree = Tree::new(&[("compose.yml", text)]);
        let ran = tree.run(&["check", "--select", "duplicate-key", "--format", "gitlab"]);
        let issues: Value = serde_json::from_str(&ran.stdout).expect("JSON");
        issues.as_array().expect("a list").iter().map(|i| i["fingerprint"].clone()).collect::<Vec<_>>()
    };
    let before = prints("services:\n  web:\n    image: x:1\n    image: x:1\n    image: x:1\n");
    let after = prints("# one more line\nservices:\n\n  web:\n    image: x:1\n    image: x:1\n    image: x:1\n");
    assert_eq!(before.len(), 2);
    assert_ne!(before[0], before[1]);
    assert_eq!(before, after);
}

/// As reviewdog's schema has it: places in bytes from 1, ends exclusive, severities by its names.
#[test]
fn rdjson_counts_bytes() {
    let result: Value = serde_json::from_str(&report("rdjson")).expect("JSON");
    assert_eq!(result["source"]["name"], "deploylint");
    let diagnostics = result["diagnostics"].as_array().expect("a list");
    assert_eq!(diagnostics.len(), 3, "what is suppressed is left out");
    let of_file = |path: &str| diagnostics.iter().find(|d| d["location"]["path"] == path).expect("a diagnostic");
    let one = of_file("é<&\">/compose.yml");
    // `  é: {image: 'x:1', image: 'x:1'}`: the second key, behind a letter of two bytes.
    let range = serde_json::json!({ "start": { "line": 2, "column": 22 }, "end": { "line": 2, "column": 27 } });
    assert_eq!(one["location"]["range"], range);
    assert_eq!((&one["severity"], &one["code"]["value"]), (&Value::from("ERROR"), &Value::from("duplicate-key")));
    assert_eq!(one["related_locations"][0]["location"]["range"]["start"]["column"], 8);
    assert!(one["message"].as_str().is_some_and(|m| m.contains("\nhelp: ")));
}

#[test]
fn the_other_formats() {
    for format in ["github", "compact", "markdown", "jsonl"] {
        insta::assert_snapshot!(format, report(format));
    }
    for line in report("jsonl").lines() {
        let value: Value = serde_json::from_str(line).expect("JSON on each line");
        assert!(["finding", "input", "summary"].contains(&value["type"].as_str().unwrap_or("")));
    }
}

#[test]
fn the_json_report_has_the_documented_fields() {
    let report: Value = serde_json::from_str(&report("json")).expect("JSON");
    let keys = |value: &Value| value.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    assert_eq!(keys(&report), ["schema", "findings", "inputs", "summary"]);
    assert_eq!(report["schema"], "deploylint/1");
    let finding = [
        "rule",
        "severity",
        "confidence",
        "persona",
        "message",
        "help",
        "path",
        "line",
        "column",
        "end_line",
        "end_column",
        "start",
        "end",
        "labels",
        "suppressed",
        "fixes",
    ];
    assert_eq!(keys(&report["findings"][0]), finding);
    let labelled = report["findings"].as_array().into_iter().flatten().find(|f| f["labels"][0].is_object());
    let label = labelled.map(|f| keys(&f["labels"][0])).unwrap_or_default();
    assert_eq!(label, ["path", "line", "column", "end_line", "end_column", "text"]);
    assert_eq!(keys(&report["inputs"][0]), ["path", "kind", "status", "reason"]);
    assert_eq!(keys(&report["summary"]), ["error", "warning", "note", "suppressed", "undecided", "files"]);
}
