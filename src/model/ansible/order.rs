//! The order in which a playbook runs its tasks, and where handlers run between them.
//!
//! A play runs `pre_tasks`, then roles (with what they depend on before them) and `tasks`, then `post_tasks`; handlers
//! run at the end of each of the three, and at `meta: flush_handlers`. Includes whose name is not known are kept as
//! gaps. What tasks do is left to the caller.

use super::library::{Library, TaskId, role_name};
use crate::ansible::walk::{Section, Task};
use crate::document::Kind;
use crate::text::Text;
use crate::yaml::Node;

/// How many steps one playbook may have; past this it is cut and ends with a gap.
const MAX_STEPS: usize = 20_000;

/// How deep roles and includes may nest.
const MAX_DEPTH: usize = 24;

/// Something that happens in a playbook's run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A play begins: from here on, other handlers are in reach.
    Play,
    /// A task runs.
    Task(TaskId),
    /// A role's handlers come in reach: its `handlers` file.
    Handlers(usize),
    /// Notified handlers run.
    Flush,
    /// Something of this tree runs that can't be seen: a role or an include without a known name or file.
    Gap,
}

/// The run of each playbook that no other one imports, in order of their paths.
pub fn runs(library: &Library<'_>) -> Vec<(usize, Vec<Step>)> {
    let books = || library.files.iter().enumerate().filter(|(_, f)| f.document.kind == Kind::AnsiblePlaybook);
    let imported: Vec<usize> = books().flat_map(|(at, _)| imports(library, at)).collect();
    let roots = books().filter(|(at, _)| !imported.contains(at));
    roots.map(|(at, _)| (at, run(library, at))).collect()
}

/// The run of the playbook with this index.
fn run(library: &Library<'_>, file: usize) -> Vec<Step> {
    let mut runner = Runner { library, steps: Vec::new(), depth: 0, done: Vec::new() };
    runner.book(file);
    runner.steps
}

fn imports(library: &Library<'_>, file: usize) -> Vec<usize> {
    let Some(book) = library.files.get(file) else { return Vec::new() };
    let plays = book.document.nodes().iter().filter_map(Node::seq).flatten();
    plays.filter_map(imported_name).filter_map(|name| library.included(file, name.known()?)).collect()
}

fn imported_name(play: &Node) -> Option<&Text> {
    ["import_playbook", "ansible.builtin.import_playbook", "include"].iter().find_map(|k| play.get(k))?.text()
}

struct Runner<'l, 'a> {
    library: &'l Library<'a>,
    steps: Vec<Step>,
    depth: usize,
    /// Roles that ran in this play by `roles:` or as a dependency; Ansible runs each once.
    done: Vec<&'a str>,
}

impl<'a> Runner<'_, 'a> {
    fn push(&mut self, step: Step) {
        if self.steps.len() < MAX_STEPS {
            self.steps.push(step);
        }
    }

    /// Whether to follow nothing more: too deep, or too much already.
    fn is_full(&self) -> bool {
        self.depth >= MAX_DEPTH || self.steps.len() >= MAX_STEPS
    }

    fn book(&mut self, file: usize) {
        if self.is_full() {
            return self.push(Step::Gap);
        }
        self.depth += 1;
        let library = self.library;
        let Some(book) = library.files.get(file) else { return };
        let mut index = 0;
        for items in book.document.nodes().iter().filter_map(Node::seq) {
            for play in items {
                match imported_name(play) {
                    Some(name) => match name.known().and_then(|n| library.included(file, n)) {
                        Some(next) => self.book(next),
                        None => self.push(Step::Gap),
                    },
                    None => self.play(file, index, play),
                }
                index += 1;
            }
            index = 0;
        }
        self.depth -= 1;
    }

    fn play(&mut self, file: usize, index: usize, play: &'a Node) {
        self.push(Step::Play);
        self.done.clear();
        self.section(file, index, Section::PreTasks);
        self.push(Step::Flush);
        for item in play.get("roles").and_then(Node::seq).unwrap_or(&[]) {
            self.role(role_name(item), &self.path(file), "main", true);
        }
        self.section(file, index, Section::Tasks);
        self.push(Step::Flush);
        self.section(file, index, Section::PostTasks);
        self.push(Step::Flush);
    }

    fn section(&mut self, file: usize, play: usize, section: Section) {
        let library = self.library;
        let Some(book) = library.files.get(file) else { return };
        for (at, task) in book.tasks.iter().enumerate() {
            if task.section == section && task.play.is_some_and(|(p, _)| p == play) {
                self.task(TaskId { file, task: at }, task);
            }
        }
    }

    fn file(&mut self, file: usize) {
        if self.is_full() {
            return self.push(Step::Gap);
        }
        self.depth += 1;
        let library = self.library;
        for (at, task) in library.files.get(file).into_iter().flat_map(|f| f.tasks.iter().enumerate()) {
            self.task(TaskId { file, task: at }, task);
        }
        self.depth -= 1;
    }

    fn task(&mut self, id: TaskId, task: &Task<'a>) {
        match task.module_name() {
            "include_tasks" | "import_tasks" | "include" => {
                let name = task.arg_text("file").or_else(|| task.module.as_ref()?.args.line().cloned());
                let next = name.as_ref().and_then(Text::known).and_then(|n| self.library.included(id.file, n.trim()));
                match next {
                    Some(next) => self.file(next),
                    None => self.push(Step::Gap),
                }
            }
            "include_role" | "import_role" => {
                let name = task.arg_text("name").or_else(|| task.arg_text("role"));
                let from = task.arg_text("tasks_from");
                let part = from.as_ref().map_or(Some("main"), Text::known).unwrap_or_default();
                self.role(name.as_ref(), &self.path(id.file), part, false);
            }
            "meta" => {
                let action = task.module.as_ref().and_then(|m| m.args.line()).and_then(Text::known);
                if action.is_some_and(|a| a.trim() == "flush_handlers") {
                    self.push(Step::Flush);
                }
            }
            _ => self.push(Step::Task(id)),
        }
    }

    fn role(&mut self, name: Option<&Text>, from: &str, part: &str, once: bool) {
        let library = self.library;
        let Some(name) = name.and_then(Text::known).filter(|_| !self.is_full()) else { return self.push(Step::Gap) };
        // A role from elsewhere does not know the containers of this tree.
        let Some(folder) = library.role(name, from) else { return };
        if once && self.done.contains(&folder) {
            return;
        }
        self.done.push(folder);
        self.depth += 1;
        for dependency in library.dependencies(folder) {
            self.role(Some(dependency), from, "main", true);
        }
        self.depth -= 1;
        if let Some(handlers) = library.role_file(folder, "handlers", "main") {
            self.push(Step::Handlers(handlers));
        }
        match library.role_file(folder, "tasks", part) {
            Some(file) => self.file(file),
            None if part == "main" => {}
            None => self.push(Step::Gap),
        }
    }

    fn path(&self, file: usize) -> String {
        self.library.files.get(file).map(|f| f.document.path.clone()).unwrap_or_default()
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
