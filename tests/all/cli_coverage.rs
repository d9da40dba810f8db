//! The last line never lies: what was audited, what was not and why, and what the exit code makes of it.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::collections::BTreeMap;

use crate::common::Tree;
use serde_json::Value;

const GOOD: &str = "services:\n  web:\n    image: nginx:1.27.3\n";

/// The status of each input, and the summary.
fn inputs(tree: &Tree, arguments: &[&str]) -> (BTreeMap<String, String>, Value) {
    let report = tree.json(arguments);
    let all = report["inputs"].as_array().expect("inputs").iter();
    let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
    let inputs: BTreeMap<_, _> = all.clone().map(|i| (text(&i["path"]), text(&i["status"]))).collect();
    assert_eq!(inputs.len(), all.len(), "a file stands twice in the list");
    for input in all {
        assert_eq!(input["reason"].is_null(), input["status"] == "audited", "{input}");
    }
    (inputs, report["summary"].clone())
}

#[test]
fn what_can_not_be_read_is_no_audited_file() {
    let tree = Tree::new(&[
        ("good/compose.yml", GOOD),
        ("yaml/compose.yml", "services: [\n"),
        ("jinja/compose.yml.j2", "services:\n{% for n in range(999999999) %}\n  a{{ n }}: {image: x}\n{% endfor %}\n"),
        ("json/openclaw.json", "{ gateway: {"),
        ("env/.env", "A=\"never closed\n"),
        ("huge/compose.yml", &"#".repeat(9 * 1024 * 1024)),
        ("other/main.py", "print(1)\n"),
    ]);
    tree.write("bytes/compose.yml", b"services: {a: {image: \"\xff\xfe\"}}\n");
    tree.write("zero/compose.yml", b"services:\0\n");
    let (inputs, summary) = inputs(&tree, &[]);
    let of = |status: &str| inputs.iter().filter(|(_, s)| *s == status).map(|(p, _)| p.as_str()).collect::<Vec<_>>();
    assert_eq!(of("audited"), ["good/compose.yml"]);
    let broken = [
        "bytes/compose.yml",
        "env/.env",
        "huge/compose.yml",
        "jinja/compose.yml.j2",
        "json/openclaw.json",
        "yaml/compose.yml",
        "zero/compose.yml",
    ];
    assert_eq!(of("unparsable"), broken);
    assert_eq!(of("ignored"), ["other/main.py"]);
    assert_eq!(summary["files"], 1);
    let ran = tree.run(&["check", "--verbose"]);
    let last = ran.stdout.lines().last().unwrap_or("").to_owned();
    assert!(last.ends_with("; 1 file audited, 8 not audited (7 of them broken)"), "{last}");
    for path in broken.iter().chain(&["other/main.py"]) {
        assert!(ran.stdout.contains(&format!("\nnot audited: {path}: ")), "{path}: {ran}");
    }
    // Broken files are told without being asked for, whatever the rules of the run.
    let ran = tree.run(&["check", "--select", "unpinned-image"]);
    assert_eq!(ran.stdout.matches("not audited: ").count(), 7, "{ran}");
}

#[cfg(unix)]
#[test]
fn links_and_pipes_are_told_and_not_followed() {
    let tree = Tree::new(&[("real/compose.yml", GOOD)]);
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, tree.path(at)).expect("a link");
    link("real/compose.yml", "compose.yml");
    link("nowhere", "lost.yml");
    link(".", "loop");
    let made = std::process::Command::new("mkfifo").arg(tree.path("pipe.yml")).status().expect("mkfifo");
    assert!(made.success());
    let (inputs, summary) = inputs(&tree, &[]);
    let status = |path: &str| inputs.get(path).map(String::as_str);
    assert_eq!(status("real/compose.yml"), Some("audited"));
    assert_eq!(summary["files"], 1, "once, not once for each link");
    for path in ["compose.yml", "lost.yml", "loop", "pipe.yml"] {
        assert!(status(path).is_some_and(|s| s != "audited"), "{path}: {inputs:?}");
    }
}

