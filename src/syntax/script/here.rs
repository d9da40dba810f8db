//! Files that a script writes out of a here-document: `cat > file <<EOF`, `tee file <<EOF`, `cat <<EOF | tee file`.

use super::{Command, RedirectKind, Script};
use crate::text::Text;

/// The files and what is written into them, in the order of the script.
pub fn written(script: &Script) -> Vec<(&Text, &Text)> {
    let content = |c: &'_ Command| c.redirects.iter().position(|r| r.kind == RedirectKind::HereDocument);
    let found = script.commands.iter().filter_map(|command| {
        let content = &command.redirects.get(content(command)?)?.target;
        let file = destination(command).or_else(|| {
            let pipe = command.pipe?;
            let next = |c: &&Command| c.pipe.is_some_and(|p| p.id == pipe.id && p.position == pipe.position + 1);
            destination(script.commands.iter().find(next)?)
        })?;
        Some((file, content))
    });
    found.collect()
}

/// The file that a command writes its input to.
fn destination(command: &Command) -> Option<&Text> {
    let words = || command.words.iter().map(|w| &w.text);
    let program = words().position(|w| w.value().rsplit('/').next() == Some("tee"));
    if let Some(at) = program.filter(|at| *at < 4) {
        return words().skip(at + 1).find(|w| !w.value().starts_with('-'));
    }
    let writes = |kind| matches!(kind, RedirectKind::Write | RedirectKind::Append);
    command.redirects.iter().find(|r| writes(r.kind)).map(|r| &r.target)
}
