//! Command lines that start an OpenClaw gateway, and those that set its configuration.
//!
//! `openclaw`, `node dist/index.js` and `npx openclaw` are one program; wrappers and `sh -c` are looked through. What the
//! options mean for the deployment is left to `gateway`.

use super::config::{Setting, path, value};
use crate::source::Span;
use crate::syntax::script::{Word, script};
use crate::text::Text;

/// How deep `sh -c` in `sh -c` is followed.
const MAX_DEPTH: usize = 4;

/// How many words may stand before the program: `docker exec -u node openclaw`, `sudo -u x`, `tini --`.
const MAX_BEFORE: usize = 24;

/// The options of a gateway's command line.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    /// `--bind`.
    pub(super) bind: Option<Text>,
    /// `--auth`.
    pub(super) auth: Option<Text>,
    /// `--port`.
    pub(super) port: Option<Text>,
    /// Where `--token` stands.
    pub(super) token: Option<Span>,
    /// Where `--password` or `--password-file` stands.
    pub(super) password: Option<Span>,
    /// Where `--allow-unconfigured` stands.
    pub(super) allow_unconfigured: Option<Span>,
    /// The first option that no release of the gateway knows.
    pub(super) unknown: Option<Text>,
    /// Whether a word is not known, so that any option may be there.
    pub(super) open: bool,
    /// Whether the program goes by one of its older names.
    pub(super) older_program: bool,
}

/// What a command line does with OpenClaw.
#[derive(Debug, Clone)]
pub(super) enum Use {
    /// Starts the gateway.
    Gateway(Box<Options>, Span),
    /// Sets a key.
    Set(Setting),
}

/// What `words` do with OpenClaw; `sh -c` scripts are read.
pub(super) fn uses(words: &[Word], depth: usize) -> Vec<Use> {
    let mut found = Vec::new();
    let shell = words.iter().take(MAX_BEFORE).position(|w| matches!(base(&w.text), "sh" | "bash" | "dash" | "ash"));
    if let Some(at) = shell.filter(|_| depth < MAX_DEPTH) {
        let rest = words.get(at + 1..).unwrap_or(&[]);
        let flag = rest.iter().position(|w| w.text.known().is_some_and(|k| k.starts_with('-') && k.ends_with('c')));
        if let Some(inner) = flag.and_then(|f| rest.get(f + 1)) {
            for command in script(&inner.text).commands {
                found.extend(uses(&command.words, depth + 1));
            }
            return found;
        }
    }
    let Some(rest) = arguments(words) else { return found };
    let Some(verb) = rest.first() else { return found };
    match verb.text.known() {
        Some("gateway") => {
            let program = words.len() - rest.len() - 1;
            let name = words.get(program).map_or("", |w| base(&w.text));
            let older_program = matches!(name, "clawdbot" | "moltbot");
            found.extend(gateway(verb, rest.get(1..).unwrap_or(&[]), older_program));
        }
        Some("config") if rest.get(1).and_then(|w| w.text.known()) == Some("set") => {
            found.extend(set(rest.get(2..).unwrap_or(&[])).map(Use::Set));
        }
        _ => {}
    }
    found
}

/// The words after OpenClaw's program.
fn arguments(words: &[Word]) -> Option<&[Word]> {
    for (at, word) in words.iter().enumerate().take(MAX_BEFORE) {
        let name = base(&word.text);
        let rest = words.get(at + 1..)?;
        let named = matches!(name, "openclaw" | "clawdbot" | "moltbot" | "openclaw.mjs");
        let script = matches!(name, "index.js" | "entry.js") && at > 0 && word.text.value().contains("dist/");
        // `docker exec openclaw openclaw …`: the container's name comes first.
        let begins = rest.first().and_then(|w| w.text.known()).is_some_and(|w| matches!(w, "gateway" | "config"));
        if (named || script) && begins {
            return Some(rest);
        }
    }
    // The official image's entrypoint takes the arguments alone.
    None
}

