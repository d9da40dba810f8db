//! Tests of containers that are addressed too early.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

/// For each fact of `subject`: `container guarded early runs_early`, with letters for what is true.
fn facts(subject: Subject, files: &[(&str, &str)]) -> Vec<String> {
    let facts = facts_of(files);
    let show = |id| {
        let fact = facts.get(id);
        let text = match fact.field("container").map(|f| &f.value) {
            Some(Value::Str(s)) => s.clone(),
            _ => String::new(),
        };
        let is = |name: &str| matches!(fact.field(name).map(|f| &f.value), Some(Value::Bool(true)));
        let flags: String = [("guarded", 'g'), ("early", 'e'), ("runs_early", 'r')]
            .iter()
            .filter(|(n, _)| is(n))
            .map(|(_, c)| c)
            .collect();
        format!("{text} {flags}")
    };
    facts.of(subject).into_iter().map(show).collect()
}

const CONFIG: &str = "- template: {src: a, dest: /srv/a}\n  notify: restart web\n";
const HANDLER: &str = "- name: restart web\n  command: docker compose restart web\n  args: {chdir: /srv}\n";
const UP: &str = "- command: docker compose up -d\n  args: {chdir: /srv}\n";

fn roles(play: &str, config: &str, handler: &str, up: &str) -> Vec<String> {
    let files = [
        ("site.yml", play),
        ("roles/config/tasks/main.yml", config),
        ("roles/config/handlers/main.yml", handler),
        ("roles/deploy/tasks/main.yml", up),
    ];
    facts(Subject::AnsibleRestart, &files)
}

#[test]
fn a_role_that_notifies_before_another_creates_is_early() {
    let play = "- hosts: all\n  roles: [config, deploy]\n";
    assert_eq!(roles(play, CONFIG, HANDLER, UP), ["web e"]);
    let plays = "- hosts: all\n  roles: [config]\n- hosts: all\n  roles: [deploy]\n";
    assert_eq!(roles(plays, CONFIG, HANDLER, UP), ["web er"]);
    let flush = format!("{CONFIG}- meta: flush_handlers\n");
    assert_eq!(roles(play, &flush, HANDLER, UP), ["web er"]);
}

#[test]
fn modules_that_create_nothing_restart() {
    let play = "- hosts: all\n  roles: [config, deploy]\n";
    let container = |args: &str| {
        let handler = format!("- name: restart web\n  community.docker.docker_container: {{name: web{args}}}\n");
        roles(play, CONFIG, &handler, "- docker_container: {name: web, image: 'nginx:1.27.3'}\n")
    };
    assert_eq!(container(", restart: true"), ["web e"]);
    assert_eq!(container(", state: started, restart: true"), ["web e"]);
    assert_eq!(container(", restart: true, image: 'nginx:1.27.3'"), [""; 0]);
    assert_eq!(container(", restart: '{{ again }}'"), [""; 0]);
    let stack = |args: &str| {
        let handler =
            format!("- name: restart web\n  docker_compose_v2: {{project_src: /srv, state: restarted{args}}}\n");
        roles(play, CONFIG, &handler, UP)
    };
    assert_eq!(stack(", services: [web]"), ["web e"]);
    assert_eq!(stack(""), [""; 0]);
}

#[test]
fn what_comes_after_the_container_is_not_early() {
    let play = "- hosts: all\n  roles: [deploy, config]\n";
    assert_eq!(roles(play, CONFIG, HANDLER, UP), ["web "]);
    let elsewhere = UP.replace("/srv", "/opt");
    assert_eq!(roles("- hosts: all\n  roles: [config, deploy]\n", CONFIG, HANDLER, &elsewhere), ["web "]);
    let one_role = format!("{CONFIG}{UP}");
    assert_eq!(roles("- hosts: all\n  roles: [config]\n", &one_role, HANDLER, UP), ["web "]);
}

#[test]
fn an_expected_failure_is_guarded() {
    let play = "- hosts: all\n  roles: [config, deploy]\n";
    let handler = format!("{HANDLER}  failed_when: false\n");
    assert_eq!(roles(play, CONFIG, &handler, UP), ["web ge"]);
    let handler = "- name: restart web\n  shell: docker ps -q web && docker restart web\n";
    assert_eq!(roles(play, CONFIG, handler, UP), ["web g"]);
}

#[test]
fn an_exec_before_up_is_early() {
    let play = "- hosts: all\n  tasks:\n    - command: docker compose exec web id\n    - command: docker compose up -d\n    \
                - command: docker compose exec web id\n";
    assert_eq!(facts(Subject::AnsibleExec, &[("site.yml", play)]), ["web e", "web "]);
}
