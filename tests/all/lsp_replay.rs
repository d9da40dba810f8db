//! `deploylint lsp` over many edits: never another answer than a fresh `check`, never more memory.
//!
//! `DEPLOYLINT_LSP_STEPS=1000 cargo test --test all lsp_replay` takes as many steps.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::path::PathBuf;

use serde_json::json;

use crate::common::Tree;
use crate::lsp::{checked, published};
use crate::lsp_client::{Client, uri};

const FILES: &[(&str, &str)] = &[
    ("playbook.yml", "- hosts: all\n  roles: [web]\n"),
    ("group_vars/all.yml", "web_tag: latest\nweb_port: 6379\n"),
    (
        "roles/web/tasks/main.yml",
        "- name: Write the file\n  ansible.builtin.template:\n    src: docker-compose.yml.j2\n    dest: /opt/web/docker-compose.yml\n    mode: \"0644\"\n",
    ),
    (
        "roles/web/templates/docker-compose.yml.j2",
        "services:\n  web:\n    image: redis:{{ web_tag }}\n    ports: [\"{{ web_port }}:6379\"]\n",
    ),
    ("compose.yml", "services:\n  a:\n    image: nginx:${TAG}\n    depends_on: [b]\n  b:\n    image: redis:latest\n"),
    (".env", "TAG=latest\nOTHER=\u{e9}\u{1f600}\n"),
    ("litellm_config.yaml", "model_list:\n  - model_name: gpt\n    litellm_params: {model: openai/gpt-4o}\n"),
];

/// What is typed.
const TYPED: &[&str] = &[
    "",
    "\n",
    " ",
    "  ",
    ":",
    "\"",
    "{{ ",
    " }}",
    "${",
    "}",
    "- ",
    "#",
    "latest",
    "web_tag",
    "TAG",
    "\u{1f600}",
    "\u{e9}\r\n",
    "ports: [\"80:80\"]\n",
    "{% if x %}",
    "{% endif %}",
    "services:\n",
    "\t",
    "*a",
    "&a ",
    "<<: ",
    "# deploylint: ignore[unpinned-image]\n",
];

/// Numbers by lot, the same each time.
struct Lot(u64);

impl Lot {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % n.max(1)
    }
}

