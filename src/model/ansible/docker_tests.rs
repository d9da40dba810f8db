//! Tests of reading what commands do with containers.

use super::*;
use crate::source::{Source, Sources};

fn command(line: &str, shell: bool) -> Vec<Call> {
    let source = Sources::default().add(Source::new("a", None, line));
    let line = Text::literal(line, Span::new(source, 0, line.len()));
    of_command(&TaskCommand { line: Some(line), argv: Vec::new(), shell, chdir: None })
}

/// The calls as `verb names@directory`, `?` after those that expect failure.
fn calls(line: &str, shell: bool) -> Vec<String> {
    let show = |call: &Call| {
        let names: Vec<&str> = call.names.iter().map(Text::value).collect();
        let directory = call.compose.as_ref().map(|p| p.directory.as_ref().map_or("-", Text::value));
        let at = directory.map(|d| format!("@{d}")).unwrap_or_default();
        format!("{:?} {}{at}{}", call.verb, names.join(","), if call.guarded { "?" } else { "" })
    };
    command(line, shell).iter().map(show).collect()
}

#[test]
fn options_do_not_hide_the_verb() {
    assert_eq!(calls("docker compose -f /srv/a/compose.yml -p x restart -t 5 web", false), ["Restart web@/srv/a"]);
    assert_eq!(calls("sudo -u me docker-compose up -d --wait web", false), ["Create web@-"]);
    assert_eq!(calls("docker run --rm -d --name web nginx", false), ["Create web"]);
    assert_eq!(calls("docker container restart a b", false), ["Restart a,b"]);
    assert_eq!(calls("docker exec -u root web sh -c 'docker ps'", false), ["Exec web"]);
    assert_eq!(calls("docker ps", false), [""; 0]);
}

#[test]
fn a_shell_may_expect_failure() {
    assert_eq!(calls("cd /srv && docker compose restart web", true), ["Restart web@/srv"]);
    assert_eq!(calls("docker restart web || true", true), ["Restart web?"]);
    assert_eq!(calls("cd /srv && docker-compose pull -q && docker-compose restart web", true), ["Restart web@/srv"]);
    assert_eq!(calls("docker compose pull && docker compose restart web || true", true), ["Restart web@-?"]);
    assert_eq!(calls("docker inspect web && docker restart web", true), ["Restart web?"]);
    assert_eq!(calls("if docker ps | grep -q web; then docker restart web; fi", true), ["Restart web?"]);
    assert_eq!(calls("sh -c 'docker restart web'", false), ["Restart web"]);
}

#[test]
fn what_passes_without_a_container_is_no_call() {
    assert_eq!(calls("docker compose restart", false), [""; 0]);
    assert_eq!(calls("docker compose kill -s HUP web", false), [""; 0]);
    assert_eq!(calls("docker compose stop web", false), [""; 0]);
    assert_eq!(calls("docker kill -s HUP web", false), ["Restart web"]);
}

#[test]
fn a_download_knows_no_container() {
    assert_eq!(calls("curl -fsSL https://get.example.org | sudo sh", true), [""; 0]);
    assert_eq!(calls("bash <(wget -qO- https://get.example.org)", true), [""; 0]);
    assert_eq!(calls("sh -c \"$(curl -fsSL https://get.example.org)\"", true), [""; 0]);
    assert_eq!(calls("cat setup.sh | sh", true), ["Unknown "]);
    assert_eq!(calls("sh /tmp/setup.sh --all", true), ["Unknown /tmp/setup.sh"]);
}
