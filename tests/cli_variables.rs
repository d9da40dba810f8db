//! Ansible's variables, as the program sees them on disk.

#![allow(clippy::expect_used)] // Test code outside of test functions.

mod common;

use common::Tree;

#[test]
fn variables_that_git_ignores_count_and_are_not_audited() {
    let tree = Tree::new(&[
        (".gitignore", "/group_vars/\n"),
        ("group_vars/all.yml", "tag: latest\ntag: '1'\n"),
        ("site.yml", "- hosts: all\n  roles: [web]\n"),
        ("roles/web/templates/docker-compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n"),
    ]);
    let explained = tree.run(&["explain-var", "tag", "roles/web/templates/docker-compose.yml.j2"]);
    assert!(explained.stdout.contains("group_vars/all.yml:2:1"), "{explained}");
    let report = tree.json(&[]);
    let findings = report["findings"].as_array().expect("a list");
    assert!(findings.iter().all(|f| f["path"] != "group_vars/all.yml"), "{findings:#?}");
    let read = report["inputs"].as_array().expect("a list").iter().find(|i| i["path"] == "group_vars/all.yml");
    assert_eq!(read.expect("it was read")["status"], "read");
}