fn steps(default: usize) -> usize {
    std::env::var("DEPLOYLINT_LSP_STEPS").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

/// A byte of `text` that begins a character, and its line and UTF-16 unit.
fn somewhere(text: &str, lot: &mut Lot) -> (usize, (u32, u32)) {
    let mut at = lot.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    let before = &text[..at];
    let line = before.matches('\n').count();
    let mut last = before.rsplit('\n').next().unwrap_or_default();
    // Within a line's end no place is: it is taken as the end of the line.
    if last.ends_with('\r') && text[at..].starts_with('\n') {
        last = &last[..last.len() - 1];
        at -= 1;
    }
    let unit = last.encode_utf16().count();
    (at, (u32::try_from(line).expect("few lines"), u32::try_from(unit).expect("short lines")))
}

#[test]
fn edits_by_lot_never_disagree_with_a_fresh_check() {
    let tree = Tree::new(FILES);
    let mut texts: Vec<(PathBuf, String)> = FILES.iter().map(|(p, t)| (tree.path(p), (*t).to_owned())).collect();
    let mut client = Client::start(&[&tree.0]);
    for (path, text) in &texts {
        client.open(path, text);
    }
    let mut lot = Lot(7);
    for step in 0..steps(12) {
        let (path, text) = {
            let at = lot.below(texts.len());
            &mut texts[at]
        };
        // Now and then the file is whole again, so that most of it is understood.
        if step % 9 == 8 {
            let first = FILES.iter().find(|(p, _)| path.ends_with(p)).expect("a file");
            first.1.clone_into(text);
            client.replace(path, 2, text);
        }
        for _ in 0..=lot.below(2) {
            let (from, start) = somewhere(text, &mut lot);
            let length = lot.below(6);
            let mut to = (from + length).min(text.len());
            while !text.is_char_boundary(to) {
                to -= 1;
            }
            // Where an end of line would be cut in two, nothing is taken away.
            let cut = text[from..to].contains('\r') || text[to..].starts_with('\n') && text[..to].ends_with('\r');
            let to = if cut { from } else { to };
            let removed = &text[from..to];
            let (lines, last) = (removed.matches('\n').count(), removed.rsplit('\n').next().unwrap_or_default());
            let units = u32::try_from(last.encode_utf16().count()).expect("short");
            let end = if lines == 0 {
                (start.0, start.1 + units)
            } else {
                (start.0 + u32::try_from(lines).expect("few"), units)
            };
            let typed = TYPED[lot.below(TYPED.len())];
            text.replace_range(from..to, typed);
            client.edit(path, 3, start, end, typed);
        }
        let disk = path.strip_prefix(&tree.0).expect("in the tree").to_string_lossy().into_owned();
        tree.write(&disk, text.as_bytes());
        client.sync();
        assert_eq!(published(&client), checked(&tree.0), "step {step}, {disk}:\n{text}");
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn many_edits_leave_nothing_behind() {
    let tree = Tree::new(FILES);
    let path = tree.path("group_vars/all.yml");
    let mut client = Client::start(&[&tree.0]);
    client.open(&path, "web_tag: latest\n");
    let held = |client: &mut Client| {
        let mut held = client.request("deploylint/sync", json!(null));
        held.as_object_mut().expect("an object").remove("renewed");
        held
    };
    let before = held(&mut client);
    for round in 0..4 {
        for n in 0..100 {
            client.edit(&path, n + 2, (0, 0), (0, 0), "# a line\n");
            client.edit(&path, n + 3, (0, 0), (1, 0), "");
        }
        let held = held(&mut client);
        assert_eq!(held, before, "round {round}");
    }
    client.edit(&path, 900, (0, 9), (0, 15), "7.4.1");
    client.sync();
    let rules = client.rules(&tree.path("roles/web/templates/docker-compose.yml.j2"));
    assert!(!rules.contains(&"unpinned-image".to_owned()), "{rules:?}");
    assert_eq!(client.end(), 0);
}

/// What the files of a tree may be, one after the other; `None` where the file is not there.
const STATES: &[(&str, &[Option<&str>])] = &[
    ("playbook.yml", &[Some("- hosts: all\n  roles: [web]\n"), Some("- hosts: all\n  roles: []\n"), None]),
    (
        "group_vars/all.yml",
        &[Some("web_tag: latest\nweb_port: 6379\n"), Some("web_tag: 7.4.1\n"), Some("web_tag: [\n"), None],
    ),
    ("roles/web/defaults/main.yml", &[None, Some("web_tag: latest\nweb_password: Quokka4711x\n")]),
    (
        "roles/web/tasks/main.yml",
        &[
            Some(
                "- name: Write the file\n  ansible.builtin.template:\n    src: docker-compose.yml.j2\n    dest: /opt/web/docker-compose.yml\n    mode: \"0644\"\n",
            ),
            Some("- name: Nothing\n  ansible.builtin.debug: {msg: nothing}\n"),
        ],
    ),
    (
        "roles/web/templates/docker-compose.yml.j2",
        &[Some(
            "services:\n  web:\n    image: redis:{{ web_tag }}\n    ports: [\"{{ web_port }}:6379\"]\n    environment: {A: \"{{ web_password }}\"}\n",
        )],
    ),
    (
        "compose.yml",
        &[
            Some("include: [parts.yml]\nservices:\n  a:\n    image: nginx:${TAG}\n    depends_on: [b]\n"),
            Some("services:\n  a:\n    extends: {file: base.yml, service: web}\n    image: nginx:${TAG}\n"),
            Some("services:\n  renamed:\n    image: nginx:${TAG}\n    env_file: [b/.env]\n    depends_on: [b]\n"),
            Some("services:\n  a: [\n"),
        ],
    ),
    ("parts.yml", &[Some("services:\n  b:\n    image: redis:latest\n"), Some("services: {}\n"), None]),
    ("base.yml", &[Some("services:\n  web:\n    privileged: true\n    image: nginx\n"), Some("services: {}\n"), None]),
    (".env", &[Some("TAG=latest\n"), Some("TAG=7.4.1\nDB_PASSWORD=Wombat0815y\n"), None]),
    (
        "b/compose.yml",
        &[
            Some(
                "services:\n  b:\n    image: postgres:16.4\n    environment: {POSTGRES_PASSWORD: \"${DB_PASSWORD}\"}\n",
            ),
            Some(
                "services:\n  b:\n    image: postgres\n    ports: [\"5432:5432\"]\n    networks: [x]\nnetworks: {x: {external: true}}\n",
            ),
            None,
        ],
    ),
    ("b/.env", &[Some("DB_PASSWORD=Wombat0815y\n"), Some("DB_PASSWORD=changeme\n"), None]),
    ("b/deploy.sh", &[None, Some("#!/bin/sh\ndocker compose up -d c\nmkdir -p data\n")]),
    (
        "deploylint.toml",
        &[
            None,
            Some("persona = \"auditor\"\n"),
            Some("exclude = [\"b/**\"]\n"),
            Some("[rules.unpinned-image]\nseverity = \"error\"\n"),
            Some("rule-url = \"https://rules.example.com/{rule}\"\n"),
        ],
    ),
];

#[test]
fn files_that_come_go_and_change_never_disagree_with_a_fresh_check() {
    let first: Vec<(&str, &str)> = STATES.iter().filter_map(|(path, states)| Some((*path, states[0]?))).collect();
    let tree = Tree::new(&first);
    let mut client = Client::start(&[&tree.0]);
    let mut lot = Lot(11);
    let mut open: Vec<&str> = Vec::new();
    for step in 0..steps(16) {
        let (name, states) = STATES[lot.below(STATES.len())];
        let path = tree.path(name);
        if let Some(text) = states[lot.below(states.len())] {
            tree.write(name, text.as_bytes());
            if open.contains(&name) {
                client.replace(&path, 2, text);
            } else if lot.below(2) == 0 {
                client.open(&path, text);
                open.push(name);
            }
        } else {
            let _ = std::fs::remove_file(&path);
            if let Some(at) = open.iter().position(|known| *known == name) {
                open.remove(at);
                client.notify("textDocument/didClose", json!({"textDocument": {"uri": uri(&path)}}));
            }
        }
        client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&path), "type": 2}]}));
        client.sync();
        assert_eq!(published(&client), checked(&tree.0), "step {step}, {name}");
    }
    assert_eq!(client.end(), 0);
}

#[test]
fn an_edit_makes_one_file_anew() {
    let stacks: Vec<(String, String)> = (0..100)
        .map(|at| (format!("s{at}/compose.yml"), format!("services:\n  a{at}:\n    image: redis:7.{at}\n")))
        .collect();
    let files: Vec<(&str, &str)> = stacks.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let tree = Tree::new(&files);
    let mut client = Client::start(&[&tree.0]);
    let path = tree.path("s7/compose.yml");
    client.open(&path, &stacks[7].1);
    client.sync();
    let renewed = |client: &mut Client| client.request("deploylint/sync", json!(null))["renewed"].clone();
    client.edit(&path, 2, (2, 17), (2, 20), "latest");
    assert_eq!(renewed(&mut client), 1);
    let told = client.published;
    client.edit(&path, 3, (2, 17), (2, 23), "7.4.1");
    assert_eq!(renewed(&mut client), 1);
    // Nothing is said again of the files that did not change.
    assert_eq!(client.published - told, 1);
    // A change that is none.
    client.notify("workspace/didChangeWatchedFiles", json!({"changes": [{"uri": uri(&path), "type": 2}]}));
    assert_eq!(renewed(&mut client), 0);
    assert_eq!(client.end(), 0);
}
