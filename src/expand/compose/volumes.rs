//! Mounts: `[source:]target[:options]` to long forms.

use std::ops::Range;

use crate::source::Span;
use crate::text::{PieceKind, Text};
use crate::yaml::{Entry, Node, Value};

use super::tree::{self, named, plain, word};

/// The long form of `spec`.
///
/// # Errors
/// Why docker compose refuses it.
pub(super) fn parse(spec: &Text) -> Result<Node, String> {
    let value = spec.value();
    if value.is_empty() {
        return Err("the mount is empty".to_owned());
    }
    if value.len() <= 2 {
        return Ok(long(spec, None, spec, &[], true));
    }
    let sections = sections(value);
    if sections.iter().any(Range::is_empty) {
        return Err("a part between the colons is empty".to_owned());
    }
    if sections.len() > 3 {
        return Err("too many colons".to_owned());
    }
    let mut parts = sections.into_iter().map(|r| spec.slice(r));
    match (parts.next(), parts.next(), parts.next()) {
        (Some(source), Some(target), options) => {
            let options = options.map(|o| comma(&o)).unwrap_or_default();
            Ok(long(spec, Some(source), &target, &options, false))
        }
        (Some(target), None, _) => Ok(long(spec, None, &target, &[], false)),
        (None, ..) => Err("the mount is empty".to_owned()),
    }
}

/// A mount whose mode docker compose drops without a word, though it is meant to be read-only.
pub(super) fn dropped(spec: &Text) -> Option<Text> {
    let value = spec.value();
    let options = sections(value).into_iter().nth(2).map(|r| comma(&spec.slice(r)))?;
    let said = |mode: &str| options.iter().any(|o| o.known() == Some(mode));
    let last = options.iter().rev().find(|o| matches!(o.known(), Some("ro" | "rw")));
    if last.is_some_and(|o| o.known() == Some("ro")) {
        return None;
    }
    let meant = |o: &&Text| {
        let letters = |c: &char| c.is_ascii_alphabetic();
        let plain: String = o.known().unwrap_or_default().to_ascii_lowercase().chars().filter(letters).collect();
        matches!(plain.as_str(), "ro" | "r" | "readonly" | "rdonly")
    };
    let misspelt = options.iter().find(meant)?;
    (!said("rw") || misspelt.known() == Some("ro")).then(|| misspelt.clone())
}

/// Whether docker compose takes a volume of one letter for a drive of Windows.
pub(super) fn drive(spec: &Text) -> bool {
    let value = spec.value();
    let mut chars = value.chars();
    let letter = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    let rest = value.get(1..).unwrap_or_default();
    letter && rest.starts_with(":/") && !rest[2..].contains(":/")
}

/// The parts between colons; the colon of a Windows drive separates nothing.
fn sections(value: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in value.match_indices(':') {
        let before = &value[start..at];
        let drive = before.chars().count() == 1 && before.chars().all(char::is_alphabetic);
        if !drive {
            found.push(start..at);
            start = at + 1;
        }
    }
    found.push(start..value.len());
    found
}

fn comma(options: &Text) -> Vec<Text> {
    let mut at = 0;
    let parts = options.value().split(',').map(|part| {
        let range = at..at + part.len();
        at = range.end + 1;
        options.slice(range)
    });
    parts.collect()
}

/// What a mount's source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Bind,
    Volume,
    Unknown,
}

fn kind(source: Option<&Text>) -> Kind {
    let Some(source) = source else { return Kind::Volume };
    let value = source.value();
    let starts_unknown =
        source.pieces().first().is_some_and(|p| !p.is_known() && !matches!(p.kind, PieceKind::Literal));
    if starts_unknown {
        // A volume's name holds no slash, so whatever stands before one makes a path.
        return if value.contains('/') { Kind::Bind } else { Kind::Unknown };
    }
    let mut chars = value.chars();
    let first = chars.next();
    let drive = first.is_some_and(char::is_alphabetic) && chars.next() == Some(':');
    let path = matches!(first, Some('.' | '/' | '~')) || value.starts_with("\\\\") || drive;
    if path { Kind::Bind } else { Kind::Volume }
}

fn long(spec: &Text, source: Option<Text>, target: &Text, options: &[Text], bare: bool) -> Node {
    let span = spec.span();
    let kind = kind(source.as_ref());
    let at = source.as_ref().map_or(span, Text::span);
    let name = match kind {
        Kind::Bind => word("bind", at),
        Kind::Volume => word("volume", at),
        Kind::Unknown => Node::string(Text::opaque("the mount's source is not known", at)),
    };
    let mut entries = vec![named("type", name)];
    if let Some(source) = source {
        entries.push(named("source", Node::string(source)));
    }
    entries.push(named("target", Node::string(clean(target))));
    let mut bind = Vec::new();
    let mut volume = Vec::new();
    for option in options {
        match option.known() {
            Some("ro") => tree::put(&mut entries, "read_only", plain("true", option.span())),
            Some("rw") => entries.retain(|e| e.key.known() != Some("read_only")),
            Some("nocopy") => volume = vec![named("nocopy", plain("true", option.span()))],
            Some("rprivate" | "private" | "rshared" | "shared" | "rslave" | "slave") => {
                tree::put(&mut bind, "propagation", Node::string(option.clone()));
            }
            Some("z" | "Z") => tree::put(&mut bind, "selinux", Node::string(option.clone())),
            Some(_) => {}
            None => tree::put(&mut entries, "read_only", Node::plain(option.clone())),
        }
    }
    kind_options(kind, bare, bind, volume, span, &mut entries);
    tree::map(entries, span)
}

fn kind_options(
    kind: Kind,
    bare: bool,
    mut bind: Vec<Entry>,
    volume: Vec<Entry>,
    span: Span,
    entries: &mut Vec<Entry>,
) {
    if kind == Kind::Bind {
        tree::put(&mut bind, "create_host_path", plain("true", span));
    }
    if !bind.is_empty() {
        entries.push(named("bind", tree::map(bind, span)));
    }
    if kind == Kind::Volume && !bare || !volume.is_empty() {
        entries.push(named("volume", tree::map(volume, span)));
    }
}

/// The path as Go's `path.Clean` writes it; texts that change nothing or are not known stay.
pub(super) fn clean(path: &Text) -> Text {
    let Some(known) = path.known() else { return path.clone() };
    let cleaned = super::paths::clean(known);
    if known.is_empty() || cleaned == known { path.clone() } else { super::paths::respell(path, &cleaned) }
}

/// A long form with a clean target.
pub(super) fn defaults(mount: &Node) -> Node {
    let Some(target) = mount.get("target").and_then(Node::text) else { return mount.clone() };
    let mut entries = tree::entries(mount);
    tree::put(&mut entries, "target", Node::string(clean(target)));
    tree::with(mount, Value::Map(entries))
}
