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
    /// The options that no release of the gateway knows.
    pub(super) unknown: Vec<Text>,
    /// Whether a word is not known, so that any option may be there.
    pub(super) open: bool,
    /// Whether the program goes by one of its older names.
    pub(super) older_program: bool,
    /// Whether the words up to the program name OpenClaw: `dist/index.js` alone may be any program's.
    pub(super) named: bool,
}

impl Options {
    /// Whether options say that the program is OpenClaw: those that no other program has.
    pub(super) fn are_openclaws(&self) -> bool {
        let bind = self.bind.as_ref().and_then(Text::known);
        self.allow_unconfigured.is_some()
            || bind.is_some_and(|b| matches!(b, "loopback" | "lan" | "tailnet" | "auto" | "custom"))
    }

    /// Takes one option with its value; `told` where a release of the gateway knows it.
    fn take(&mut self, name: Text, value: Option<Text>, told: bool) {
        match name.value() {
            "--bind" => self.bind = value,
            "--auth" => self.auth = value,
            "--port" => self.port = value,
            "--token" => self.token = Some(name.span()),
            "--password" | "--password-file" => self.password = Some(name.span()),
            "--allow-unconfigured" => self.allow_unconfigured = Some(name.span()),
            // A variable without quotes holds several words, of which the shell makes as many options.
            other if other.contains(' ') => {}
            other if other.starts_with("--") && name.is_known() && !told && !self.older_program => {
                self.unknown.push(name);
            }
            _ => {}
        }
    }
}

/// Whether a text names OpenClaw, by one of its older names too.
pub(super) fn names_it(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["openclaw", "clawdbot", "moltbot"].iter().any(|name| text.contains(name))
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
            let before = words.get(..words.len() - rest.len()).unwrap_or_default();
            let older_program = before.last().is_some_and(|w| matches!(base(&w.text), "clawdbot" | "moltbot"));
            let named = before.iter().any(|w| names_it(w.text.value()));
            let options = Options { older_program, named, ..Options::default() };
            found.extend(gateway(verb, rest.get(1..).unwrap_or(&[]), options));
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

fn gateway(verb: &Word, rest: &[Word], mut options: Options) -> Option<Use> {
    let mut span = verb.text.span();
    let mut at = 0;
    // Whether the next word may be the value of what stands before it.
    let mut value_may_follow = false;
    let mut run = false;
    while let Some(word) = rest.get(at) {
        let text = &word.text;
        at += 1;
        if matches!(text.known(), Some("--help" | "-h" | "--version")) {
            return None;
        }
        if text.known() == Some("--") {
            break;
        }
        if text.known().is_some_and(|known| !known.starts_with('-')) {
            // Any other bare word is another command of the program: `gateway --verbose status`.
            if !value_may_follow && (run || text.value() != "run") {
                return None;
            }
            run |= text.value() == "run";
            value_may_follow = false;
            continue;
        }
        span = span.to(text.span());
        options.open |= text.value().starts_with(crate::text::UNKNOWN);
        let (name, inline) = match text.split_once('=') {
            Some((name, value)) if text.value().starts_with("--") => (name, Some(value)),
            _ => (text.clone(), None),
        };
        let told = super::keys::is_option(name.value());
        value_may_follow = inline.is_none() && !told;
        let value = inline.or_else(|| {
            let next = rest.get(at).filter(|_| super::keys::takes_value(name.value()))?;
            at += 1;
            Some(next.text.clone())
        });
        if let Some(value) = &value {
            span = span.to(value.span());
        }
        options.take(name, value, told);
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
            [Use::Gateway(options, _)] => options.unknown.iter().map(Text::display).collect::<Vec<_>>(),
            other => panic!("{line}: {other:?}"),
        };
        let line = "node dist/index.js gateway --bind lan --trusted-proxies 10.0.0.0/8 --host x";
        assert_eq!(unknown(line), ["--trusted-proxies", "--host"]);
        assert_eq!(unknown("openclaw gateway --log 'a b' --host=x run --port 1"), ["--log", "--host"]);
        for line in [
            "openclaw gateway run --port=1 --token a --ws-log full --log-level debug --tailscale off",
            "openclaw gateway --bind lan -- --x",
            "clawdbot gateway --webchat-port 1",
        ] {
            assert!(unknown(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_bare_word_behind_options_is_another_command() {
        for line in [
            "openclaw gateway status --x",
            "openclaw gateway --verbose status --x",
            "openclaw gateway --token a call --params '{}'",
            "openclaw gateway run run --x",
        ] {
            assert!(read(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn a_script_of_that_name_is_openclaws_where_something_says_so() {
        let sure = |line: &str| match read(line).as_slice() {
            [Use::Gateway(options, _)] => options.named || options.are_openclaws(),
            other => panic!("{line}: {other:?}"),
        };
        for line in [
            "openclaw gateway",
            "node /opt/openclaw/dist/index.js gateway",
            "docker run ghcr.io/openclaw/openclaw:1 node dist/index.js gateway",
            "node dist/index.js gateway --bind lan",
            "node dist/index.js gateway --allow-unconfigured",
        ] {
            assert!(sure(line), "{line}");
        }
        assert!(!sure("node dist/index.js gateway --cluster a") && !sure("node dist/index.js gateway --bind 0.0.0.0"));
    }

    #[test]
    fn config_set_gives_a_setting() {
        let uses = read("docker exec openclaw openclaw config set --json gateway.trustedProxies '[\"10.0.0.1\"]'");
        let [Use::Set(setting)] = uses.as_slice() else { panic!("{uses:?}") };
        assert_eq!(setting.path, ["gateway", "trustedProxies"]);
        assert_eq!(setting.value.seq().map(<[_]>::len), Some(1));
    }
}
