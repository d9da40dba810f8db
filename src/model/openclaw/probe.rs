//! What a gateway's healthcheck asks: a path of its HTTP server, or a command of `openclaw`.

use crate::model::fact::{Fact, Field};
use crate::text::{Place, Text};

/// A healthcheck of a gateway.
#[derive(Debug, Clone, Default)]
pub(super) struct Probe {
    path: Option<(String, Place)>,
    reads_body: bool,
    command: Option<(String, Place)>,
    bounded: bool,
}

impl Probe {
    /// Reads the words of a test; `port` is the gateway's own.
    pub(super) fn read(words: &[Text], port: &str) -> Self {
        let mut probe = Self::default();
        let all: Vec<String> = words.iter().map(Text::display).collect();
        let line = all.join(" ");
        let mark = format!(":{port}");
        for text in words {
            let value = text.value();
            let Some(at) = value.find(&mark) else { continue };
            let start = at + mark.len();
            let rest = value.get(start..).unwrap_or("");
            let local = ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"].iter().any(|h| value[..at].ends_with(h));
            let end = rest.find(|c: char| c.is_whitespace() || "\"'`)|;&?#".contains(c)).unwrap_or(rest.len());
            if rest.starts_with(|c: char| c.is_ascii_digit()) || !local || !value[..at].contains("://") {
                continue;
            }
            let path = text.slice(start..start + end);
            let shown = if end == 0 { "/".to_owned() } else { path.display() };
            let place = if end == 0 { text.slice(at..start).place() } else { path.place() };
            probe.path = Some((shown, place));
        }
        probe.reads_body =
            ["grep", "jq", ".json()", "\"ok\"", "'ok'", "JSON.parse", ".text()"].iter().any(|w| line.contains(w));
        probe.bounded = line.contains("--timeout") || line.contains("--require-rpc") || line.contains("timeout ");
        probe.command = command(words);
        probe
    }

    /// The same as fields of a gateway's fact.
    pub(super) fn fields(&self, fact: Fact) -> Fact {
        let mut fact = fact.with("probe_reads_body", self.reads_body).with("probe_bounded", self.bounded);
        if let Some((path, place)) = &self.path {
            fact = fact.with("probe_path", Field::at(path.as_str(), place.clone()));
        }
        if let Some((command, place)) = &self.command {
            fact = fact.with("probe_command", Field::at(command.as_str(), place.clone()));
        }
        fact
    }
}

/// The command after OpenClaw's program, up to its options: `gateway status`.
fn command(words: &[Text]) -> Option<(String, Place)> {
    let pieces: Vec<Text> =
        words.iter().flat_map(|w| crate::syntax::script::words(w).into_iter().map(|w| w.text)).collect();
    let program = |t: &Text| {
        let value = t.value();
        let name = value.rsplit('/').next().unwrap_or(value);
        matches!(name, "openclaw" | "openclaw.mjs" | "clawdbot") || name == "index.js" && value.contains("dist/")
    };
    let at = pieces.iter().position(program)?;
    let rest = pieces.get(at + 1..)?;
    let plain =
        |t: &&Text| !t.value().starts_with('-') && t.value().chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let own: Vec<&Text> = rest.iter().take_while(plain).collect();
    let (first, last) = (own.first()?, own.last()?);
    let shown = own.iter().map(|t| t.value()).collect::<Vec<_>>().join(" ");
    Some((shown, first.span().to(last.span()).into()))
}
