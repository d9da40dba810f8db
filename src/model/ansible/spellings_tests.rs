//! One task in every spelling that Ansible reads, through the whole pipeline.

use crate::expand::Deployment;
use crate::model::test_support::deployment_of;

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
