//! Programs behind wrappers, and secrets among words with their near misses.

use crate::model::fact::{Facts, Value};
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

fn text(facts: &Facts, id: crate::model::fact::FactId, name: &str) -> String {
    match facts.get(id).field(name).map(|f| &f.value) {
        Some(Value::Str(s)) => s.clone(),
        Some(Value::Bool(b)) => b.to_string(),
        Some(Value::Unknown(_)) => "?".to_owned(),
        _ => "-".to_owned(),
    }
}

fn programs(script: &str) -> Vec<String> {
    let facts = facts_of(&[("a.sh", script)]);
    facts.of(Subject::Command).into_iter().map(|id| text(&facts, id, "program")).collect()
}

/// The source text of each secret in an argument of the script, with its name.
fn secrets_in(path: &str, source: &str) -> Vec<String> {
    let facts = facts_of(&[(path, source)]);
    let shown = |id| {
        let span = facts.get(id).place.span;
        let place = source.get(span.start as usize..span.end as usize).unwrap_or("?");
        let file = if text(&facts, id, "from_file") == "true" { " file" } else { "" };
        format!("{place} {}{file}", text(&facts, id, "name"))
    };
    facts.of(Subject::Argument).into_iter().map(shown).collect()
}

fn secrets(source: &str) -> Vec<String> {
    secrets_in("a.sh", source)
}

#[test]
fn programs_are_found_behind_wrappers() {
    assert_eq!(programs("sudo -u app env A=b timeout 5 /usr/bin/docker ps"), ["docker"]);
    assert_eq!(programs("docker exec -it web sh -c 'a | b'"), ["docker", "sh", "a", "b"]);
    assert_eq!(programs("docker compose -f x.yml exec -T web c d"), ["docker", "c"]);
    assert_eq!(programs("ssh -p 22 host 'a; b'"), ["ssh", "a", "b"]);
    assert_eq!(programs("docker run --rm -v a:/b -e X=1 -p 1:2 img run it"), ["docker", "run"]);
}

#[test]
fn a_secret_is_seen_by_the_name_of_its_variable() {
    assert_eq!(secrets("tool --x \"$BOT_TOKEN\""), ["$BOT_TOKEN BOT_TOKEN"]);
    assert_eq!(secrets("docker exec c sh -c 'tool \"$API_KEY\"'"), ["$API_KEY API_KEY"]);
    assert_eq!(secrets("docker run -e OPENAI_API_KEY=\"$OPENAI_API_KEY\" i"), ["$OPENAI_API_KEY OPENAI_API_KEY"]);
    assert_eq!(secrets("curl -H \"Authorization: Bearer $T\" https://x"), ["$T Authorization"]);
    assert_eq!(secrets("psql postgres://u:$PW@h/d"), ["$PW the password in an address"]);
    assert_eq!(secrets("openclaw config set channels.telegram.token \"$1\""), ["$1 channels.telegram.token"]);
    assert_eq!(secrets("mysql -uroot -p$X"), ["$X the password after `-p`"]);
}

#[test]
fn a_written_secret_is_seen_by_its_option_or_its_shape() {
    assert_eq!(secrets("tool --password hunter2hunter2"), ["hunter2hunter2 password"]);
    assert_eq!(secrets("redis-server --requirepass=s3cr3t-s3cr3t"), ["s3cr3t-s3cr3t --requirepass"]);
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8");
    let shape = secrets(&format!("git clone https://x/{token}"));
    assert_eq!(shape.len(), 1);
    assert!(shape[0].ends_with("a GitHub token"));
}

