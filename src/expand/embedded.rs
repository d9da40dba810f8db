//! The files that a script writes from a here-document, and an Ansible task from its `content`, as documents of their own.
//!
//! An installer often brings its compose file, its units and its Dockerfile that way. What does not parse is no finding: the
//! shell may put together what the words here do not say.

use std::collections::HashMap;
use std::sync::Arc;

use super::Deployment;
use super::vars::tasks::{of_play, tasks};
use crate::document::{Body, Document, Kind};
use crate::load::{classify, parse};
use crate::source::Span;
use crate::syntax::script::{Command, RedirectKind, Script};
use crate::text::{Text, UNKNOWN};
use crate::yaml::Node;

/// The most files of one script or playbook that are read.
const MAX_FILES: usize = 100;

/// A file with the path that it is written to.
type Written = (Text, Text);

/// Adds a document for each file of a kind that is audited.
pub(super) fn files(deployment: &mut Deployment) {
    let mut found = Vec::new();
    for document in &deployment.documents {
        let written = match &document.body {
            Body::Script(script) => of_script(script),
            Body::Nodes(nodes) if document.kind == Kind::AnsibleTasks => {
                nodes.iter().flat_map(tasks).filter_map(|task| of_task(&task)).collect()
            }
            Body::Nodes(nodes) if document.kind == Kind::AnsiblePlaybook => {
                let plays = nodes.iter().filter_map(Node::seq).flatten();
                plays.flat_map(of_play).filter_map(|task| of_task(&task)).collect()
            }
            _ => Vec::new(),
        };
        found.extend(written.into_iter().take(MAX_FILES).filter_map(|file| read(document, file)));
    }
    deployment.embedded.extend(found.iter().map(|d| d.text.span()));
    deployment.documents.extend(found);
    deployment.documents.sort_by(|a, b| a.path.cmp(&b.path).then(a.variant.cmp(&b.variant)));
}

fn read(by: &Arc<Document>, (path, text): Written) -> Option<Arc<Document>> {
    let (folder, name) = path.value().rsplit_once('/').unwrap_or(("", path.value()));
    if name.contains(UNKNOWN) {
        return None;
    }
    let kind = classify::deployed(folder, name, text.value())?;
    if !matches!(kind, Kind::Compose | Kind::Unit | Kind::Dockerfile) {
        return None;
    }
    let (body, problems) = parse(kind, &text);
    let says = match &body {
        Body::Nodes(nodes) => nodes.iter().any(|node| node.get("services").and_then(Node::map).is_some()),
        Body::Unit(unit) => !unit.directives.is_empty(),
        _ => true,
    };
    (says && problems.is_empty()).then(|| {
        Arc::new(Document {
            kind,
            template: true,
            deployed: Some(path),
            text,
            body,
            problems: Vec::new(),
            ..(**by).clone()
        })
    })
}

/// `cat >FILE <<EOF`, `tee FILE <<EOF`, `cat <<EOF | sudo tee FILE`.
fn of_script(script: &Script) -> Vec<Written> {
    let contents: Vec<(&Command, &Text)> =
        script.commands.iter().filter_map(|command| Some((command, content(command)?))).collect();
    if contents.is_empty() {
        return Vec::new();
    }
    let place = |command: &Command| command.pipe.map(|pipe| (pipe.id, pipe.position));
    let piped: HashMap<_, &Command> = script.commands.iter().filter_map(|c| Some((place(c)?, c))).collect();
    let of = |(command, text): (&Command, &Text)| {
        let next = || piped.get(&place(command).map(|(id, position)| (id, position + 1))?).copied();
        Some((written(command).or_else(|| written(next()?))?, text.clone()))
    };
    contents.into_iter().filter_map(of).collect()
}

/// The here-document of a command that passes it on as it is.
fn content(command: &Command) -> Option<&Text> {
    let name = command.program()?.known()?.rsplit('/').next()?;
    let tee = || command.words.iter().any(|w| w.text.known() == Some("tee"));
    let passes = match name {
        "cat" => command.words.len() == 1,
        "tee" => true,
        "sudo" => tee(),
        _ => false,
    };
    let document = command.redirects.iter().find(|r| r.kind == RedirectKind::HereDocument);
    document.map(|r| &r.target).filter(|_| passes)
}

