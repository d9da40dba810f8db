//! Paths of the host: relative to the file that says them, absolute where docker compose prints them.

use crate::text::{Builder, Text};
use crate::yaml::{Node, Value};

use super::tree;

/// Where relative paths start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    /// A folder; `.` leaves paths as they are written, relative to the project directory.
    pub(super) folder: String,
}

/// The path as Go's `path.Clean` writes it.
pub(super) fn clean(path: &str) -> String {
    let cleaned = crate::text::path::clean(path);
    if cleaned.is_empty() { ".".to_owned() } else { cleaned }
}

/// `text` spelled as `spelling`, its variables and places kept as far as the two end alike.
pub(super) fn respell(text: &Text, spelling: &str) -> Text {
    let value = text.value();
    let same = value.bytes().rev().zip(spelling.bytes().rev()).take_while(|(a, b)| a == b).count();
    let mut cut = value.len() - same;
    while !value.is_char_boundary(cut) {
        cut += 1;
    }
    let head = &spelling[..spelling.len() - (value.len() - cut)];
    let mut out = Builder::new(text.span());
    let span = if cut == 0 { text.span_at(0..0) } else { text.span_at(0..cut) };
    out.literal(head, span);
    out.text(&text.slice(cut..value.len()));
    out.finish()
}

impl Base {
    /// `path` from this base: itself where it is absolute, starts with an unknown, or the base is `.`.
    pub(super) fn join(&self, path: &Text) -> Text {
        let value = path.value();
        let starts_unknown = path.pieces().first().is_some_and(|p| !p.is_known());
        if value.is_empty() || absolute(value) || starts_unknown || self.folder == "." {
            return path.clone();
        }
        if value.starts_with('~') {
            return self.home(path);
        }
        if path.is_known() {
            let joined = clean(&format!("{}/{value}", self.folder));
            let joined = if absolute(&joined) || joined.starts_with('.') { joined } else { format!("./{joined}") };
            return respell(path, &joined);
        }
        let mut out = Builder::new(path.span());
        out.literal(&format!("{}/", self.folder), path.span_at(0..0));
        out.text(path);
        out.finish()
    }

    fn home(&self, path: &Text) -> Text {
        let rest = &path.value()[1..];
        match std::env::var("HOME") {
            Ok(home) if self.folder.starts_with('/') && path.is_known() => {
                respell(path, &clean(&format!("{home}/{rest}")))
            }
            _ => path.clone(),
        }
    }

    /// Moves all paths of a canonical project to this base.
    pub(super) fn project(&self, project: &Node) -> Node {
        let project = tree::change(project, "services", |services| {
            tree::each(services, |e| {
                let service = tree::change(&e.value, "build", default_context);
                self.service(&service)
            })
        });
        let file = |resources: &Node| tree::each(resources, |e| self.at(&e.value, "file"));
        let project = tree::change(&project, "configs", file);
        let project = tree::change(&project, "secrets", file);
        tree::change(&project, "volumes", |volumes| tree::each(volumes, |e| self.local_volume(&e.value)))
    }

    /// Moves all paths of a canonical service to this base.
    pub(super) fn service(&self, service: &Node) -> Node {
        let service = tree::change(service, "build", |build| {
            let build = self.context(build, "context");
            let build = tree::change(&build, "additional_contexts", |all| tree::each(all, |e| self.remote(&e.value)));
            tree::change(&build, "ssh", |all| tree::each(all, |e| self.plain(&e.value)))
        });
        let service = tree::change(&service, "env_file", |files| self.items(files, |f| self.at(f, "path")));
        let service = tree::change(&service, "label_file", |files| self.items(files, |f| self.plain(f)));
        let service = tree::change(&service, "volumes", |mounts| {
            let bind = |m: &Node| m.get("type").and_then(Node::known) == Some("bind");
            self.items(mounts, |m| if bind(m) { tree::change(m, "source", |s| self.folder(s)) } else { m.clone() })
        });
        let service = tree::change(&service, "extends", |extends| self.at(extends, "file"));
        tree::change(&service, "develop", |develop| {
            tree::change(develop, "watch", |watch| self.items(watch, |w| self.at(w, "path")))
        })
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    fn items(&self, list: &Node, change: impl Fn(&Node) -> Node) -> Node {
        let Some(items) = list.seq() else { return list.clone() };
        tree::with(list, Value::Seq(items.iter().map(change).collect()))
    }

    fn at(&self, node: &Node, key: &str) -> Node {
        tree::change(node, key, |path| self.plain(path))
    }

    fn plain(&self, path: &Node) -> Node {
        match path.text() {
            Some(text) if !path.is_null() => Node::string(self.join(text)),
            _ => path.clone(),
        }
    }

    /// A path that means the folder itself when it is empty.
    fn folder(&self, path: &Node) -> Node {
        match path.text() {
            Some(text) if text.value().is_empty() && !path.is_null() && self.folder != "." => {
                Node::string(respell(text, &self.folder))
            }
            _ => self.plain(path),
        }
    }

    fn context(&self, node: &Node, key: &str) -> Node {
        tree::change(node, key, |path| self.remote(path))
    }

    fn remote(&self, path: &Node) -> Node {
        let remote = ["https://", "http://", "git://", "ssh://", "github.com/", "git@", "service:"];
        match path.text().map(Text::value) {
            Some(value) if value.contains("://") || remote.iter().any(|r| value.starts_with(r)) => path.clone(),
            _ => self.plain(path),
        }
    }

    /// The device of a volume that is a bind mount in disguise.
    fn local_volume(&self, volume: &Node) -> Node {
        let known = |keys: &[&str]| volume.path(keys).and_then(Node::known);
        if known(&["driver"]) != Some("local") || known(&["driver_opts", "o"]) != Some("bind") {
            return volume.clone();
        }
        tree::change(volume, "driver_opts", |options| tree::change(options, "device", |d| self.folder(d)))
    }
}

/// A build without a context builds the folder itself.
fn default_context(build: &Node) -> Node {
    let mut entries = tree::entries(build);
    if build.map().is_none() || tree::get(&entries, "context").is_some_and(|c| !c.is_null()) {
        return build.clone();
    }
    tree::put(&mut entries, "context", tree::word(".", build.span()));
    tree::with(build, Value::Map(entries))
}

/// Whether `path` is absolute, on Windows too.
pub(super) fn absolute(path: &str) -> bool {
    let mut chars = path.chars();
    let drive = chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.next() == Some(':')
        && matches!(chars.next(), Some('/' | '\\'));
    path.starts_with('/') || drive || path.starts_with("\\\\")
}
