//! Facts of subject `ansible.file`: files that tasks and scripts write, who may read them, and whether they hold a secret.
//!
//! A template's content is looked at where it is in the tree; else the file's name decides.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::library::{Library, TaskId};
use super::private::Private;
use super::secret_file::{names_public_key, names_secret_file};
use super::secrets;
use super::tasks::is_test;
use crate::ansible::walk::Task;
use crate::document::{Body, Document};
use crate::model::Model;
use crate::model::command::{Commands, Run};
use crate::model::fact::{Fact, Facts, Field, FieldKind, FieldSchema, Schema, Value};
use crate::model::file_purpose::of_tests;
use crate::model::subject::Subject;
use crate::syntax::script::{Command, RedirectKind};
use crate::text::{Place, Text, UNKNOWN};
use crate::yaml::Node;

/// The fields of `ansible.file`.
pub const SCHEMA: Schema = Schema {
    name: "ansible.file",
    doc: "A file that an Ansible task writes (copy, template, file, get_url, lineinfile, blockinfile), or whose mode a command sets (`chmod`, `install`).",
    fields: &[
        FieldSchema { name: "module", kind: FieldKind::Str, doc: "The module without its collection, or the command." },
        FieldSchema { name: "dest", kind: FieldKind::Str, doc: "Where it is written, as the task says." },
        FieldSchema { name: "mode", kind: FieldKind::Str, doc: "The mode as written." },
        FieldSchema {
            name: "readable",
            kind: FieldKind::Str,
            doc: "Who may read it by its mode: `owner`, `group`, `world`; without a mode `default` (the umask, world as a rule).",
        },
        FieldSchema {
            name: "secret",
            kind: FieldKind::Str,
            doc: "Why it holds a secret: a variable's or the file's name.",
        },
        FieldSchema {
            name: "test",
            kind: FieldKind::Bool,
            doc: "Whether it belongs to a test of the role (Molecule, `tests`).",
        },
        FieldSchema {
            name: "program",
            kind: FieldKind::Bool,
            doc: "Whether it is a program, by its mode or its first line.",
        },
        FieldSchema {
            name: "unit",
            kind: FieldKind::Bool,
            doc: "Whether it is a unit of systemd, which shows its content to everybody whatever its mode.",
        },
        FieldSchema { name: "by_content", kind: FieldKind::Bool, doc: "Whether its content says so, not its name." },
        FieldSchema {
            name: "unapplied",
            kind: FieldKind::Str,
            doc: "The service that mounts the file, at the mount, where nothing restarts it or makes it anew after a change.",
        },
        FieldSchema {
            name: "in_image",
            kind: FieldKind::Bool,
            doc: "Whether a command of a container's entrypoint sets the mode.",
        },
        FieldSchema {
            name: "mounted",
            kind: FieldKind::Bool,
            doc: "Whether a compose project of the tree mounts the file, whose mode a command sets.",
        },
        FieldSchema {
            name: "private_folder",
            kind: FieldKind::Bool,
            doc: "Whether it lies where only root can look, or in a folder that a task shuts to others.",
        },
    ],
};

/// Adds a fact for each file that a task writes.
pub fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let (private, groups) = (Private::new(library), super::applied::Groups::new(library));
    for (id, task) in library.tasks() {
        let Some(dest) = destination(task) else { continue };
        let mode = task.arg("mode");
        let readable = readable(mode.as_ref());
        let at = mode.as_ref().and_then(Node::text).unwrap_or(&dest).place();
        let mut fact = Fact::new(Subject::AnsibleFile, at)
            .with("module", task.module_name())
            .with("dest", Field::at(dest.display(), dest.place()))
            .with("mode", mode.as_ref().and_then(Node::text).map_or(Field::derived(Value::Null), Field::text))
            .with("test", library.files.get(id.file).is_some_and(|f| is_test(&f.document.path)))
            .with("readable", readable)
            .with("in_image", false)
            .with("mounted", false)
            .with("private_folder", private.holds(dest.value()))
            .with(
                "program",
                mode.as_ref().and_then(Node::known).is_some_and(executable) || script(model, library, id, task),
            )
            .with("unit", is_unit(dest.value()));
        if let Some(service) = super::applied::unapplied(model.deployment, (library, &groups), id, task, &dest) {
            fact = fact.with("unapplied", Field::text(&service));
        }
        if let Some((why, place, by_content)) = secret(model, library, id, task, &dest) {
            fact = fact.with("secret", Field::at(why, place)).with("by_content", by_content);
        }
        model.facts.add(fact);
    }
}

