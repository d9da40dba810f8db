//! Tests of walking tasks.

use super::*;
use crate::load;
use crate::source::{Source, Sources, Span};

/// A document of `text`, as if it were the file at `path`.
fn document(path: &str, kind: Kind, text: &str) -> Document {
    let source = Sources::default().add(Source::new(path, None, text));
    let text = Text::literal(text, Span::new(source, 0, text.len()));
    let parsed = load::parse(kind, &text);
    Document::plain(path.to_owned(), None, kind, text, parsed)
}

#[test]
fn free_form_command_and_argv_are_one_thing() {
    let text = "
- name: one
  ansible.builtin.command: docker restart web chdir=/srv
- command:
    cmd: docker ps
    chdir: /srv
- shell:
    argv: [docker, ps]
- local_action: command docker ps
- action:
    module: raw
    _raw_params: uname -a
";
    let document = document("roles/a/tasks/main.yml", Kind::AnsibleTasks, text);
    let tasks = walk(&document);
    let lines: Vec<_> = tasks
        .iter()
        .filter_map(Task::command)
        .map(|c| c.line.map(|l| l.value().to_owned()).unwrap_or_default())
        .collect();
    assert_eq!(lines, ["docker restart web", "docker ps", "", "docker ps", "uname -a"]);
    assert_eq!(tasks[0].command().and_then(|c| c.chdir).map(|t| t.value().to_owned()), Some("/srv".to_owned()));
    assert_eq!(tasks[2].command().map(|c| c.argv.len()), Some(2));
    assert_eq!(tasks[0].module_name(), "command");
    assert_eq!(tasks[0].module.as_ref().map(|m| m.text.value()), Some("ansible.builtin.command"));
}

#[test]
fn blocks_hand_keywords_down() {
    let text = "
- hosts: all
  become: true
  pre_tasks:
    - debug: msg=hi
  tasks:
    - no_log: true
      block:
        - name: inner
          copy: {content: x, dest: /y}
      rescue:
        - meta: noop
";
    let document = document("site.yml", Kind::AnsiblePlaybook, text);
    let tasks = walk(&document);
    assert_eq!(tasks.len(), 3);
    assert_eq!(tasks[0].section, Section::PreTasks);
    assert_eq!(tasks[1].inherited("no_log").and_then(Node::known), Some("true"));
    assert_eq!(tasks[1].inherited("become").and_then(Node::known), Some("true"));
    assert!(tasks[1].keyword("no_log").is_none());
    assert!(tasks[1].rescued());
    assert_eq!(tasks[2].part, Part::Rescue);
    assert_eq!(tasks[0].arg_text("msg").map(|t| t.value().to_owned()), Some("hi".to_owned()));
}

#[test]
fn a_handler_file_holds_handlers() {
    let document = document("roles/a/handlers/main.yml", Kind::AnsibleTasks, "- name: x\n  command: 'true'\n");
    assert!(walk(&document).iter().all(|t| t.section == Section::Handlers));
}
