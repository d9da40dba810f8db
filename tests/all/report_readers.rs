//! Reports read by real programs that consume them: `scripts/install-report-readers.sh` installs those below `.tools/`.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::common::Tree;
use serde_json::Value;

/// One test installs, the others wait for it.
static INSTALLING: Mutex<()> = Mutex::new(());

/// A path below `.tools/reports`; `None`, with a word on it, where it can't be installed and this is not CI.
fn tool(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let tool = root.join(".tools/reports").join(path);
    let _installing = INSTALLING.lock();
    if !tool.exists() {
        let _ = Command::new("bash").arg(root.join("scripts/install-report-readers.sh")).status();
    }
    if tool.exists() {
        return Some(tool);
    }
    assert!(std::env::var_os("CI").is_none(), "{path} is not installed: run scripts/install-report-readers.sh");
    eprintln!("NOT TESTED: {path} is not installed; run scripts/install-report-readers.sh");
    None
}

/// Findings of all severities with labels, in paths that need escapes, one suppressed, one in a broken file.
fn tree() -> Tree {
    let bad = "services:\n  é<&\">:\n    image: nginx:latest\n    privileged: true\n  b:\n    image: 'redis:alpine'\n";
    let suppressed = "services:\n  a:\n    image: nginx:latest  # deploylint: ignore[unpinned-image] <&\"> --> ]]>\n";
    let template = "services:\n  a:\n    image: caddy:{{ caddy_tag }}\n";
    Tree::new(&[
        ("a b,c:d%#?/compose.yml", bad),
        ("é<&\">/compose.yml", suppressed),
        ("templates/compose.yml.j2", template),
        ("group_vars/all.yml", "caddy_tag: latest\n"),
        ("broken/compose.yml", "services: [\n"),
        ("deploylint.toml", "rule-url = \"https://wiki.example.com/deploylint/{rule}\"\n"),
    ])
}

/// The report of that tree in `format`, in a file, and the summary of the JSON report.
fn report(tree: &Tree, format: &str) -> (PathBuf, Value) {
    let output = format!("{format}=report.out");
    let summary = tree.json(&["--persona", "auditor", "--output", &output])["summary"].clone();
    (tree.path("report.out"), summary)
}