/// Adds a fact for each file with a secret's name whose mode a command sets: `chmod 644 .env`, `install -m 644 a.key b.key`.
pub(crate) fn of_commands(model: &mut Model<'_>, commands: &Commands) {
    let scripts: HashMap<_, _> = model.deployment.documents.iter().map(|d| (d.source, d.as_ref())).collect();
    let mut words_alone = HashMap::new();
    let mounts = OnceCell::new();
    for run in &commands.all {
        let Some((mode, files)) = mode_of(run) else { continue };
        let Some(readable) = mode.known().and_then(who_may_read) else { continue };
        for dest in files {
            let shown = dest.display();
            let name = shown.rsplit('/').next().unwrap_or(&shown);
            if name.contains(['$', '{', '*']) || !names_secret_file(&shown) {
                continue;
            }
            let script = scripts.get(&mode.span().source).copied();
            let mut words = |script: &Document| {
                let files = words_alone.entry(script.source).or_insert_with(|| written(script));
                files.get(&shown) == Some(&true)
            };
            if script.is_some_and(&mut words) {
                continue;
            }
            let path = script.map(|script| script.path.as_str()).unwrap_or_default();
            let fact = Fact::new(Subject::AnsibleFile, mode.place())
                .with("module", run.program())
                .with("dest", Field::at(shown.as_str(), dest.place()))
                .with("mode", Field::text(mode))
                .with("test", of_tests(path))
                .with("readable", readable)
                .with("in_image", entrypoint(path))
                .with("mounted", mounts.get_or_init(|| Mounts::of(&model.facts)).have(&shown))
                .with("private_folder", dest.value().starts_with("/root/"))
                .with("secret", Field::at(name, dest.place()))
                .with("program", mode.known().is_some_and(executable))
                .with("unit", is_unit(dest.value()))
                .with("by_content", false);
            model.facts.add(fact);
        }
    }
}

/// The files that a script writes, and whether it writes nothing into them but words that stand in the script: a stand-in for a
/// token.
fn written(script: &Document) -> HashMap<String, bool> {
    let mut found = HashMap::new();
    let Body::Script(script) = &script.body else { return found };
    for command in &script.commands {
        let into = command.redirects.iter().filter(|r| matches!(r.kind, RedirectKind::Write | RedirectKind::Append));
        for redirect in into {
            *found.entry(redirect.target.display()).or_insert(true) &= prints_words(command);
        }
    }
    found
}

/// Whether a command prints words that stand in it.
fn prints_words(command: &Command) -> bool {
    matches!(command.words.first().and_then(|w| w.text.known()), Some("echo" | "printf"))
        && command.words.iter().all(|w| w.text.known().is_some_and(|t| !t.contains(['$', '`'])))
}

/// The files and folders that containers get, each written backwards, sorted: those that end alike stand together.
struct Mounts(Vec<Vec<u8>>);

impl Mounts {
    fn of(facts: &Facts) -> Self {
        let source = |id| match facts.get(id).field("source").map(|field| &field.value) {
            Some(Value::Str(source)) => Some(Self::backwards(source.trim_start_matches("./"))),
            _ => None,
        };
        let mut all: Vec<Vec<u8>> = facts.of(Subject::Mount).into_iter().filter_map(source).collect();
        all.sort_unstable();
        Self(all)
    }

    fn backwards(path: &str) -> Vec<u8> {
        path.bytes().rev().collect()
    }

    /// Whether a container gets the file at this path, below the project's folder or in full.
    fn have(&self, file: &str) -> bool {
        let mut file = Self::backwards(file.trim_start_matches("./"));
        if self.0.binary_search(&file).is_ok() {
            return true;
        }
        file.push(b'/');
        let at = self.0.partition_point(|own| *own < file);
        self.0.get(at).is_some_and(|own| own.starts_with(&file))
    }
}

/// Whether a script starts a container, by its name.
fn entrypoint(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains("entrypoint"))
}

/// The mode that a command sets, and the files that it sets it for.
fn mode_of(run: &Run) -> Option<(&Text, Vec<&Text>)> {
    let words: Vec<&Text> = run.effective().iter().skip(1).map(|w| &w.text).collect();
    let plain = |t: &&Text| !t.value().starts_with('-');
    match run.program() {
        "chmod" => {
            let mut rest = words.into_iter().filter(plain);
            Some((rest.next()?, rest.collect()))
        }
        "install" if !words.iter().any(|w| matches!(w.known(), Some("-d" | "--directory"))) => {
            let at = words.iter().position(|w| matches!(w.known(), Some("-m" | "--mode")))?;
            let mode = *words.get(at + 1)?;
            Some((mode, words.last().copied().filter(plain).into_iter().collect()))
        }
        _ => None,
    }
}

/// The file that a task writes; `None` for folders, links and what is removed.
fn destination(task: &Task<'_>) -> Option<Text> {
    let state = task.arg_text("state");
    let state = state.as_ref().map_or("", |s| s.value());
    match task.module_name() {
        "copy" | "template" | "get_url" | "fetch" => task.arg_text("dest"),
        "lineinfile" | "blockinfile" if state != "absent" && creates(task) => {
            ["path", "dest", "destfile", "name"].iter().find_map(|key| task.arg_text(key))
        }
        "file" if matches!(state, "touch" | "file") => {
            ["path", "dest", "name"].iter().find_map(|key| task.arg_text(key))
        }
        _ => None,
    }
    .filter(|dest| !dest.value().ends_with('/') && task.module_name() != "fetch")
}

fn creates(task: &Task<'_>) -> bool {
    task.arg("create").is_some_and(|n| super::docker::is_true(&n)) || task.arg("mode").is_some()
}

type Why = (String, Place, bool);