#[test]
fn the_exit_code_says_what_happened() {
    let tree = Tree::new(&[
        ("good/compose.yml", GOOD),
        ("warning/compose.yml", "services:\n  a:\n    image: nginx:latest\n"),
        ("error/compose.yml", "services:\n  a:\n    image: nginx:1.27.3\n    privileged: true\n"),
        ("broken/compose.yml", "services: [\n"),
        ("none/main.py", ""),
    ]);
    let code = |arguments: &[&str]| tree.run(&[&["check"], arguments].concat()).code;
    assert_eq!((code(&["good"]), code(&["warning"]), code(&["error"])), (0, 1, 1));
    assert_eq!((code(&["warning", "--fail-on", "error"]), code(&["error", "--fail-on", "never"])), (0, 0));
    assert_eq!((code(&["good", "--fail-on", "note", "--persona", "auditor"]), code(&["none"])), (1, 3));
    assert_eq!((code(&["broken"]), code(&["broken", "good", "--select", "unpinned-image"])), (1, 0));
    // Clean is what was looked at.
    assert_eq!((code(&["broken", "--select", "unpinned-image"]), code(&["broken", "--fail-on", "never"])), (3, 3));
    assert_eq!((code(&["no-such-folder"]), code(&["none", "good"]), code(&["none", "error"])), (2, 0, 1));
    // A report to a file or in another format changes nothing.
    assert_eq!((code(&["error", "--format", "sarif"]), code(&["good", "--format", "junit"])), (1, 0));
    assert_eq!((code(&["error", "--statistics"]), code(&["error", "-q"]), code(&["none", "-q"])), (1, 1, 3));
    assert_eq!(code(&["good", "--output", "json=no/such/folder.json"]), 2);
}

#[test]
fn statistics_count_the_findings_of_each_rule() {
    let tree = Tree::new(&[
        (
            "a/compose.yml",
            "services:\n  a:\n    image: nginx:latest\n  b:\n    image: redis:alpine\n    privileged: true\n",
        ),
        ("b/compose.yml", "services:\n  a:\n    image: nginx:latest  # deploylint: ignore[unpinned-image] x\n"),
    ]);
    let ran = tree.run(&["check", "--statistics", "--select", "unpinned-image,privileged-container"]);
    let expected = "     2  warning  unpinned-image\n     1  error    privileged-container\n\n\
                    1 error, 1 warning, 1 note; 1 suppressed, 0 undecided; 2 files audited, 0 not audited\n";
    assert_eq!((ran.stdout.as_str(), ran.code), (expected, 1));
    let ran = tree.run(&["check", "--statistics", "-q", "--select", "unpinned-image"]);
    assert_eq!(ran.stdout, "     2  warning  unpinned-image\n\n");
}

#[test]
fn a_template_of_another_engine_is_left_alone_only_where_it_does_not_parse() {
    let wide = "services:\n  a:\n    image: a:1\n    privileged: true\n    hostname: '{{if .Node.Hostname}}n{{end}}'\n";
    let path = "services:\n  a:\n    image: a:1\n    command: copy %DATA% /x\n";
    let tree = Tree::new(&[
        ("formats/compose.yml", wide),
        ("windows/compose.yml", path),
        ("go/compose.yml", "services:\n{{ range .Apps }}\n  {{ .Name }}:\n    image: {{ .Image }}\n{{ end }}\n"),
        ("go/web.container", "[Container]\nImage=a:1\nPublishPort={{ .ports.web }}\n"),
        (
            "unit/a.service",
            "[Service]\nExecStart=/usr/bin/docker run \\\n  --log-opt tag={{.Name}} \\\n  --privileged a:1\n",
        ),
        ("unit/b.container", "[Container]\nImage=a:1\nLogOpt=tag={{.Name}}\n"),
    ]);
    let (inputs, _) = inputs(&tree, &[]);
    let not = inputs.iter().filter(|(_, status)| *status != "audited").map(|(p, _)| p.as_str()).collect::<Vec<_>>();
    assert_eq!(not, ["go/compose.yml", "go/web.container"]);
}
