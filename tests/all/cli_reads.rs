//! Files outside what is audited: read because audited files name them, and told in the report.

use crate::common::Tree;

fn inputs(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let report = tree.json(arguments);
    let all = report["inputs"].as_array().cloned().unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    all.iter().map(|i| format!("{} {}: {}", text(&i["status"]), text(&i["path"]), text(&i["reason"]))).collect()
}

/// `rule path:line`, and `undecided` for those that are.
fn findings(tree: &Tree, arguments: &[&str], rule: &str) -> Vec<String> {
    let report = tree.json(arguments);
    let all = report["findings"].as_array().cloned().unwrap_or_default();
    let shown = |f: &serde_json::Value| format!("{}:{}", f["path"].as_str().unwrap_or(""), f["line"]);
    all.iter().filter(|f| f["rule"] == rule).map(shown).collect()
}

#[test]
fn files_that_an_audited_one_names_are_read_and_told() {
    let tree = Tree::new(&[
        (
            "app/compose.yml",
            "include: [../shared/more.yml]\nservices:\n  a:\n    extends: {file: ../shared/base.yml, service: b}\n    env_file: ../shared/a.env\n    image: x:${TAG}\n",
        ),
        // In a repository, whose ignored files are not audited.
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("app/.gitignore", ".env\n"),
        ("app/.env", "TAG=1.2.3\n"),
        ("shared/more.yml", "services:\n  m:\n    image: y:1.2.3\n    privileged: true\n"),
        ("shared/base.yml", "services: {b: {restart: always}}\n"),
        ("shared/a.env", "A=1\n"),
    ]);
    let told = [
        "read app/.env: docker compose reads it with app/compose.yml",
        "ignored app/.gitignore: no deployment file that deploylint knows",
        "audited app/compose.yml: ",
        "read shared/a.env: app/compose.yml:5:15 names it",
        "read shared/base.yml: app/compose.yml:4:21 names it",
        "read shared/more.yml: app/compose.yml:1:11 names it",
    ];
    assert_eq!(inputs(&tree, &["app"]), told);
    assert_eq!(findings(&tree, &["app"], "privileged-container"), ["shared/more.yml:4"]);
    let shown = tree.run(&["check", "app", "--select", "duplicate-key"]);
    assert!(shown.stdout.contains("read: shared/base.yml: app/compose.yml:4:21 names it"), "{shown}");
    assert!(shown.stdout.contains("1 file audited, 1 not audited, 4 more read"), "{shown}");
    // Audited as well, they are nothing special.
    assert!(inputs(&tree, &[]).contains(&"audited shared/base.yml: ".to_owned()));
}

#[test]
fn a_broken_file_outside_is_told_where_it_is_broken() {
    let tree = Tree::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("app/compose.yml", "include: [../more.yml]\nservices: {a: {image: 'x:1.2.3'}}\n"),
        ("more.yml", "services:\n  m: {image: [\n"),
    ]);
    assert_eq!(findings(&tree, &["app"], "unparsable-file").len(), 1);
    assert!(inputs(&tree, &["app"])[1].starts_with("unparsable more.yml: "));
}

#[test]
fn remote_files_are_never_fetched_and_leave_their_services_undecided() {
    let tree = Tree::new(&[(
        "compose.yml",
        "include:\n  - oci://registry.example.com/stack\n  - https://example.com/stack.git#main:sub\nservices:\n  a:\n    image: x:1.2.3\n    depends_on: [from-there]\n    networks: [there]\n  b:\n    extends: {file: 'https://example.com/base.yml', service: b}\n",
    )]);
    assert_eq!(findings(&tree, &[], "undefined-reference"), [] as [&str; 0]);
    let shown = tree.run(&["check", "--show-undecided", "--select", "undefined-reference"]);
    for place in ["compose.yml:2:5", "compose.yml:3:5", "compose.yml:10:22"] {
        let line =
            format!("undecided[undefined-reference] {place}: depends on the remote file, which is never fetched");
        assert!(shown.stdout.contains(&line), "{place}: {shown}");
    }
    let refused = tree.run(&["config"]);
    assert_eq!(refused.code, 1);
    assert!(refused.stderr.contains("compose.yml:2:5: `include` names a remote file"), "{refused}");
}

