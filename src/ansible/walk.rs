//! The tasks of one Ansible document, in the order they are written, with what blocks and plays hand down to them.
//!
//! Playbooks, task files and handler files go the same way. Following includes and roles is left to `order`.

use super::args::{Args, split_action};
use crate::document::{Document, Kind};
use crate::text::Text;
use crate::yaml::Node;

/// Blocks nested deeper than this are not entered.
const MAX_DEPTH: usize = 32;

/// The most tasks of one document.
const MAX_TASKS: usize = 20_000;

/// The list that a task stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Section {
    /// `pre_tasks:` of a play.
    PreTasks,
    /// `tasks:` of a play, or a task file.
    Tasks,
    /// `post_tasks:` of a play.
    PostTasks,
    /// `handlers:` of a play, or a handler file.
    Handlers,
}

/// The part of its innermost block that a task stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// In no block.
    None,
    /// `block:`.
    Block,
    /// `rescue:`.
    Rescue,
    /// `always:`.
    Always,
}

/// A task or a handler.
#[derive(Debug, Clone)]
pub struct Task<'a> {
    /// The whole mapping.
    pub node: &'a Node,
    /// Its `name:`.
    pub name: Option<&'a Text>,
    /// What it runs; `None` where no key can be a module.
    pub module: Option<Module<'a>>,
    /// The list that it stands in.
    pub section: Section,
    /// The part of its block that it stands in.
    pub part: Part,
    /// The blocks around it, innermost first.
    pub blocks: Vec<&'a Node>,
    /// The play around it, and its index in the document.
    pub play: Option<(usize, &'a Node)>,
}

/// What a task runs.
#[derive(Debug, Clone)]
pub struct Module<'a> {
    /// The name as written, with its place: `ansible.builtin.command`.
    pub text: Text,
    /// The last part of the name: `command`.
    pub name: String,
    /// The arguments.
    pub args: Args<'a>,
}

/// A command that a task runs on a host.
#[derive(Debug, Clone)]
pub struct Command {
    /// The command line; for `argv:` empty and without a place of its own.
    pub line: Option<Text>,
    /// The words of `argv:`.
    pub argv: Vec<Text>,
    /// Whether a shell reads the line.
    pub shell: bool,
    /// `chdir:`.
    pub chdir: Option<Text>,
}

/// All tasks of a list of tasks, those in blocks included.
pub fn of_list(list_node: &Node) -> Vec<Task<'_>> {
    let mut found = Vec::new();
    let scope = Scope { section: Section::Tasks, part: Part::None, blocks: &[], play: None };
    list(list_node.seq().unwrap_or(&[]), &scope, &mut found);
    found
}

/// All tasks and handlers of one play.
pub fn of_play(play: &Node) -> Vec<Task<'_>> {
    let mut found = Vec::new();
    plays(std::slice::from_ref(play), &mut found);
    found
}

/// All tasks and handlers of `document`; empty for documents that are not Ansible's.
pub fn walk(document: &Document) -> Vec<Task<'_>> {
    let mut found = Vec::new();
    for node in document.nodes() {
        let Some(items) = node.seq() else { continue };
        match document.kind {
            Kind::AnsiblePlaybook => plays(items, &mut found),
            Kind::AnsibleTasks => {
                let section = if is_handlers(&document.path) { Section::Handlers } else { Section::Tasks };
                let scope = Scope { section, part: Part::None, blocks: &[], play: None };
                list(items, &scope, &mut found);
            }
            _ => {}
        }
    }
    found
}

impl Module<'_> {
    /// Whether it is Ansible's own module `name`, by its short or one of its long names.
    pub fn is_builtin(&self, name: &str) -> bool {
        let written = self.text.value().trim();
        let rest = ["ansible.builtin.", "ansible.legacy."].iter().find_map(|start| written.strip_prefix(start));
        rest.unwrap_or(written) == name
    }
}

impl<'a> Task<'a> {
    /// The task's own keyword.
    pub fn keyword(&self, name: &str) -> Option<&'a Node> {
        self.node.get(name)
    }

    /// The keyword from the task, its blocks or its play: the innermost that says it.
    pub fn inherited(&self, name: &str) -> Option<&'a Node> {
        let around = self.blocks.iter().copied().chain(self.play.map(|(_, play)| play));
        std::iter::once(self.node).chain(around).find_map(|node| node.get(name))
    }

    /// All uses of the keyword from the task outwards; `when` conditions add up.
    pub fn accumulated(&self, name: &str) -> Vec<&'a Node> {
        let around = self.blocks.iter().copied().chain(self.play.map(|(_, play)| play));
        std::iter::once(self.node).chain(around).filter_map(|node| node.get(name)).collect()
    }

    /// The module's name without its collection; empty where there is none.
    pub fn module_name(&self) -> &str {
        self.module.as_ref().map_or("", |m| &m.name)
    }

    /// The argument `name` of the module.
    pub fn arg(&self, name: &str) -> Option<Node> {
        self.module.as_ref()?.args.get(name)
    }

    /// The argument's text, where it is a scalar.
    pub fn arg_text(&self, name: &str) -> Option<Text> {
        self.arg(name)?.text().cloned()
    }

    /// The loop's items: `loop:` or any `with_…:`.
    pub fn items(&self) -> Option<&'a Node> {
        let is_loop = |key: &str| key == "loop" || key.starts_with("with_");
        self.node.map()?.iter().find(|e| e.key.known().is_some_and(is_loop)).map(|e| &e.value)
    }

    /// The command that a `command`, `shell`, `raw`, `script` or `expect` task runs.
    pub fn command(&self) -> Option<Command> {
        let module = self.module.as_ref()?;
        let shell = match &*module.name {
            "command" | "expect" | "win_command" => false,
            "shell" | "raw" | "win_shell" => true,
            _ => return None,
        };
        let line = module.args.free_form().or_else(|| self.arg_text("cmd")).or_else(|| self.arg_text("command"));
        let words = self.arg("argv");
        let argv: Vec<Text> = words.iter().filter_map(Node::seq).flatten().filter_map(|n| n.text().cloned()).collect();
        (line.is_some() || !argv.is_empty()).then(|| Command { line, argv, shell, chdir: self.arg_text("chdir") })
    }

    /// Whether a block around it has a `rescue:` that takes its failure.
    pub fn rescued(&self) -> bool {
        self.part == Part::Block && self.blocks.iter().any(|b| b.get("rescue").is_some())
    }
}