fn run(program: &Path, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn microsofts_validator_finds_nothing_to_mend() {
    let Some(validator) = tool("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool") else { return };
    let tree = tree();
    let (report, _) = report(&tree, "sarif");
    let log = tree.path("validation.sarif");
    let paths = [report.to_str().expect("UTF-8"), log.to_str().expect("UTF-8")];
    // What the standard asks for, and what GitHub and Azure DevOps need to take a report.
    let options = ["--rule-kind", "Sarif;Gh;Ghas;Ado", "--level", "Error;Warning", "--log", "ForceOverwrite"];
    run(&validator, &[&["validate", paths[0], "--output", paths[1]], &options[..]].concat());
    let found: Value = serde_json::from_str(&std::fs::read_to_string(&log).expect("its log")).expect("JSON");
    let results = found["runs"][0]["results"].as_array().expect("results");
    let told: Vec<_> = results
        .iter()
        .map(|r| format!("{} {}", r["ruleId"].as_str().unwrap_or(""), r["message"]["arguments"]))
        // The program has no address of its own to name.
        .filter(|line| !line.starts_with("SARIF2005 "))
        .collect();
    assert_eq!(told, [""; 0]);
    assert_eq!(found["runs"][0]["invocations"][0]["executionSuccessful"], true);
}

#[test]
fn sarif_tools_counts_what_we_count() {
    let Some(sarif) = tool("bin/sarif") else { return };
    let tree = tree();
    let (report, summary) = report(&tree, "sarif");
    let said = run(&sarif, &["summary", report.to_str().expect("UTF-8")]);
    // It counts suppressed findings too; ours is of severity warning.
    let suppressed = summary["suppressed"].as_u64().expect("a number");
    assert_eq!(suppressed, 1);
    for (level, more) in [("error", 0), ("warning", suppressed), ("note", 0)] {
        let expected = summary[level].as_u64().expect("a number") + more;
        assert!(expected > 0, "the tree has no {level}");
        assert!(said.contains(&format!("\n{level}: {expected}\n")), "{level} {expected}:\n{said}");
    }
    let csv = tree.path("report.csv");
    let arguments = ["csv", report.to_str().expect("UTF-8"), "--output", csv.to_str().expect("UTF-8")];
    run(&sarif, &arguments);
    let csv = std::fs::read_to_string(csv).expect("a table");
    assert!(csv.contains("unpinned-image") && csv.contains("templates/compose.yml.j2,3"), "{csv}");
}

const READ_JUNIT: &str = "
import json, sys, junitparser, lxml.etree as etree
schema = etree.XMLSchema(etree.parse(sys.argv[2]))
schema.assertValid(etree.parse(sys.argv[1]))
whole = junitparser.JUnitXml.fromfile(sys.argv[1])
suites = {s.name: [[c.name, c.classname, [[type(r).__name__, r.message] for r in c.result]] for c in s] for s in whole}
print(json.dumps({'tests': whole.tests, 'failures': whole.failures, 'suites': suites}))
";

#[test]
fn junit_is_valid_for_jenkins_and_read_by_junitparser() {
    let (Some(python), Some(schema)) = (tool("bin/python"), tool("junit-10.xsd")) else { return };
    let tree = tree();
    let (report, summary) = report(&tree, "junit");
    let arguments = ["-c", READ_JUNIT, report.to_str().expect("UTF-8"), schema.to_str().expect("UTF-8")];
    let read: Value = serde_json::from_str(&run(&python, &arguments)).expect("JSON");
    let count = |name: &str| summary[name].as_u64().expect("a number");
    assert_eq!(read["failures"].as_u64(), Some(count("error") + count("warning") + count("note")));
    let suites = read["suites"].as_object().expect("suites");
    assert_eq!(suites["group_vars/all.yml"][0][2], serde_json::json!([]), "a clean file passes");
    let of_suppressed = suites["é<&\">/compose.yml"].as_array().expect("cases");
    let skipped = serde_json::json!([["Skipped", "<&\"> --> ]]>"]]);
    assert!(of_suppressed.iter().any(|case| case[2] == skipped), "{of_suppressed:?}");
    let case = &suites["templates/compose.yml.j2"].as_array().expect("cases")[0];
    assert_eq!(case[1], "templates/compose.yml.j2");
    assert!(suites.contains_key("a b,c:d%#?/compose.yml"), "{suites:?}");
}

#[test]
fn gitlab_takes_the_report() {
    let schema: Value = serde_json::from_str(include_str!("../gitlab-code-quality.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let tree = tree();
    let (report, summary) = report(&tree, "gitlab");
    let text = std::fs::read_to_string(report).expect("a report");
    assert!(text.starts_with('['), "no byte order mark");
    let issues: Value = serde_json::from_str(&text).expect("JSON");
    let errors: Vec<_> = validator.iter_errors(&issues).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    let issues = issues.as_array().expect("a list");
    let open: u64 = ["error", "warning", "note"].iter().filter_map(|level| summary[level].as_u64()).sum();
    assert_eq!(issues.len() as u64, open, "suppressed findings are none of its business");
    // It takes two of one fingerprint for one.
    let prints: std::collections::BTreeSet<_> = issues.iter().map(|i| i["fingerprint"].as_str()).collect();
    assert_eq!(prints.len(), issues.len());
    for (field, value) in [("severity", "error"), ("fingerprint", "x"), ("description", "")] {
        let mut broken = issues[0].clone();
        broken[field] = value.into();
        assert!(!validator.is_valid(&Value::Array(vec![broken])), "the schema refuses {field} {value:?}");
    }
}

#[test]
fn gitlab_takes_the_sast_report() {
    let schema: Value = serde_json::from_str(include_str!("../gitlab-sast.schema.json")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let tree = tree();
    let (path, _) = report(&tree, "gitlab-sast");
    let made: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a report")).expect("JSON");
    let errors: Vec<_> = validator.iter_errors(&made).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    let found = made["vulnerabilities"].as_array().expect("a list");
    let of = |rule: &str| found.iter().filter(|v| v["identifiers"][0]["value"] == rule).collect::<Vec<_>>();
    let [privileged] = of("privileged-container")[..] else { panic!("{found:?}") };
    assert_eq!(
        privileged["location"],
        serde_json::json!({"file": "a b,c:d%#?/compose.yml", "start_line": 4, "end_line": 4})
    );
    assert_eq!(privileged["identifiers"][0]["url"], "https://wiki.example.com/deploylint/privileged-container");
    assert!(privileged["solution"].is_string(), "{privileged}");
    assert!(
        of("service-without-restart").is_empty()
            && !of("unpinned-image").iter().any(|v| v["location"]["file"] == "é<&\">/compose.yml")
    );
    // GitLab takes two of one id for one.
    let ids: std::collections::BTreeSet<_> = found.iter().map(|v| v["id"].as_str()).collect();
    assert_eq!(ids.len(), found.len());
    for (field, value) in [("version", "15"), ("scan", ""), ("vulnerabilities", "")] {
        let mut broken = made.clone();
        broken[field] = value.into();
        assert!(!validator.is_valid(&broken), "the schema refuses {field} {value:?}");
    }
}

/// A workflow command as GitHub Actions reads it.
struct WorkflowCommand {
    name: String,
    properties: Vec<(String, String)>,
    message: String,
}

/// What the runner of GitHub Actions makes of a line.
fn workflow_command(line: &str) -> Option<WorkflowCommand> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ')?;
    let unescape = |text: &str| {
        let all = [("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")];
        all.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    let message = message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    let properties = pairs.map(|(k, v)| (k.to_owned(), unescape(v))).collect();
    Some(WorkflowCommand { name: name.to_owned(), properties, message })
}

#[test]
fn github_reads_each_annotation_as_it_was_meant() {
    let name = "100%25 ::error file=x::, y%0A";
    let compose = format!("services:\n  \"{name}\":\n    image: nginx:latest\n    build: .\n    imagee: x\n");
    let tree = Tree::new(&[("a b,c:d%0A%/compose.yml", &compose), ("::error::x/compose.yml", &compose)]);
    let ran = tree.run(&["check", "--persona", "auditor", "--format", "github"]);
    let json = tree.json(&["--persona", "auditor"]);
    let findings = json["findings"].as_array().expect("findings");
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!(lines.len(), findings.len() + 1, "one line a finding, and the summary:\n{}", ran.stdout);
    assert!(findings.iter().any(|f| f["message"].as_str().is_some_and(|m| m.contains(name))));
    for (line, finding) in lines.iter().zip(findings) {
        let command = workflow_command(line).unwrap_or_else(|| panic!("no command: {line}"));
        let level = if finding["severity"] == "note" { "notice" } else { finding["severity"].as_str().unwrap_or("") };
        assert_eq!(command.name, level);
        let property =
            |name: &str| command.properties.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        assert_eq!(property("file"), finding["path"].as_str());
        assert_eq!(property("line"), Some(finding["line"].to_string().as_str()));
        assert_eq!(property("title").map(|t| t.replace("deploylint: ", "")).as_deref(), finding["rule"].as_str());
        assert!(command.message.starts_with(finding["message"].as_str().expect("a message")), "{line}");
    }
    assert!(!lines.last().is_some_and(|line| line.starts_with("::")));
}