#[test]
fn an_env_file_that_is_missing_is_a_finding_unless_something_makes_it() {
    let compose = "services:\n  a:\n    image: x:1.2.3\n    env_file: ./bot.env\n";
    let tree = Tree::new(&[("compose.yml", compose)]);
    let missing = || findings(&tree, &[], "undefined-reference");
    assert_eq!(missing(), ["compose.yml:4"]);
    tree.write("bot.env.example", b"A=\n");
    assert_eq!(missing(), [] as [&str; 0], "an example says what belongs there");
    tree.write("bot.env.example", b"");
    std::fs::remove_file(tree.path("bot.env.example")).unwrap_or_default();
    tree.write(".gitignore", b"*.env\n");
    assert_eq!(missing(), [] as [&str; 0], "git ignores it: it is made on the host");
    tree.write(".gitignore", b"");
    tree.write("deploy.sh", b"#!/bin/sh\nset -eu\nprintf 'A=1' > bot.env\n");
    assert_eq!(missing(), [] as [&str; 0], "a script makes it");
}

#[test]
fn files_that_the_user_puts_together_are_audited_wherever_they_are() {
    let over = "services: {a: {privileged: true}}\n";
    let tree = Tree::new(&[
        ("app/compose.yml", "services: {a: {image: 'x:1.2.3'}}\n"),
        ("over/prod.yml", over),
        ("deploylint.toml", "[[stack]]\nfiles = [\"app/compose.yml\", \"over/prod.yml\"]\n"),
    ]);
    let rule = "privileged-container";
    assert_eq!(findings(&tree, &["app", "--config", "deploylint.toml"], rule), ["over/prod.yml:1"]);
    assert_eq!(findings(&tree, &["app", "--isolated"], rule), [] as [&str; 0]);
    let named = ["app", "--isolated", "-f", "app/compose.yml", "-f", "over/prod.yml"];
    assert_eq!(findings(&tree, &named, rule), ["over/prod.yml:1"]);
    assert!(inputs(&tree, &named).contains(&"audited over/prod.yml: ".to_owned()));
    let gone = tree.run(&["check", "app", "--isolated", "-f", "nope.yml"]);
    assert_eq!((gone.code, gone.stderr.contains("nope.yml")), (2, true), "{gone}");
}

/// An app that names a file beside its folder in every way that there is.
const CURIOUS: &str = "include: [../secret.yml]\nservices:\n  a:\n    image: x:1.2.3\n    extends: {file: ../secret.yml, service: b}\n    env_file: ../secret.env\n    label_file: ../secret.env\n    environment: {PLAIN: '1'}\n  l:\n    image: x:1.2.3\n    env_file: link.env\n";

fn curious() -> Tree {
    Tree::new(&[
        ("app/compose.yml", CURIOUS),
        ("app/.env", "COMPOSE_FILE=compose.yml:../secret.yml\n"),
        ("secret.yml", "services: {planted-service: {image: 'y:1.2.3', privileged: true}, b: {restart: always}}\n"),
        ("secret.env", "PLANTED_NAME=planted-value\n"),
    ])
}

#[cfg(unix)]
#[test]
fn nothing_outside_is_read_unless_the_user_says_so() {
    let tree = curious();
    std::os::unix::fs::symlink(tree.path("secret.env"), tree.path("app/link.env")).unwrap_or_default();
    let everything = ["--persona", "auditor", "--show-undecided", "--verbose"];
    let ran = tree.run(&[&["check", "app"][..], &everything].concat());
    let facts = tree.run(&["facts", "app"]);
    for output in [&ran.stdout, &ran.stderr, &facts.stdout] {
        assert!(!output.to_lowercase().contains("planted"), "{output}");
    }
    assert!(!inputs(&tree, &["app"]).iter().any(|input| input.contains("secret")), "{:?}", inputs(&tree, &["app"]));
    let told = "the file outside of what is audited, which is read with `--follow-outside`";
    for place in ["app/compose.yml:1:11", "app/compose.yml:5:21", "app/compose.yml:6:15", "app/compose.yml:11:15"] {
        let line = format!("undecided[undefined-reference] {place}: depends on {told}");
        assert!(ran.stdout.contains(&line), "{place}: {ran}");
    }
    assert_eq!(findings(&tree, &["app", "--follow-outside"], "privileged-container"), ["secret.yml:1"]);
    // In one repository the same files belong together.
    tree.write(".git/HEAD", b"ref: refs/heads/main\n");
    assert_eq!(findings(&tree, &["app"], "privileged-container"), ["secret.yml:1"]);
}