/// What is around a list of tasks.
struct Scope<'s, 'a> {
    section: Section,
    part: Part,
    blocks: &'s [&'a Node],
    play: Option<(usize, &'a Node)>,
}

fn plays<'a>(items: &'a [Node], found: &mut Vec<Task<'a>>) {
    let sections = [
        ("pre_tasks", Section::PreTasks),
        ("tasks", Section::Tasks),
        ("post_tasks", Section::PostTasks),
        ("handlers", Section::Handlers),
    ];
    for (index, play) in items.iter().enumerate() {
        for (key, section) in sections {
            let Some(tasks) = play.get(key).and_then(Node::seq) else { continue };
            list(tasks, &Scope { section, part: Part::None, blocks: &[], play: Some((index, play)) }, found);
        }
    }
}

fn list<'a>(items: &'a [Node], scope: &Scope<'_, 'a>, found: &mut Vec<Task<'a>>) {
    for node in items.iter().filter(|n| n.map().is_some()) {
        if found.len() >= MAX_TASKS {
            return;
        }
        if ["block", "rescue", "always"].iter().any(|part| node.get(part).is_some()) {
            block(node, scope, found);
        } else {
            found.push(task(node, scope));
        }
    }
}

fn block<'a>(node: &'a Node, scope: &Scope<'_, 'a>, found: &mut Vec<Task<'a>>) {
    if scope.blocks.len() >= MAX_DEPTH {
        return;
    }
    let mut blocks = vec![node];
    blocks.extend_from_slice(scope.blocks);
    for (key, part) in [("block", Part::Block), ("rescue", Part::Rescue), ("always", Part::Always)] {
        let Some(items) = node.get(key).and_then(Node::seq) else { continue };
        list(items, &Scope { part, blocks: &blocks, ..*scope }, found);
    }
}

fn task<'a>(node: &'a Node, scope: &Scope<'_, 'a>) -> Task<'a> {
    Task {
        node,
        name: node.get("name").and_then(Node::text),
        module: module(node),
        section: scope.section,
        part: scope.part,
        blocks: scope.blocks.to_vec(),
        play: scope.play,
    }
}

/// What the task `node` runs: by its own key, by `action:` or by `local_action:`.
pub fn module(node: &Node) -> Option<Module<'_>> {
    let extra = node.get("args");
    for key in ["action", "local_action"] {
        let Some(action) = node.get(key) else { continue };
        let (text, args) = match action.text() {
            Some(line) => {
                let (name, rest) = split_action(line);
                (name, Args::new(None, Some(rest), extra))
            }
            None => (action.get("module")?.text()?.clone(), Args::new(Some(action), None, extra)),
        };
        return Some(Module { name: short(&text), text, args });
    }
    let entry = node.map()?.iter().find(|e| e.key.known().is_some_and(|k| !is_keyword(k)))?;
    let text = entry.key.text()?.clone();
    let args = match entry.value.text() {
        Some(_) if entry.value.is_null() => Args::new(None, None, extra),
        Some(line) => Args::new(None, Some(line.clone()), extra),
        None => Args::new(Some(&entry.value), None, extra),
    };
    Some(Module { name: short(&text), text, args })
}

fn short(name: &Text) -> String {
    let name = name.value().trim();
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

fn is_handlers(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|part| part == "handlers")
}

/// The keywords of tasks, handlers and blocks in ansible-core 2.19; any other key names the module.
fn is_keyword(key: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "any_errors_fatal",
        "args",
        "async",
        "become",
        "become_exe",
        "become_flags",
        "become_method",
        "become_user",
        "changed_when",
        "check_mode",
        "collections",
        "connection",
        "debugger",
        "delay",
        "delegate_facts",
        "delegate_to",
        "diff",
        "environment",
        "failed_when",
        "first_available_file",
        "ignore_errors",
        "ignore_unreachable",
        "listen",
        "loop",
        "loop_control",
        "module_defaults",
        "name",
        "no_log",
        "notify",
        "poll",
        "port",
        "register",
        "remote_user",
        "retries",
        "run_once",
        "sudo",
        "sudo_user",
        "tags",
        "throttle",
        "timeout",
        "until",
        "vars",
        "when",
    ];
    KEYWORDS.contains(&key) || key.starts_with("with_")
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