fn gateway(verb: &Word, rest: &[Word], older_program: bool) -> Option<Use> {
    let mut rest = rest;
    match rest.first().and_then(|w| w.text.known()) {
        Some("run") => rest = rest.get(1..).unwrap_or(&[]),
        Some(other) if !other.starts_with('-') => return None,
        _ => {}
    }
    let mut options = Options { older_program, ..Options::default() };
    let mut span = verb.text.span();
    let mut at = 0;
    while let Some(word) = rest.get(at) {
        let text = &word.text;
        if matches!(text.known(), Some("--help" | "-h" | "--version")) {
            return None;
        }
        span = span.to(text.span());
        options.open |= text.value().starts_with(crate::text::UNKNOWN);
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) if text.value().starts_with("--") => (name, Some(value)),
            _ => (text.clone(), None),
        };
        let takes =
            matches!(name.value(), "--bind" | "--auth" | "--port" | "--token" | "--password" | "--password-file");
        let value = inline.or_else(|| {
            let next = rest.get(at + 1).filter(|_| takes)?;
            at += 1;
            Some(next.text.clone())
        });
        if let Some(value) = &value {
            span = span.to(value.span());
        }
        match name.value() {
            "--bind" => options.bind = value,
            "--auth" => options.auth = value,
            "--port" => options.port = value,
            "--token" => options.token = Some(name.span()),
            "--password" | "--password-file" => options.password = Some(name.span()),
            "--allow-unconfigured" => options.allow_unconfigured = Some(name.span()),
            "--" => break,
            other if other.starts_with("--") && name.is_known() && !super::keys::is_option(other) && !older_program => {
                options.unknown.get_or_insert(name);
            }
            _ => {}
        }
        at += 1;
    }
    Some(Use::Gateway(Box::new(options), span))
}

fn set(words: &[Word]) -> Option<Setting> {
    let mut words = words.iter().filter(|w| !w.text.value().starts_with("--"));
    let key = words.next()?;
    let known = key.text.known()?;
    let value = value(&words.next()?.text);
    Some(Setting { path: path(known), key: key.text.span(), value })
}

fn base(text: &Text) -> &str {
    let value = text.value();
    value.rsplit('/').next().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources};
    use crate::syntax::script::words;

    fn read(line: &str) -> Vec<Use> {
        let source = Sources::default().add(Source::new("a", None, line));
        uses(&words(&Text::literal(line, Span::new(source, 0, line.len()))), 0)
    }

    #[test]
    fn a_gateway_is_known_by_its_command() {
        for line in [
            "/usr/bin/node dist/index.js gateway --allow-unconfigured --bind lan --port 18789",
            "sudo -u x openclaw gateway run --bind=lan --allow-unconfigured",
            "bash -lc 'exec node openclaw.mjs gateway --allow-unconfigured --bind lan'",
            "docker exec openclaw openclaw gateway --bind lan --allow-unconfigured",
        ] {
            let uses = read(line);
            let [Use::Gateway(options, _)] = uses.as_slice() else { panic!("{line}: {uses:?}") };
            assert_eq!(options.bind.as_ref().map(Text::value), Some("lan"), "{line}");
            assert!(options.allow_unconfigured.is_some(), "{line}");
        }
        assert!(
            read("openclaw gateway status --require-rpc").is_empty() && read("node dist/index.js serve").is_empty()
        );
    }

    #[test]
    fn an_option_that_no_release_knows_is_remembered() {
        let unknown = |line: &str| match read(line).as_slice() {
            [Use::Gateway(options, _)] => options.unknown.as_ref().map(|t| t.value().to_owned()),
            other => panic!("{line}: {other:?}"),
        };
        let line = "node dist/index.js gateway --bind lan --trusted-proxies 10.0.0.0/8 --host x";
        assert_eq!(unknown(line).as_deref(), Some("--trusted-proxies"));
        for line in [
            "openclaw gateway run --port=1 --token a --ws-log full --log-level debug --tailscale off",
            "openclaw gateway --bind lan -- --x",
            "clawdbot gateway --webchat-port 1",
        ] {
            assert_eq!(unknown(line), None, "{line}");
        }
    }

    #[test]
    fn config_set_gives_a_setting() {
        let uses = read("docker exec openclaw openclaw config set --json gateway.trustedProxies '[\"10.0.0.1\"]'");
        let [Use::Set(setting)] = uses.as_slice() else { panic!("{uses:?}") };
        assert_eq!(setting.path, ["gateway", "trustedProxies"]);
        assert_eq!(setting.value.seq().map(<[_]>::len), Some(1));
    }
}