/// The file that a command writes anew.
fn written(command: &Command) -> Option<Text> {
    let target = command.redirects.iter().find(|r| r.kind == RedirectKind::Write).map(|r| &r.target);
    let at = command.words.iter().position(|w| w.text.known().is_some_and(|w| w.rsplit('/').next() == Some("tee")));
    let named = at.and_then(|at| {
        let rest = command.words.get(at + 1..)?;
        let appends = rest.iter().any(|w| matches!(w.text.known(), Some("-a" | "--append")));
        rest.iter().map(|w| &w.text).find(|w| !w.value().starts_with('-')).filter(|_| !appends)
    });
    named.or(target).cloned()
}

/// `copy` with `content`.
fn of_task(task: &super::vars::tasks::Task) -> Option<Written> {
    Some((task.argument("copy", "dest")?, task.argument("copy", "content")?))
}

impl Deployment {
    /// Whether what stands at `span` is a file that another one writes.
    pub fn is_embedded(&self, span: Span) -> bool {
        self.embedded
            .iter()
            .any(|whole| whole.source == span.source && whole.start <= span.start && span.end <= whole.end)
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Kind;
    use crate::expand::{Deployment, Options, expand};
    use crate::source::Sources;

    fn deployment(files: &[(&str, &str)]) -> Deployment {
        let sources = Sources::default();
        let candidate = |(path, text): &(&str, &str)| crate::discover::Candidate {
            disk: None,
            path: (*path).to_owned(),
            content: Some(text.as_bytes().to_vec()),
            executable: None,
        };
        let candidates: Vec<_> = files.iter().map(candidate).collect();
        expand(&crate::load::load(&candidates, &[], &sources), &Options::default(), &sources)
    }

    fn kinds(files: &[(&str, &str)]) -> Vec<(Kind, String)> {
        let of = deployment(files);
        let written = of.documents.iter().filter(|d| of.is_embedded(d.text.span()));
        written.map(|d| (d.kind, d.deployed.as_ref().map(crate::text::Text::display).unwrap_or_default())).collect()
    }

    #[test]
    fn a_script_writes_files_in_several_ways() {
        let compose = "<<EOF\nservices:\n  a: {image: b}\nEOF\n";
        for (line, dest) in [
            ("cat >a/compose.yml", "a/compose.yml"),
            ("tee \"$DIR/compose.yml\" >/dev/null", "${DIR}/compose.yml"),
            ("sudo tee /opt/compose.yml", "/opt/compose.yml"),
        ] {
            let script = format!("#!/bin/sh\n{line} {compose}");
            assert_eq!(kinds(&[("a.sh", &script)]), [(Kind::Compose, dest.to_owned())], "{line}");
        }
        let piped = "#!/bin/sh\ncat <<EOF | sudo tee /etc/systemd/system/a.service\n[Service]\nExecStart=/bin/a\nEOF\n";
        assert_eq!(kinds(&[("a.sh", piped)]), [(Kind::Unit, "/etc/systemd/system/a.service".to_owned())]);
    }

    #[test]
    fn what_is_no_whole_file_is_left_alone() {
        for script in [
            "cat >>compose.yml <<EOF\nservices: {a: {image: b}}\nEOF\n",
            "tee -a compose.yml <<EOF\nservices: {a: {image: b}}\nEOF\n",
            "sed s/a/b/ >compose.yml <<EOF\nservices: {a: {image: b}}\nEOF\n",
            "cat >compose.yml <<EOF\nservices: [\nEOF\n",
            "cat >\"$FILE\" <<EOF\nservices: {a: {image: b}}\nEOF\n",
            "cat >notes.txt <<EOF\nservices: {a: {image: b}}\nEOF\n",
        ] {
            assert_eq!(kinds(&[("a.sh", &format!("#!/bin/sh\n{script}"))]), [], "{script}");
        }
    }

    #[test]
    fn a_task_writes_its_content() {
        let play = "- hosts: all\n  tasks:\n    - copy:\n        dest: /opt/compose.yml\n        content: |\n          services:\n            a: {image: b}\n";
        assert_eq!(kinds(&[("site.yml", play)]), [(Kind::Compose, "/opt/compose.yml".to_owned())]);
    }
}
