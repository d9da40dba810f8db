//! Ansible's variables, as the program sees them on disk.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::Tree;

#[test]
fn variables_that_git_ignores_count_and_are_not_audited() {
    let tree = Tree::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
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

#[test]
fn a_file_outside_of_the_current_folder_sees_its_own_playbook() {
    let tree = Tree::new(&[
        ("play/group_vars/all.yml", "tag: '1'\n"),
        ("play/site.yml", "- hosts: all\n  roles: [web]\n"),
        ("play/roles/web/templates/docker-compose.yml.j2", "services:\n  x:\n    image: app:{{ tag }}\n"),
        ("here/x.txt", ""),
    ]);
    let absolute = tree.path("play/roles/web/templates/docker-compose.yml.j2");
    let relative = "../play/roles/web/templates/docker-compose.yml.j2";
    for path in [relative, absolute.to_str().expect("UTF-8")] {
        let ran = crate::common::run(&tree.path("here"), &["explain-var", "tag", path], b"", &[]);
        assert!(ran.stdout.contains("../play/group_vars/all.yml:1:1"), "{ran}");
    }
}

#[test]
fn a_finding_names_the_group_or_host_that_its_value_is_for() {
    let labels = |files: &[(&str, &str)]| {
        let template = "services:\n  x:\n    image: nginx:{{ tag }}\n";
        let tree = Tree::new(&[files, &[("roles/web/templates/docker-compose.yml.j2", template)]].concat());
        let report = tree.json(&[]);
        let findings = report["findings"].as_array().expect("a list");
        let finding = findings.iter().find(|f| f["rule"] == "unpinned-image").expect("a finding");
        let labels = finding["labels"].as_array().expect("a list").iter();
        labels.filter_map(|l| l["text"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let blue = ("group_vars/blue.yml", "tag: latest\n");
    let green = ("group_vars/green.yml", "tag: '1'\n");
    assert!(labels(&[blue, green]).contains(&"`tag` is set here, for group `blue`".to_owned()));
    let hosts = ("hosts.ini", "[red]\nr1 tag=1\nr2 tag=latest\n");
    assert!(labels(&[hosts]).contains(&"`tag` is set here, for host `r2`".to_owned()));
    let all = ("group_vars/all.yml", "tag: latest\n");
    assert!(labels(&[all]).contains(&"`tag` is set here".to_owned()));
}