#[cfg(unix)]
#[test]
fn devices_pipes_and_processes_are_never_opened() {
    let names = ["/dev/zero", "/dev/stdin", "/proc/self/environ", "/proc/self/mem", "pipe.env", "zero.env", "loop.env"];
    let items = names.map(|name| format!("      - {name}\n")).concat();
    let tree = Tree::new(&[
        ("compose.yml", &format!("services:\n  a:\n    image: x:1.2.3\n    env_file:\n{items}")),
        ("below/compose.yml", "services: {b: {image: 'x:1.2.3'}}\n"),
    ]);
    let link = |from: &str, to: &str| std::os::unix::fs::symlink(from, tree.path(to)).unwrap_or_default();
    for name in ["pipe.env", "deploylint.toml", "Dockerfile", "below/.gitignore", ".git"] {
        let made = std::process::Command::new("mkfifo").arg(tree.path(name)).status();
        assert!(made.is_ok_and(|status| status.success()), "{name}");
    }
    link("/dev/zero", "zero.env");
    link("loop.env", "loop.env");
    link("..", "up");
    link("/dev/zero", ".ignore");
    let all = inputs(&tree, &[]);
    assert!(all.contains(&"audited compose.yml: ".to_owned()), "{all:?}");
    let below = "unparsable below/: its `.gitignore` or `.ignore` is no file, or is larger than 1 MiB";
    assert!(all.contains(&below.to_owned()), "{all:?}");
    assert!(all.contains(&"ignored Dockerfile: not a regular file".to_owned()), "{all:?}");
}

#[cfg(unix)]
#[test]
fn a_configuration_that_is_a_link_out_of_the_repository_is_not_read() {
    let tree = Tree::new(&[
        ("app/.git/HEAD", "ref: refs/heads/main\n"),
        ("app/compose.yml", "services: {a: {image: 'x:1.2.3'}}\n"),
        ("secret", "planted = [\n"),
    ]);
    std::os::unix::fs::symlink("../secret", tree.path("app/deploylint.toml")).unwrap_or_default();
    let ran = tree.run(&["check", "app"]);
    assert!(matches!(ran.code, 0 | 1) && !format!("{ran}").contains("planted"), "{ran}");
}

#[test]
fn an_env_file_that_git_ignores_where_compose_is_run_is_made_there() {
    let text = "services:\n  app:\n    image: example.com/app:1.2.3\n    env_file: [./enabled/app.env]\n";
    let tree = Tree::new(&[("available/app.yml", text)]);
    let rules = || tree.json(&[])["findings"].to_string();
    assert!(rules().contains("undefined-reference"));
    tree.write(".gitignore", b"enabled/*.env\n");
    assert!(!rules().contains("undefined-reference"));
}

#[test]
fn what_git_ignores_is_made_by_a_step_before_the_build() {
    let tree = Tree::new(&[
        ("compose.yml", "services:\n  app:\n    build: {context: ., dockerfile: images/app/Dockerfile}\n"),
        (
            "images/app/Dockerfile",
            "FROM alpine:3.22.1\nCOPY images/shared/stamp.txt images/shared/gone.txt images/shared/tool.sh /srv/\nCOPY images/app/run.sh /srv/\n",
        ),
        ("images/app/run.sh", "echo app\n"),
        ("images/shared/tool.sh", "echo tool\n"),
        ("images/shared/.gitignore", "/stamp.txt\n"),
    ]);
    let found = tree.json(&["--select", "build-source-missing"])["findings"].as_array().cloned().unwrap_or_default();
    let lines: Vec<_> = found.iter().filter_map(|f| f["message"].as_str()).collect();
    assert!(matches!(lines.as_slice(), [one] if one.contains("images/shared/gone.txt")), "{lines:?}");
}