#[test]
fn near_misses_are_silent() {
    for script in [
        "docker run -e BOT_TOKEN -e API_KEY i",
        "echo \"$TOKEN\" | docker login --password-stdin -u x",
        "[ -z \"$TOKEN\" ] && exit 1",
        "export TOKEN=abc123abc123; TOKEN=$X tool",
        "printf '%s' \"$PASSWORD\" > /run/secrets/p",
        "tool --token-file /run/secrets/token --password-file \"$PASSWORD_FILE\"",
        "tool --api-key <your-key> --token changeme-your-token",
        "tool \"${TOKEN:+--flag}\" ${#TOKEN}",
        "curl -H 'Authorization: Bearer <token>' x",
        "ssh-keygen -f \"$SSH_KEY_PATH\"; tool $PUBLIC_KEY $KEY_ID",
        "cat <<EOF > .env\nTOKEN=$TOKEN\nEOF",
        "if [[ -n $API_KEY ]]; then read -r PASSWORD; fi",
        "docker run -e MYSQL_ALLOW_EMPTY_PASSWORD=yes -e DB_PASSWORD_FILE=/run/secrets/db i",
        "tool --max-tokens 100 --tokenizer x",
        "curl http://user@host/x http://host:80/@y",
        "ask_for() { read -r x; }\nask_for \"$DB_PASSWORD\"",
        "adduser --disabled-password app; ansible-playbook --ask-become-pass x.yml",
        "chmod 600 \"$TMP_PASSWORD\"; mv \"$TOKEN\" x; tool $cur_os_key $CI_KEY",
        "openclaw config set channels.x.token '{\"source\":\"env\"}'",
    ] {
        assert_eq!(secrets(script), Vec::<String>::new(), "{script}");
    }
}

#[test]
fn a_user_of_a_secret_name_is_no_secret() {
    let source = "- hosts: all\n  vars: {main_username: '{{ admin_token }}', url: 'http://{{ admin_token }}@x'}\n  tasks:\n    - command: useradd {{ main_username }}\n    - command: curl {{ url }}\n";
    assert_eq!(secrets_in("site.yml", source), ["{{ url }} admin_token"]);
}

#[test]
fn the_output_of_a_command_is_told_apart() {
    assert_eq!(secrets("tool --token \"$(cat /run/secrets/t)\""), ["\"$(cat /run/secrets/t)\" token file"]);
    let nested = "docker exec c sh -c 'openclaw config set gateway.auth.token \"$(cat /tmp/.t)\"'";
    assert_eq!(secrets(nested), ["\"$(cat /tmp/.t)\" gateway.auth.token file"]);
}

#[test]
fn units_and_dockerfiles_are_read_too() {
    assert_eq!(secrets_in("a.service", "[Service]\nExecStart=/bin/x --token ${TOKEN}\n"), ["${TOKEN} TOKEN"]);
    assert_eq!(
        secrets_in("Dockerfile", "FROM a:1.2\nARG API_KEY\nRUN curl -u x:$API_KEY https://y\n"),
        ["$API_KEY API_KEY"]
    );
}

#[test]
fn a_download_that_a_shell_runs_is_seen() {
    let downloads = |script: &str| {
        let facts = facts_of(&[("a.sh", script)]);
        facts.of(Subject::Command).into_iter().filter(|id| text(&facts, *id, "download") != "-").count()
    };
    for script in [
        "curl -fsSL https://x/y | sudo -E bash -",
        "wget -qO- https://x | sh",
        "bash <(curl -s https://x)",
        "sh -c \"$(curl -fsSL https://x)\"",
        "curl https://x | sudo -u app bash",
        "eval \"$(curl https://x)\"",
        "curl https://x | python3 -",
    ] {
        assert_eq!(downloads(script), 1, "{script}");
    }
    for script in [
        "curl https://x | jq .",
        "curl -o y https://x && echo 'abc  y' | sha256sum -c && bash y",
        "curl https://x | python3 -c 'import json'",
        "curl https://x | python3 -m json.tool",
        "bash script.sh \"$(curl https://x)\"",
        "X=$(curl https://x)",
        "curl https://x | gpg --dearmor -o /k",
        "curl https://x | tee /y | bash script.sh",
    ] {
        assert_eq!(downloads(script), 0, "{script}");
    }
}

#[test]
fn groups_are_read_from_the_tools_that_set_them() {
    let groups = |script: &str| {
        let facts = facts_of(&[("a.sh", script)]);
        let of = |id| match facts.get(id).field("groups").map(|f| &f.value) {
            Some(Value::List(all)) => all
                .iter()
                .filter_map(|f| if let Value::Str(s) = &f.value { Some(s.clone()) } else { None })
                .collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        facts.of(Subject::Command).into_iter().flat_map(of).collect::<Vec<_>>()
    };
    assert_eq!(groups("usermod -aG docker,sudo x"), ["docker", "sudo"]);
    assert_eq!(groups("sudo usermod -a -G docker $USER"), ["docker"]);
    assert_eq!(groups("adduser x docker; gpasswd -a x docker"), ["docker", "docker"]);
    assert_eq!(groups("adduser -D -H x; addgroup docker"), Vec::<String>::new());
}
