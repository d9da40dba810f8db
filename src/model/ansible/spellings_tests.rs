//! One task in every spelling that Ansible reads, through the whole pipeline.

use crate::expand::Deployment;
use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::{deployment_of, facts_of};

const COMPOSE: &str = "services: {web: {image: 'nginx:{{ tag }}'}}\n";

fn stack_of(task: &str) -> Deployment {
    let tasks = format!("- name: Write the stack\n{task}");
    deployment_of(&[
        ("roles/a/defaults/main.yml", "base: /opt/harbour\ntag: '1.27'\n"),
        ("roles/a/tasks/main.yml", &tasks),
        ("roles/a/templates/docker-compose.yml.j2", COMPOSE),
    ])
}

#[test]
fn the_folder_of_a_stack_is_known_in_every_spelling() {
    let (src, dest) = ("src=docker-compose.yml.j2", "dest='{{ base }}/docker-compose.yml'");
    for task in [
        "  template: {src: docker-compose.yml.j2, dest: '{{ base }}/docker-compose.yml'}\n".to_owned(),
        "  ansible.builtin.template: {src: docker-compose.yml.j2, dest: \"{{ base }}/docker-compose.yml\"}\n"
            .to_owned(),
        format!("  template: {src} {dest}\n"),
        format!("  action: ansible.builtin.template {src} {dest}\n"),
        format!("  local_action: template {src} {dest}\n"),
        "  action: {module: template, src: docker-compose.yml.j2, dest: '{{ base }}/docker-compose.yml'}\n".to_owned(),
        "  template: src=docker-compose.yml.j2\n  args: {dest: '{{ base }}/docker-compose.yml'}\n".to_owned(),
        "  template:\n  args: {src: docker-compose.yml.j2, dest: '{{ base }}/docker-compose.yml'}\n".to_owned(),
        "  template: src=docker-compose.yml.j2 dest={{ base }}/docker-compose.yml mode=0640\n".to_owned(),
        format!("  block:\n    - block:\n        - action: template {src} {dest}\n"),
    ] {
        let deployment = stack_of(&task);
        let folders: Vec<&str> = deployment.stacks.iter().map(|s| s.directory.as_str()).collect();
        assert_eq!(folders, ["/opt/harbour"], "{task}");
    }
}

#[test]
fn another_collections_module_of_the_name_is_another_module() {
    let task = "  my.own.template: {src: docker-compose.yml.j2, dest: /opt/harbour/docker-compose.yml}\n";
    assert!(stack_of(task).stacks.iter().all(|s| s.directory != "/opt/harbour"));
}

#[test]
fn arguments_and_notified_handlers_are_facts_without_secrets() {
    let tasks = "- name: a\n  ansible.builtin.template: src=a.j2 dest=/srv/a mode=0640\n  notify: [again, reload it]\n\
                 - name: b\n  community.docker.docker_login: {registry_url: https://r.example, username: u, password: hunter2x}\n\
                 - name: c\n  uri: {url: 'https://a:geheim77@h/', body: {a: b}}\n";
    let facts = facts_of(&[("roles/a/tasks/main.yml", tasks)]);
    let shown: Vec<String> = facts
        .of(Subject::AnsibleTask)
        .into_iter()
        .map(|id| {
            let fact = facts.get(id);
            let Some(Value::Map(map)) = fact.field("arguments").map(|f| &f.value) else { return String::new() };
            let pairs = map.iter().map(|(name, field)| match &field.value {
                Value::Str(text) => format!("{name}={text}"),
                Value::Int(number) => format!("{name}={number}"),
                _ => name.clone(),
            });
            pairs.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(
        shown,
        ["src=a.j2 dest=/srv/a mode=0640", "registry_url=https://r.example username=u password", "url body"]
    );
    let notified = facts.of(Subject::AnsibleTask).into_iter().next().and_then(|id| facts.get(id).field("notify"));
    assert!(matches!(notified.map(|f| &f.value), Some(Value::List(names)) if names.len() == 2));
}
