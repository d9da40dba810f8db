//! Whether what a service starts stays, or goes into the background: `docker compose up -d`, and programs that stay in the
//! foreground under `Type=forking`.

use super::unit::Service;
use crate::model::command::docker::{self, Verb};
use crate::syntax::script::{Word, script};
use crate::syntax::unit::exec;
use crate::text::Text;

/// Programs that never go into the background by themselves, by their own manuals.
const FOREGROUND: &[&str] = &[
    "uvicorn",
    "hypercorn",
    "ollama",
    "traefik",
    "prometheus",
    "node_exporter",
    "alertmanager",
    "loki",
    "promtail",
    "grafana-server",
    "cloudflared",
    "tailscaled",
    "litellm",
    "openclaw",
    "node",
    "npm",
    "yarn",
    "pnpm",
    "java",
    "dotnet",
    "minio",
    "vault",
    "consul",
    "nomad",
    "etcd",
    "caddy",
    "gotify",
    "syncthing",
    "llama-server",
    "vllm",
];

impl Service<'_> {
    /// The command that starts something elsewhere and ends: of several `ExecStart=` the last.
    pub(super) fn detaches(&self) -> Option<Text> {
        let directive = self.all("ExecStart").pop()?;
        let words = exec(&directive.value, &[]).words;
        detached(&words, 0).then(|| directive.value.clone())
    }

    /// The program that stays in the foreground though systemd waits for it to go into the background.
    pub(super) fn never_forks(&self) -> Option<Text> {
        if self.known("Type") != Some("forking") || self.last("PIDFile").is_some() {
            return None;
        }
        let directive = self.all("ExecStart").pop()?;
        let words = exec(&directive.value, &[]).words;
        let rest = plain(&words);
        let program = rest.first()?;
        let name = base(program.text.known()?);
        let known: Vec<&str> = rest.iter().filter_map(|w| w.text.known()).collect();
        let engine = matches!(name, "docker" | "docker-compose");
        let starts = known.iter().any(|w| matches!(*w, "up" | "run"));
        let backgrounds = known.iter().any(|w| matches!(*w, "&" | "--daemon" | "--detach" | "start"));
        let stays = FOREGROUND.contains(&name) || engine && starts && !detached(&words, 0);
        (stays && !backgrounds).then(|| program.text.clone())
    }
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The words without `env`, `sudo` and their like in front.
fn plain(words: &[Word]) -> &[Word] {
    let wrapper = |w: &Word| {
        let value = w.text.value();
        matches!(base(value), "env" | "sudo" | "nice" | "ionice") || value.contains('=') || value.starts_with('-')
    };
    words.get(words.iter().take_while(|w| wrapper(w)).count()..).unwrap_or(&[])
}

/// Whether the command asks an engine to start something in the background, and ends.
fn detached(all: &[Word], depth: usize) -> bool {
    let rest = plain(all);
    let known: Vec<&str> = rest.iter().map(|w| w.text.known().unwrap_or("")).collect();
    let Some(program) = known.first().map(|p| base(p)) else { return false };
    let option = |long: &str, short: char| {
        known.iter().skip(1).any(|w| {
            let letters = w.strip_prefix('-').filter(|l| !l.starts_with('-') && l.len() < 5);
            *w == long || letters.is_some_and(|l| l.contains(short) && l.chars().all(|c| c.is_ascii_alphabetic()))
        })
    };
    let after = |verb: &str| known.iter().position(|w| *w == verb);
    match program {
        "sh" | "bash" | "dash" if depth < 3 => {
            let inline = known.iter().position(|w| matches!(*w, "-c" | "-ec" | "-lc"));
            let Some(line) = inline.and_then(|at| rest.get(at + 1)) else { return false };
            let parsed = script(&line.text);
            let inner = parsed.commands.iter().rfind(|c| c.inside.is_none());
            inner.is_some_and(|c| detached(&c.words, depth + 1))
        }
        "docker-compose" | "podman-compose" => {
            after("up").is_some() && (option("--detach", 'd') || option("--wait", '\0')) || after("start").is_some()
        }
        "docker" | "podman" => match (after("compose"), after("up"), after("run"), after("start")) {
            (Some(compose), Some(up), ..) if compose < up => option("--detach", 'd') || option("--wait", '\0'),
            (Some(compose), None, None, Some(start)) => compose < start,
            (None, None, Some(_), _) => {
                docker::parse(rest).is_some_and(|call| call.verb == Verb::Run && call.detached())
            }
            (None, None, None, Some(1)) => !option("--attach", 'a') && !option("--interactive", 'i'),
            _ => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};
    use crate::syntax::script::words;

    fn is_detached(line: &str) -> bool {
        let source = Sources::default().add(Source::new("a", None, line));
        detached(&words(&Text::literal(line, Span::new(source, 0, line.len()))), 0)
    }

    #[test]
    fn what_goes_into_the_background_is_told_by_its_options() {
        for line in [
            "/usr/bin/docker compose -f a.yml up -d",
            "docker compose up --wait",
            "docker-compose up --detach --remove-orphans",
            "/bin/bash -c 'cd /srv && docker compose pull && docker compose up -d'",
            "docker run -d --name web nginx",
            "docker start web",
            "docker run --rm -tid --name web nginx",
            "docker container run -dp 80:80 nginx",
        ] {
            assert!(is_detached(line), "{line}");
        }
        for line in [
            "docker compose up",
            "docker start -a web",
            "docker run --detach=false nginx",
            "docker run --rm --name web nginx -d",
            "/bin/sh -c 'docker compose up -d && docker compose logs -f'",
            "/usr/bin/app -d",
        ] {
            assert!(!is_detached(line), "{line}");
        }
    }
}
