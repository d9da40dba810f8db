//! Scalars of Ansible's tasks, and what Ansible itself knows: one text for all hosts, items and alternatives, or none.

#![allow(clippy::unwrap_used)] // Test code outside of test functions.

use std::sync::Arc;

use deploylint::discover::Candidate;
use deploylint::document::Document;
use deploylint::expand::{Deployment, Options, expand};
use deploylint::load;
use deploylint::source::Sources;
use deploylint::text::{Provenance, Text};
use deploylint::yaml::Node;

fn deployment(files: &[(&str, &str)], options: &Options) -> Deployment {
    let sources = Sources::default();
    let candidate = |(path, text): &(&str, &str)| Candidate {
        disk: None,
        path: (*path).to_owned(),
        content: Some(text.as_bytes().to_vec()),
        executable: None,
    };
    let mut candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    candidates.sort_by(|a, b| a.path.cmp(&b.path));
    expand(&load::load(&candidates, &[], &sources), options, &sources)
}

fn documents(files: &[(&str, &str)], path: &str) -> Vec<Arc<Document>> {
    deployment(files, &Options::default()).documents.iter().filter(|d| d.path == path).cloned().collect()
}

/// The `command` of the first task.
fn command(files: &[(&str, &str)]) -> Text {
    let all = documents(files, "roles/a/tasks/main.yml");
    let task = all[0].nodes()[0].seq().unwrap()[0].clone();
    task.get("command").and_then(Node::text).unwrap().clone()
}

#[test]
fn what_hosts_differ_in_is_not_known_in_a_task() {
    let text = command(&[
        ("group_vars/blue.yml", "tag: '1'\nname: app\n"),
        ("group_vars/green.yml", "tag: '2'\nname: app\n"),
        ("roles/a/tasks/main.yml", "- command: docker pull {{ name }}:{{ tag }}\n"),
    ]);
    assert_eq!(text.known(), None);
    assert_eq!(text.display(), "docker pull app:{{ tag }}");
}

#[test]
fn what_all_items_share_is_known_in_a_task() {
    let task = "- command: run {{ item.image }} {{ item.name }}\n  loop:\n    - {image: redis, name: a}\n    - {image: redis, name: b}\n";
    let text = command(&[("roles/a/tasks/main.yml", task)]);
    assert!(text.value().starts_with("run redis "), "{}", text.value());
    assert_eq!(text.known(), None);
}

#[test]
fn a_fact_under_a_condition_is_not_known_in_a_task() {
    let files = |tasks: &'static str| [("roles/a/defaults/main.yml", "tag: '1'\n"), ("roles/a/tasks/main.yml", tasks)];
    let differs = "- command: pull {{ tag }}\n- set_fact:\n    tag: '2'\n  when: newer\n";
    assert_eq!(command(&files(differs)).known(), None);
    let same = "- command: pull {{ tag }}\n- set_fact:\n    tag: '1'\n  when: newer\n";
    assert_eq!(command(&files(same)).known(), Some("pull 1"));
}

#[test]
fn an_inventory_names_its_host() {
    let files = [
        ("hosts.ini", "[web]\nw1.example.org\n"),
        ("roles/a/templates/app.env.j2", "# {{ ansible_managed }}\nHOST={{ inventory_hostname_short }}\n"),
    ];
    let all = documents(&files, "roles/a/templates/app.env.j2");
    assert_eq!(all[0].text.known(), Some("# Ansible managed\nHOST=w1\n"));
    let two = [("hosts.ini", "[web]\nw1\nw2\n"), files[1]];
    assert_eq!(documents(&two, "roles/a/templates/app.env.j2")[0].text.known(), None);
}

#[test]
fn the_environment_is_what_was_let_through() {
    let files = [("roles/a/templates/app.env.j2", "A={{ lookup('env', 'A') }}\nB={{ lookup('env', 'B') }}\n")];
    let options = Options { environment: vec![("A".to_owned(), "1".to_owned())], ..Options::default() };
    let all = deployment(&files, &options).documents;
    assert!(all[0].text.value().starts_with("A=1\nB="), "{}", all[0].text.value());
    assert_eq!(all[0].text.known(), None);
}

