//! Baselines, refused suppressions, and the command that explains a variable.

mod common;

use common::Tree;

const TWICE: &str = "services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3\n";
const ONLY: [&str; 3] = ["check", "--select", "duplicate-key"];

#[test]
fn a_baseline_hides_what_was_there_and_tells_what_is_fixed() {
    let tree = Tree::new(&[("a/compose.yml", TWICE), ("b/compose.yml", TWICE)]);
    let run = |arguments: &[&str]| tree.run(&[&ONLY, arguments].concat());
    let ran = run(&["--write-baseline", "base.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "base.json: 2 findings written\n"), "{ran}");
    // Lines move, one is fixed, a new one comes.
    tree.write("a/compose.yml", format!("# moved\n\n{TWICE}").as_bytes());
    tree.write("b/compose.yml", b"services: {web: {image: 'nginx:1.27.3'}}\n");
    let ran = run(&["--baseline", "base.json"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("1 suppressed"), "{ran}");
    assert!(ran.stderr.starts_with("base.json: fixed: duplicate-key in b/compose.yml\n"), "{ran}");
    tree.write("c/compose.yml", TWICE.as_bytes());
    assert_eq!(run(&["--baseline", "base.json"]).code, 1);
    assert!(run(&["a", "--baseline", "base.json"]).stderr.is_empty(), "nobody looked at b");
    assert_eq!(run(&["a", "--baseline", "base.json", "--no-ignores"]).code, 1);
    assert_eq!(run(&["--baseline", "missing.json"]).code, 2);
    tree.write("broken.json", b"{}");
    assert_eq!(run(&["--baseline", "broken.json"]).code, 2);
}

#[test]
fn teams_may_refuse_suppressions() {
    let with =
        |comment: &str| format!("services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3 {comment}\n");
    let tree = Tree::new(&[
        ("a/compose.yml", &with("# deploylint: ignore[duplicate-key] it is a test")),
        ("b/compose.yml", &with("# deploylint: ignore[duplicate-key]")),
    ]);
    let code = |arguments: &[&str]| tree.run(&[&ONLY, arguments].concat()).code;
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--no-ignores"]), 1);
    assert_eq!((code(&["a", "--require-reason"]), code(&["b", "--require-reason"])), (0, 1));
    tree.write("deploylint.toml", b"require-reason = true\n");
    assert_eq!(code(&[]), 1);
}

#[test]
fn a_variable_is_explained_by_its_definitions() {
    let tree = Tree::new(&[
        ("site.yml", "- hosts: all\n  roles: [caddy]\n"),
        ("roles/caddy/defaults/main.yml", "caddy_version: \"2\"\ncaddy_password: Panda8Ear\n"),
        ("group_vars/all.yml", "caddy_version: \"2-alpine\"\n"),
        ("roles/caddy/templates/compose.yml.j2", "services:\n  caddy:\n    image: caddy:{{ caddy_version }}\n"),
    ]);
    let path = "roles/caddy/templates/compose.yml.j2";
    insta::assert_snapshot!(tree.run(&["explain-var", "caddy_version", path]));
    let ran = tree.run(&["explain-var", "caddy_password", path]);
    assert!(ran.code == 0 && !ran.stdout.contains("Panda8Ear"), "{ran}");
    assert_eq!(tree.run(&["explain-var", "no_such_name", path]).code, 3);
}
