//! Folders that tasks make for an owner and a group: nobody else reaches what lies in them.

use super::docker::is_true;
use super::library::Library;
use crate::ansible::walk::Task;
use crate::text::{PieceKind, Text};
use crate::yaml::Node;

/// The folders, as tasks write them.
#[derive(Debug, Default)]
pub(super) struct Private(Vec<String>);

impl Private {
    /// The folders of all tasks of `library`.
    pub(super) fn new(library: &Library<'_>) -> Self {
        Self(library.tasks().flat_map(|(_, task)| folders(task)).collect())
    }

    /// Whether `path` lies where only root, or an owner and a group, may enter.
    pub(super) fn holds(&self, path: &str) -> bool {
        let below = |folder: &String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        path.starts_with("/root/") || self.0.iter().any(below)
    }
}

fn folders(task: &Task<'_>) -> Vec<String> {
    if task.module_name() != "file" || task.arg_text("state").is_none_or(|s| s.known() != Some("directory")) {
        return Vec::new();
    }
    let path = ["path", "dest", "name"].iter().find_map(|key| task.arg_text(key));
    let (Some(path), Some(mode)) = (path, task.arg_text("mode")) else { return Vec::new() };
    // What a recursive task sets is every file's mode as well, which tells nothing of the folder alone.
    if task.arg("recurse").is_some_and(|n| is_true(&n)) {
        return Vec::new();
    }
    let literal = task.items().and_then(Node::seq).unwrap_or(&[]);
    let items: Vec<Option<&Node>> = if literal.is_empty() { vec![None] } else { literal.iter().map(Some).collect() };
    let one = |item: Option<&Node>| {
        let (path, mode) = (filled(&path, item)?, filled(&mode, item)?);
        shut(&mode).then(|| path.trim_end_matches('/').to_owned()).filter(|p| p.len() > 1)
    };
    items.into_iter().filter_map(one).collect()
}

/// Whether a folder of this mode lets nobody else in.
fn shut(mode: &str) -> bool {
    let digits = !mode.is_empty() && mode.chars().all(|c| c.is_digit(8));
    if digits {
        return u32::from_str_radix(mode, 8).is_ok_and(|bits| bits & 0o001 == 0 && bits & 0o700 == 0o700);
    }
    let last = mode.split(',').map(str::trim).rfind(|c| c.starts_with(['o', 'a']));
    last.is_some_and(|clause| clause == "o=" || clause == "o-rwx" || clause == "o-x")
}

/// The text with the loop's item in it; `None` where something else in it is not known.
fn filled(text: &Text, item: Option<&Node>) -> Option<String> {
    if let Some(known) = text.known() {
        return Some(known.to_owned());
    }
    let mut out = String::new();
    for piece in text.pieces() {
        let value = text.value().get(piece.range.clone())?;
        match &piece.kind {
            PieceKind::Variable(v) if v.value.is_none() => {
                let mut parts = v.name.split('.');
                let node = item.filter(|_| parts.next() == Some("item"))?;
                out.push_str(parts.try_fold(node, |node, key| node.get(key))?.known()?);
            }
            PieceKind::Opaque(_) => return None,
            _ => out.push_str(value),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::shut;

    #[test]
    fn a_mode_says_whether_others_may_enter() {
        for mode in ["0750", "700", "2770", "u=rwx,g=rx,o=", "o-rwx"] {
            assert!(shut(mode), "{mode}");
        }
        for mode in ["0755", "0751", "0640", "u=rwx", "o=x", "", "a=rx", "8"] {
            assert!(!shut(mode), "{mode}");
        }
    }
}