fn secret(model: &Model<'_>, library: &Library<'_>, id: TaskId, task: &Task<'_>, dest: &Text) -> Option<Why> {
    let shown = dest.display();
    if names_public_key(&shown) {
        return None;
    }
    let document = library.files.get(id.file)?.document;
    let content = ["content", "line", "block"].iter().find_map(|key| task.arg(key));
    if let Some(content) = &content {
        return secrets::in_node(document, content, 0).map(|(name, place)| (name, place, true));
    }
    if let Some(source) = source(model, library, id, task) {
        let found = secrets::in_text(source, &source.text).filter(|_| source.template);
        return found.map(|(name, place)| (name, place, true));
    }
    // What is downloaded is no secret: keys that packages are signed with.
    if task.module_name() == "get_url" {
        return None;
    }
    names_secret_file(&shown).then(|| (shown.rsplit('/').next().unwrap_or(&shown).to_owned(), dest.place(), false))
}

/// The template that a task writes from, where it is in the tree.
fn source<'m>(model: &Model<'m>, library: &Library<'_>, id: TaskId, task: &Task<'_>) -> Option<&'m Document> {
    if task.module_name() != "template" {
        return None;
    }
    let src = task.arg_text("src")?;
    // `{{ role_path }}/templates/x.j2` is the role's own template.
    let src = src.value().rsplit_once("/templates/").map_or(src.value(), |(_, own)| own).to_owned();
    if src.contains(UNKNOWN) {
        return None;
    }
    let file = library.files.get(id.file)?;
    let folder = match file.role {
        Some(role) => role.folder,
        None => file.document.path.rsplit_once('/').map_or("", |(dir, _)| dir),
    };
    let inside = |path: &str| path.strip_prefix(folder).map(|rest| rest.trim_start_matches('/').to_owned());
    let same =
        |path: &str| inside(path).is_some_and(|rest| rest == src || rest.strip_prefix("templates/") == Some(&*src));
    model.deployment.documents.iter().map(AsRef::as_ref).find(|d: &&Document| same(&d.path))
}

/// Whether a mode in digits lets its owner run the file.
fn executable(mode: &str) -> bool {
    u32::from_str_radix(mode.trim(), 8).is_ok_and(|bits| bits & 0o100 != 0)
}

/// Whether the template or the content begins as a script does.
fn script(model: &Model<'_>, library: &Library<'_>, id: TaskId, task: &Task<'_>) -> bool {
    let content = task.arg_text("content").is_some_and(|text| text.value().starts_with("#!"));
    content || source(model, library, id, task).is_some_and(|d| d.text.value().trim_start().starts_with("#!"))
}

/// Whether a file at `path` is a unit or a drop-in of one.
fn is_unit(path: &str) -> bool {
    let ends = [".service", ".timer", ".socket", ".path", ".mount", ".container", ".pod", ".kube"];
    ends.iter().any(|end| path.ends_with(end)) || path.contains("/systemd/system/") || path.contains("/systemd/user/")
}

/// Who may read a file of this mode.
fn readable(mode: Option<&Node>) -> Field {
    let Some(mode) = mode else { return "default".into() };
    let Some(text) = mode.text() else { return Value::Null.into() };
    let Some(known) = text.known() else { return Field::text(text) };
    who_may_read(known.trim()).map_or(Value::Null.into(), Into::into)
}

/// Who may read a file of this mode, in digits or letters; `None` where it does not say.
fn who_may_read(mode: &str) -> Option<&'static str> {
    if !mode.is_empty() && mode.chars().all(|c| c.is_digit(8)) {
        let bits = u32::from_str_radix(mode, 8).ok()?;
        let who = if bits & 0o006 != 0 {
            "world"
        } else if bits & 0o060 != 0 {
            "group"
        } else {
            "owner"
        };
        return Some(who);
    }
    symbolic(mode)
}

/// Who may read by a symbolic mode (`u=rw,g=r,o=`); `None` where it does not say.
fn symbolic(mode: &str) -> Option<&'static str> {
    let mut others = None;
    for clause in mode.split(',') {
        let at = clause.find(['=', '+', '-'])?;
        let (who, rest) = clause.split_at(at);
        let everyone = who.is_empty() || who.contains(['o', 'a']);
        let gives = !rest.starts_with('-') && rest.contains(['r', 'w']);
        if everyone {
            others = Some(gives);
        }
    }
    others.map(|o| if o { "world" } else { "group" })
}

#[cfg(test)]
mod tests {
    use super::Mounts;

    #[test]
    fn a_file_is_mounted_by_its_whole_name() {
        let mut all: Vec<Vec<u8>> = ["app/.env", "/srv/certs/key.pem", "keys"].map(Mounts::backwards).to_vec();
        all.sort_unstable();
        let mounts = Mounts(all);
        for (file, mounted) in [
            (".env", true),
            ("./app/.env", true),
            ("key.pem", true),
            ("keys", true),
            ("y.pem", false),
            ("other/.env", false),
            ("v", false),
            ("srv", false),
        ] {
            assert_eq!(mounts.have(file), mounted, "{file}");
        }
    }
}