#[test]
fn addresses_are_put_in_brackets() {
    let text = "{{ '::1' | ansible.utils.ipwrap }} {{ 'fe80::1/64' | ipwrap }} {{ '10.0.0.1' | ipwrap }} {{ 'a.b' | ipwrap }}\n";
    let all = documents(&[("roles/a/templates/app.env.j2", text)], "roles/a/templates/app.env.j2");
    assert_eq!(all[0].text.known(), Some("[::1] [fe80::1]/64 10.0.0.1 a.b\n"));
}

#[test]
fn generators_have_defaults() {
    let image = |files: &[(&str, &str)], path: &str| {
        let all = documents(files, path);
        all[0].nodes()[0].path(&["services", "x", "image"]).and_then(Node::known).map(str::to_owned)
    };
    let text = "services:\n  x:\n    image: app:{{ tag }}\n";
    let copier = ("copier.yml", "_min_copier_version: '9'\ntag:\n  type: str\n  default: '1'\n");
    assert_eq!(
        image(&[copier, ("stack/compose.yml.jinja", text)], "stack/compose.yml.jinja").as_deref(),
        Some("app:1")
    );
    let spec = (
        "lib/app/template.yaml",
        "kind: compose\nspec:\n  general:\n    vars:\n      tag: {type: str, default: '2'}\n",
    );
    assert_eq!(image(&[spec, ("lib/app/compose.yaml.j2", text)], "lib/app/compose.yaml.j2").as_deref(), Some("app:2"));
    let cutter = ("cookiecutter.json", "{\"tag\": [\"3\", \"4\"]}\n");
    let text = "services:\n  x:\n    image: app:{{ cookiecutter.tag }}\n";
    assert_eq!(image(&[cutter, ("p/compose.yml", text)], "p/compose.yml").as_deref(), Some("app:3"));
}

#[test]
fn a_fact_that_grows_step_by_step_is_not_known() {
    let value = |tasks: &str| {
        let template = ("roles/a/templates/app.env.j2", "X={{ x }}\n");
        let all = documents(&[("roles/a/tasks/main.yml", tasks), template], template.0);
        assert_eq!(all.len(), 1);
        all[0].text.known().map(str::to_owned)
    };
    assert_eq!(value("- set_fact: {x: a}\n- set_fact: {x: \"{{ x }}b\"}\n"), None);
    assert_eq!(value("- set_fact: {x: a}\n- set_fact: {x: b}\n").as_deref(), Some("X=b\n"));
}

#[test]
fn roles_that_all_run_each_other_end_soon() {
    let mut files: Vec<(String, String)> = Vec::new();
    let all = (0..60).map(|n| format!("- include_role: {{name: r{n}}}\n")).collect::<Vec<_>>().concat();
    for n in 0..60 {
        files.push((format!("roles/r{n}/tasks/main.yml"), all.clone()));
        files.push((format!("roles/r{n}/templates/app.env.j2"), "X={{ x }}\n".to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    assert_eq!(deployment(&files, &Options::default()).documents.len(), 120);
}

#[test]
fn what_an_encrypted_file_may_define_is_not_undefined() {
    let of = |path: &str| {
        let template = ("roles/a/templates/app.env.j2", "PASSWORD={{ db_password }}\n");
        let all = documents(&[(path, "$ANSIBLE_VAULT;1.1;AES256\n6162\n"), template], template.0);
        all[0].text.variables()[0].provenance
    };
    for path in ["group_vars/all/vault.yml", "host_vars/web/secret.yml", "roles/a/vars/vault.yml", "vars/secrets.yml"] {
        assert_eq!(of(path), Provenance::Dynamic, "{path}");
    }
    assert_eq!(of("roles/a/files/key.yml"), Provenance::Undefined, "a file that defines nothing");
}
