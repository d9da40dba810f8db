//! `deploylint fix` and `check --fix`: what is shown, what is written, what is left alone.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::fs;
use std::process::Command;

use crate::common::{Tree, run};

const COMPOSE: &str = "\
# the stack
services:
    web:  # keep
        image: 'nginx:1.29.1-alpine'
        volumes: [\"./pages.conf:/etc/nginx/conf.d/default.conf:ro\"]
        healthcheck:
            test: [\"CMD\", \"wget\", \"-q\", \"--spider\", 'http://localhost:8081/']
        ports: [\"127.0.0.1:8081:8081\"]
";

const FIXED: &str = "\
# the stack
services:
    web:  # keep
        image: 'nginx:1.29.1-alpine'
        volumes: [\"./pages.conf:/etc/nginx/conf.d/default.conf:ro\"]
        healthcheck:
            test: [\"CMD\", \"wget\", \"-q\", \"--spider\", 'http://127.0.0.1:8081/']
        ports: [\"127.0.0.1:8081:8081\"]
";

fn tree() -> Tree {
    Tree::new(&[("compose.yml", COMPOSE), ("pages.conf", "server { listen 8081; }\n")])
}

fn read(tree: &Tree, path: &str) -> String {
    fs::read_to_string(tree.path(path)).unwrap()
}

/// What a shell makes of a fix inside of a here-document is another thing.
#[test]
fn a_file_that_a_script_writes_is_left_alone() {
    let script = format!("#!/bin/sh\ncat >compose.yml <<EOF\n{COMPOSE}EOF\n");
    let tree = Tree::new(&[("install.sh", &script), ("pages.conf", "server { listen 8081; }\n")]);
    let told = tree.run(&["check", "--select", "healthcheck-localhost-ipv6,healthcheck-command-malformed"]);
    let ran = tree.run(&["fix", "--unsafe", "--apply", "."]);
    assert_eq!(read(&tree, "install.sh"), script, "{told}{ran}");
}

#[test]
fn a_preview_changes_nothing_and_a_diff_applies() {
    let tree = tree();
    let shown = tree.run(&["fix"]);
    assert_eq!(shown.code, 1, "{shown}");
    assert!(
        shown
            .stdout
            .contains("+            test: [\"CMD\", \"wget\", \"-q\", \"--spider\", 'http://127.0.0.1:8081/']\n")
    );
    assert!(shown.stderr.contains("would fix compose.yml:7: healthcheck-localhost-ipv6: ask `127.0.0.1`\n"), "{shown}");
    assert!(shown.stderr.contains("1 finding can be fixed in 1 file\nnothing was written"), "{shown}");
    assert_eq!(read(&tree, "compose.yml"), COMPOSE);
    let coloured = tree.run(&["fix", "--color", "always"]);
    assert!(coloured.stdout.contains("\u{1b}[32m+"), "{coloured}");
    let diff = tree.run(&["fix", "--diff"]);
    assert!(diff.stderr.is_empty(), "{diff}");
    tree.write("fix.patch", diff.stdout.as_bytes());
    let applied = Command::new("git").args(["apply", "fix.patch"]).current_dir(&tree.0).status().unwrap();
    assert!(applied.success());
    assert_eq!(read(&tree, "compose.yml"), FIXED);
    assert_eq!(tree.run(&["fix", "--diff"]).code, 0);
}

#[test]
fn an_applied_fix_keeps_every_other_byte_and_is_done_once() {
    let tree = tree();
    let ran = tree.run(&["fix", "--apply"]);
    assert_eq!((ran.code, read(&tree, "compose.yml")), (0, FIXED.to_owned()), "{ran}");
    let again = tree.run(&["fix", "--apply"]);
    assert_eq!((again.code, read(&tree, "compose.yml")), (0, FIXED.to_owned()), "{again}");
    let left: Vec<_> = fs::read_dir(&tree.0).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "no temporary file is left: {left:?}");
}

#[test]
fn check_reports_what_is_left_after_its_fixes() {
    let tree = tree();
    let ran = tree.run(&["check", "--fix", "--persona", "pedantic", "--format", "compact"]);
    assert!(!ran.stdout.contains("healthcheck-localhost-ipv6"), "{ran}");
    assert!(ran.stdout.contains("missing-restart-policy"), "an unsafe fix is not made: {ran}");
    assert!(ran.stderr.contains("2 more findings can be fixed in a way that may change what runs"), "{ran}");
    let ran = tree.run(&["check", "--fix=unsafe", "--persona", "pedantic", "--format", "compact"]);
    assert!(!ran.stdout.contains("missing-restart-policy"), "{ran}");
    assert!(read(&tree, "compose.yml").ends_with("8081\"]\n        restart: unless-stopped\n        logging: {driver: json-file, options: {max-size: 10m, max-file: \"3\"}}\n"));
}

#[test]
fn what_is_suppressed_not_selected_or_ignored_is_not_fixed() {
    let tree = tree();
    for arguments in [["--ignore", "healthcheck-localhost-ipv6"], ["--select", "unpinned-image"]] {
        let ran = tree.run(&[&["fix"], &arguments[..]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (0, ""), "{ran}");
    }
    let text = COMPOSE.replace(
        "        healthcheck:",
        "        # deploylint: ignore[healthcheck-localhost-ipv6] known\n        healthcheck:",
    );
    tree.write("compose.yml", text.as_bytes());
    assert_eq!(tree.run(&["fix"]).code, 0);
}

#[test]
fn standard_input_is_printed_with_its_fixes() {
    let text = "- hosts: all\n  tasks:\n    - debug: {msg: '{{ api_password }}'}\n";
    let tree = Tree::new(&[]);
    let arguments = ["check", "-", "--stdin-filename", "site.yml", "--fix"];
    let ran = run(&tree.0, &arguments, text.as_bytes(), &[]);
    let fixed = "- hosts: all\n  tasks:\n    - debug: {msg: '{{ api_password }}'}\n      no_log: true\n";
    assert_eq!(ran.stdout, fixed, "{ran}");
    let ran = run(&tree.0, &["fix", "-", "--stdin-filename", "site.yml", "--apply"], text.as_bytes(), &[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, fixed), "{ran}");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_tree_is_not_followed_and_modes_stay() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let elsewhere = tree();
    let tree = Tree::new(&[("inside/compose.yml", COMPOSE), ("inside/pages.conf", "server { listen 8081; }\n")]);
    symlink(elsewhere.path("compose.yml"), tree.path("compose.yml")).unwrap();
    symlink(elsewhere.path("pages.conf"), tree.path("pages.conf")).unwrap();
    let file = tree.path("inside/compose.yml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    let ran = tree.run(&["fix", "--apply", "compose.yml", "pages.conf"]);
    assert_eq!(ran.code, 2, "{ran}");
    assert!(ran.stderr.contains("it is a link to a file outside of what is audited"), "{ran}");
    assert_eq!(read(&elsewhere, "compose.yml"), COMPOSE);
    let ran = tree.run(&["fix", "--apply", "inside"]);
    assert_eq!((ran.code, read(&tree, "inside/compose.yml")), (0, FIXED.to_owned()), "{ran}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_preview_masks_secrets_and_a_diff_leaves_their_lines_out() {
    let secret = "Xk9vQ2mR7wLp4Tz8";
    let compose =
        COMPOSE.replace("        ports:", &format!("        environment: {{DB_PASSWORD: {secret}}}\n        ports:"));
    let tree = Tree::new(&[("compose.yml", &compose), ("pages.conf", "server { listen 8081; }\n")]);
    let shown = tree.run(&["fix"]);
    assert!(shown.stdout.contains("DB_PASSWORD: ••••••}"), "{shown}");
    assert!(!format!("{shown}").contains(secret), "{shown}");
    let diff = tree.run(&["fix", "--diff"]);
    assert_eq!(diff.stdout, "", "{diff}");
    assert_eq!(diff.stderr, "1 change left out beside a secret's value; use --apply\n");
    let applied = tree.run(&["fix", "--apply"]);
    assert!(!format!("{applied}").contains(secret), "{applied}");
    assert!(read(&tree, "compose.yml").contains(secret));
}

#[test]
fn markdown_reviewdog_and_gitlab_hold_suggestions() {
    let tree = tree();
    let markdown = ["check", "--suggest-fixes", "--format", "markdown", "--select", "healthcheck-localhost-ipv6"];
    let shown = tree.run(&markdown);
    let line = FIXED.lines().find(|line| line.contains("127.0.0.1:8081/")).unwrap();
    let block = format!("compose.yml:7: healthcheck-localhost-ipv6: ask `127.0.0.1`\n\n```suggestion\n{line}\n```\n");
    assert!(shown.stdout.contains("\n### Suggestions\n") && shown.stdout.contains(&block), "{shown}");
    let rdjson =
        tree.run(&["check", "--suggest-fixes", "--format", "rdjson", "--select", "healthcheck-localhost-ipv6"]);
    let report: serde_json::Value = serde_json::from_str(&rdjson.stdout).unwrap();
    assert_eq!(report["diagnostics"][0]["suggestions"].as_array().map(Vec::len), Some(1), "{report}");
    let gitlab = ["check", "--suggest-fixes", "--format", "gitlab", "--select", "healthcheck-localhost-ipv6"];
    let told = tree.run(&gitlab).stdout;
    let issues: serde_json::Value = serde_json::from_str(&told).unwrap();
    let description = issues[0]["description"].as_str().unwrap();
    let block = format!("\n\nFix: ask `127.0.0.1`\n\n```suggestion:-0+0\n{line}\n```");
    assert!(description.ends_with(&block), "{description}");
    let schema = serde_json::from_str(include_str!("../gitlab-code-quality.schema.json")).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&issues), "{issues}");
    // Without being asked for, or beside a secret, there is none.
    assert!(!tree.run(&["check", "--format", "markdown"]).stdout.contains("suggestion"));
    let secret = COMPOSE.replace("localhost:8081/'", "localhost:8081/', '--password', 'Xk29vLq8RtZ'");
    tree.write("compose.yml", secret.as_bytes());
    let hidden = tree.run(&markdown);
    assert!(hidden.stdout.contains("healthcheck-localhost-ipv6") && !hidden.stdout.contains("suggestion"), "{hidden}");
    let hidden = tree.run(&gitlab);
    assert!(hidden.stdout.contains("healthcheck-localhost-ipv6") && !hidden.stdout.contains("suggestion"), "{hidden}");
}

#[test]
fn suggestions_lie_in_the_diff() {
    let tree = tree();
    let git = |arguments: &[&str]| {
        let own = ["-c", "user.name=a", "-c", "user.email=a@example.test", "-c", "commit.gpgsign=false"];
        let done = Command::new("git").args(own).args(arguments).current_dir(&tree.0).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    };
    let suggested = || {
        let ran = tree.run(&["check", "--suggest-fixes", "--format", "markdown", "--changed-since", "HEAD"]);
        (ran.stdout.contains("healthcheck-localhost-ipv6"), ran.stdout.contains("```suggestion"))
    };
    git(&["init", "--quiet"]);
    tree.write("compose.yml", COMPOSE.replace("localhost", "127.0.0.1").as_bytes());
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "a"]);
    tree.write("compose.yml", COMPOSE.as_bytes());
    assert_eq!(suggested(), (true, true));
    // The change is far from the line of the finding that it causes.
    let far = COMPOSE.replace("services:", "services:\n\n\n\n\n");
    tree.write("compose.yml", far.as_bytes());
    tree.write("pages.conf", b"server { listen 8081; listen [::]:8081; }\n");
    git(&["commit", "--quiet", "--all", "-m", "b"]);
    tree.write("pages.conf", b"server { listen 8081; }\n");
    assert_eq!(suggested(), (true, false));
}

#[test]
fn fixes_at_one_place_are_made_one_after_the_other() {
    let tree = Tree::new(&[("compose.yml", "services:\n  web: {image: 'nginx:1.29.1'}\n")]);
    let both =
        ["fix", "--apply", "--unsafe", "--persona", "auditor", "--select", "missing-restart-policy,unbounded-logs"];
    let ran = tree.run(&both);
    let text = read(&tree, "compose.yml");
    assert!(text.contains("image: 'nginx:1.29.1', ") && text.ends_with("}\n"), "{ran}\n{text}");
    assert!(text.contains(", restart: unless-stopped") && text.contains(", logging: {driver: json-file, "), "{text}");
    assert!(tree.run(&both).stderr.contains("0 findings fixed"), "{text}");
    assert_eq!(read(&tree, "compose.yml"), text);
}

#[cfg(unix)]
#[test]
fn a_link_inside_of_the_tree_stays_and_its_file_keeps_its_owner() {
    use std::os::unix::fs::{MetadataExt, chown, symlink};
    let tree = Tree::new(&[("real/stack.yml", COMPOSE), ("pages.conf", "server { listen 8081; }\n")]);
    symlink("real/stack.yml", tree.path("compose.yml")).unwrap();
    let file = tree.path("real/stack.yml");
    // Who may give a file away is root alone; everybody else sees that the own one stays.
    let own = fs::metadata(&file).unwrap();
    let given = if own.uid() == 0 && chown(&file, Some(4711), Some(4712)).is_ok() {
        (4711, 4712)
    } else {
        (own.uid(), own.gid())
    };
    let ran = tree.run(&["fix", "--apply", "compose.yml", "pages.conf"]);
    assert_eq!((ran.code, read(&tree, "real/stack.yml")), (0, FIXED.to_owned()), "{ran}");
    assert_eq!(fs::read_link(tree.path("compose.yml")).unwrap().to_str(), Some("real/stack.yml"));
    let now = fs::metadata(&file).unwrap();
    assert_eq!((now.uid(), now.gid()), given);
}

#[test]
fn a_file_that_changed_since_it_was_read_is_not_touched() {
    use deploylint::discover::Candidate;
    use deploylint::fix::Changed;
    let tree = tree();
    let candidate = Candidate {
        disk: Some(tree.path("compose.yml")),
        path: "compose.yml".to_owned(),
        content: None,
        executable: None,
    };
    let changed = Changed { candidate, before: "services: {}\n".into(), after: "services: {a: {}}\n".to_owned() };
    let refused = deploylint::fix::write::write(&changed, std::slice::from_ref(&tree.0));
    assert_eq!(refused, Err("compose.yml: not written: the file changed while it was audited".to_owned()));
    assert_eq!(read(&tree, "compose.yml"), COMPOSE);
    let as_read = Changed { before: COMPOSE.into(), ..changed };
    assert_eq!(deploylint::fix::write::write(&as_read, std::slice::from_ref(&tree.0)), Ok(()));
    assert_eq!(read(&tree, "compose.yml"), as_read.after);
}
