//! What directives mean together.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

fn show(value: &Value) -> String {
    match value {
        Value::Str(s) => s.clone(),
        Value::Bool(b) => b.to_string(),
        Value::List(all) => all.iter().map(|f| show(&f.value)).collect::<Vec<_>>().join(","),
        Value::Unknown(_) => "?".to_owned(),
        _ => "-".to_owned(),
    }
}

fn field(files: &[(&str, &str)], name: &str) -> String {
    let facts = facts_of(files);
    let all = facts.of(Subject::Unit).into_iter();
    let shown = all.filter_map(|id| facts.get(id).field(name).map(|f| show(&f.value)));
    shown.collect::<Vec<_>>().join(" ")
}

fn of(service: &str, name: &str) -> String {
    field(&[("app.service", &format!("[Service]\n{service}"))], name)
}

#[test]
fn who_runs_it_and_who_gives_root_up() {
    assert_eq!(of("ExecStart=/usr/sbin/nginx -g x\n", "drops_root"), "true");
    assert_eq!(of("ExecStart=/usr/sbin/nginx\nExecStartPre=/opt/x\n", "drops_root"), "false");
    assert_eq!(of("ExecStart=/a\nUser=app\nUser=\n", "root"), "true");
    let files =
        [("roles/a/templates/a.service.j2", "[Service]\nUser={{ u }}\n"), ("roles/a/defaults/main.yml", "u: ''\n")];
    assert_eq!(field(&files, "root"), "?");
}

#[test]
fn sandboxing_is_counted_by_directive() {
    assert_eq!(
        of("ExecStart=/a\nNoNewPrivileges=true\nProtectSystem=strict\n", "missing_sandboxing"),
        "ProtectHome,PrivateTmp"
    );
    assert_eq!(of("ExecStart=/a\nDynamicUser=yes\n", "missing_sandboxing"), "");
    assert_eq!(
        of("ProtectHome=no\nProtectSystem=full\nNoNewPrivileges=1\nPrivateTmp=yes\n", "missing_sandboxing"),
        "ProtectHome"
    );
    assert_eq!(
        of("ProtectHome=no\nPrivateTmp=off\nProtectSystem=full\n", "sandboxing_declined"),
        "ProtectHome,PrivateTmp"
    );
}

#[test]
fn a_drop_in_counts() {
    let files =
        [("x/app.service", "[Service]\nExecStart=/a\n"), ("x/app.service.d/user.conf", "[Service]\nUser=app\n")];
    assert_eq!(field(&files, "root"), "false");
    assert_eq!(field(&files[..1], "root"), "true");
}

#[test]
fn hidden_homes_are_found_unless_bound_back() {
    let service = "ProtectHome=tmpfs\nWorkingDirectory=/home/app/x\nExecStart=/usr/bin/node y\n";
    assert_eq!(of(service, "hidden"), "/home/app/x");
    assert_eq!(of(&format!("{service}BindPaths=/home/app\n"), "hidden"), "");
    assert_eq!(of("ProtectHome=read-only\nWorkingDirectory=/home/app\n", "hidden"), "");
}

#[test]
fn docker_is_used_and_waited_for() {
    let uses =
        "[Unit]\nAfter=docker.service\nRequires=docker.service\n[Service]\nExecStart=/usr/bin/docker compose up\n";
    assert_eq!(field(&[("a.service", uses)], "docker_dependency"), "true");
    assert_eq!(of("ExecStart=/bin/sh -c 'docker start x'\n", "uses_docker"), "true");
    assert_eq!(of("ExecStart=/usr/bin/cat /etc/docker\n", "uses_docker"), "false");
    assert_eq!(of("ExecStart=-/usr/bin/docker run x\n", "engine_client"), "true");
    assert_eq!(of("ExecStart=/usr/bin/env docker start --attach x\n", "engine_client"), "true");
    assert_eq!(of("ExecStart=/usr/bin/app\n", "engine_client"), "false");
    assert_eq!(of("SupplementaryGroups=video docker\n", "docker_groups"), "docker");
}

#[test]
fn an_avahi_file_is_no_unit() {
    assert_eq!(field(&[("a.service", "<xml/>")], "name"), "");
}
