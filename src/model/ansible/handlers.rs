//! Containers that a playbook's run addresses before it creates them: by handlers (`ansible.restart`) and by
//! `docker exec` (`ansible.exec`).
//!
//! Two questions are asked of a run: may anything before have created the container (then all is well), and does
//! something after create it for certain (then it was too early). Between the two nothing is said.

use std::collections::BTreeMap;

use super::docker::{Call, Verb, calls, is_true};
use super::library::{Library, TaskId};
use super::order::{Step, runs};
use crate::ansible::walk::{Section, Task};
use crate::expand::Deployment;
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::Node;

/// The fields of `ansible.restart`.
pub const RESTART: Schema = Schema {
    name: "ansible.restart",
    doc: "A command of an Ansible handler that fails where its container does not exist (`docker restart`).",
    fields: &[
        FieldSchema { name: "handler", kind: FieldKind::Str, doc: "The handler's name." },
        FieldSchema { name: "role", kind: FieldKind::Str, doc: "The role that the handler belongs to." },
        FieldSchema { name: "container", kind: FieldKind::Str, doc: "The containers or services, as written." },
        FieldSchema { name: "compose", kind: FieldKind::Bool, doc: "Whether it goes through docker compose." },
        FieldSchema {
            name: "guarded",
            kind: FieldKind::Bool,
            doc: "Whether its failure is expected: failed_when, ignore_errors, when, rescue, or a test in the shell.",
        },
        FieldSchema {
            name: "early",
            kind: FieldKind::Bool,
            doc: "Whether a task notifies it before any task of the run can have created the container.",
        },
        FieldSchema {
            name: "runs_early",
            kind: FieldKind::Bool,
            doc: "Whether it also runs before the container is created, in a run of the whole playbook.",
        },
        FieldSchema { name: "notified_by", kind: FieldKind::Str, doc: "The first task that notifies it too early." },
        FieldSchema { name: "created_by", kind: FieldKind::Str, doc: "The task that creates the container later." },
        FieldSchema { name: "created_in", kind: FieldKind::Str, doc: "The role of that task." },
        FieldSchema { name: "module", kind: FieldKind::Str, doc: "The module as written." },
    ],
};

/// The fields of `ansible.exec`.
pub const EXEC: Schema = Schema {
    name: "ansible.exec",
    doc: "A task that enters a container (`docker exec`).",
    fields: &[
        FieldSchema { name: "task", kind: FieldKind::Str, doc: "The task's name." },
        FieldSchema { name: "container", kind: FieldKind::Str, doc: "The container or service, as written." },
        FieldSchema { name: "guarded", kind: FieldKind::Bool, doc: "Whether its failure is expected." },
        FieldSchema {
            name: "early",
            kind: FieldKind::Bool,
            doc: "Whether it runs before any task of the run can have created the container.",
        },
        FieldSchema { name: "created_by", kind: FieldKind::Str, doc: "The task that creates the container later." },
        FieldSchema { name: "created_in", kind: FieldKind::Str, doc: "The role of that task." },
    ],
};

/// Adds the facts of all handlers that restart containers and of all tasks that enter them.
pub fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let all: Calls = library.tasks().map(|(id, task)| (id, calls(task))).filter(|(_, c)| !c.is_empty()).collect();
    let runs = runs(library).into_iter();
    let runs: Vec<Run<'_, '_>> = runs.map(|(_, steps)| Run::new(library, model.deployment, steps, &all)).collect();
    for (id, calls) in &all {
        let Some(task) = library.task(*id) else { continue };
        for call in calls {
            let fact = match call.verb {
                Verb::Restart if task.section == Section::Handlers => restart(library, &runs, *id, task, call),
                Verb::Exec if task.section != Section::Handlers => exec(library, &runs, *id, task, call),
                _ => continue,
            };
            model.facts.add(fact);
        }
    }
}

fn restart(library: &Library<'_>, runs: &[Run<'_, '_>], id: TaskId, task: &Task<'_>, call: &Call) -> Fact {
    let guarded = call.guarded || expects_failure(task) || task.keyword("when").is_some();
    let early = runs.iter().find_map(|run| run.notified_early(id, call, false));
    let maybe = early.is_none() && runs.iter().any(|run| run.notified_early(id, call, true).is_some());
    let mut fact = Fact::new(Subject::AnsibleRestart, call.span.into())
        .with("handler", title(task))
        .with("role", role(library, id))
        .with("container", names(call))
        .with("compose", call.compose.is_some())
        .with("guarded", guarded)
        .with("early", told(early.is_some(), maybe));
    if let Some(module) = &task.module {
        fact = fact.with("module", Field::text(&module.text));
    }
    if let Some(early) = early {
        fact = fact
            .with("runs_early", early.runs)
            .with("notified_by", named(library, early.at))
            .with("created_by", named(library, early.created))
            .with("created_in", role(library, early.created));
    }
    fact
}

fn exec(library: &Library<'_>, runs: &[Run<'_, '_>], id: TaskId, task: &Task<'_>, call: &Call) -> Fact {
    let guarded = call.guarded || expects_failure(task) || !task.accumulated("when").is_empty();
    let created = runs.iter().find_map(|run| run.entered_early(id, call, false));
    let maybe = created.is_none() && runs.iter().any(|run| run.entered_early(id, call, true).is_some());
    let mut fact = Fact::new(Subject::AnsibleExec, call.span.into())
        .with("task", title(task))
        .with("container", names(call))
        .with("guarded", guarded)
        .with("early", told(created.is_some(), maybe));
    if let Some(created) = created {
        fact = fact.with("created_by", named(library, created)).with("created_in", role(library, created));
    }
    fact
}

/// What is certain, or else unknown where only what can't be seen stands in between.
fn told(certain: bool, maybe: bool) -> Field {
    if maybe { Field::derived(Value::Unknown("a task before that may do anything".to_owned())) } else { certain.into() }
}

/// What each task does with containers.
type Calls = BTreeMap<TaskId, Vec<Call>>;

/// A notification that comes too early.
struct Early {
    /// The task that notifies.
    at: TaskId,
    /// The task that creates the container later.
    created: TaskId,
    /// Whether the handler runs before that.
    runs: bool,
}

/// A run with what its tasks do.
struct Run<'l, 'a> {
    library: &'l Library<'a>,
    deployment: &'l Deployment,
    steps: Vec<Step>,
    /// The calls of each step that may create a container.
    creates: Vec<(usize, TaskId, &'l Call)>,
    /// The first step that may do anything.
    gap: usize,
}

impl<'l, 'a> Run<'l, 'a> {
    fn new(library: &'l Library<'a>, deployment: &'l Deployment, steps: Vec<Step>, all: &'l Calls) -> Self {
        let mut creates = Vec::new();
        let mut gap = usize::MAX;
        for (index, step) in steps.iter().enumerate() {
            match step {
                Step::Gap => gap = gap.min(index),
                Step::Task(id) => {
                    for call in all.get(id).into_iter().flatten() {
                        match call.verb {
                            Verb::Create | Verb::Unit => creates.push((index, *id, call)),
                            Verb::Unknown if downloaded(library, call) => {}
                            Verb::Unknown => gap = gap.min(index),
                            Verb::Restart | Verb::Exec => {}
                        }
                    }
                }
                Step::Play | Step::Handlers(_) | Step::Flush => {}
            }
        }
        Self { library, deployment, steps, creates, gap }
    }

    /// Where a task notifies `handler` before anything can have created what `call` addresses.
    fn notified_early(&self, handler: TaskId, call: &Call, past_gaps: bool) -> Option<Early> {
        let notified = self.steps.iter().enumerate().find_map(|(index, step)| {
            let Step::Task(id) = step else { return None };
            let task = self.library.task(*id)?;
            (self.notifies(task, handler) && self.in_reach(index, handler)).then_some((index, *id))
        });
        let (index, at) = notified?;
        let (later, created) = self.created_later(index, call, past_gaps)?;
        let flush = self.steps.iter().enumerate().skip(index).find(|(_, s)| **s == Step::Flush).map(|(i, _)| i);
        let runs = flush.is_some_and(|flush| flush < later);
        // Within one role the handler's turn comes after the container's creation: the ordinary way to write a role.
        let apart = role_folder(self.library, at) != role_folder(self.library, created);
        (runs || apart).then_some(Early { at, created, runs })
    }

    /// The task that creates what `call` enters, where `task` runs before it.
    fn entered_early(&self, task: TaskId, call: &Call, past_gaps: bool) -> Option<TaskId> {
        let index = self.steps.iter().position(|s| *s == Step::Task(task))?;
        self.created_later(index, call, past_gaps).map(|(_, created)| created)
    }

    /// The step after `index` that creates the container for certain, where nothing up to `index` may have; with
    /// `past_gaps` nothing that can be seen.
    fn created_later(&self, index: usize, call: &Call, past_gaps: bool) -> Option<(usize, TaskId)> {
        let before = self.creates.iter().take_while(|(at, ..)| *at <= index);
        if !past_gaps && self.gap <= index || before.into_iter().any(|(_, _, create)| may_create(create, call)) {
            return None;
        }
        let mut after = self.creates.iter().filter(|(at, ..)| *at > index);
        after.find(|(_, _, create)| self.creates_for_certain(create, call)).map(|(at, id, _)| (*at, *id))
    }

    fn creates_for_certain(&self, create: &Call, call: &Call) -> bool {
        match (&create.compose, &call.compose) {
            (Some(_), Some(_)) => may_create(create, call),
            (Some(_), None) => call.names.iter().any(|name| in_a_stack(self.deployment, name)),
            _ => create.verb == Verb::Create && same_names(create, call),
        }
    }

    /// Whether the play of step `index` knows the handler.
    fn in_reach(&self, index: usize, handler: TaskId) -> bool {
        let start = self.steps.iter().take(index).rposition(|s| *s == Step::Play).map_or(0, |at| at + 1);
        let play = self.steps.iter().skip(start).take_while(|s| **s != Step::Play);
        let by_role = play.clone().any(|s| *s == Step::Handlers(handler.file));
        let of_play = self.library.task(handler).and_then(|t| t.play).map(|(play, _)| play);
        let same_play = |step: &Step| match step {
            Step::Task(id) if id.file == handler.file => {
                let play = self.library.task(*id).and_then(|t| t.play).map(|(play, _)| play);
                play.is_some() && play == of_play
            }
            _ => false,
        };
        by_role || play.into_iter().any(same_play)
    }

    fn notifies(&self, task: &Task<'_>, handler: TaskId) -> bool {
        let Some(target) = self.library.task(handler) else { return false };
        let file = self.library.files.get(handler.file).and_then(|f| f.role).map_or("", |r| r.name);
        let listens = target.keyword("listen").map(strings).unwrap_or_default();
        task.inherited("notify").map(strings).unwrap_or_default().into_iter().any(|notified| {
            let Some(notified) = notified.known() else { return false };
            let name = target.name.map_or("", Text::value);
            notified == name
                || listens.iter().any(|l| l.known() == Some(notified))
                || notified.split_once(" : ").is_some_and(|(role, plain)| role == file && plain == name)
        })
    }
}

/// Whether a task downloads the script that `call` runs: an installer from elsewhere knows no container of this tree.
fn downloaded(library: &Library<'_>, call: &Call) -> bool {
    let Some(path) = call.names.first() else { return false };
    library.tasks().any(|(_, task)| {
        task.module_name() == "get_url" && task.arg_text("dest").is_some_and(|dest| dest.display() == path.display())
    })
}

/// Whether `create` may create what `call` addresses; where in doubt, it does.
fn may_create(create: &Call, call: &Call) -> bool {
    match (&create.compose, &call.compose) {
        (Some(project), Some(other)) => {
            let same_place = match (&project.directory, &other.directory) {
                (Some(a), Some(b)) => a.display() == b.display(),
                _ => true,
            };
            same_place && (create.names.is_empty() || call.names.is_empty() || same_names(create, call))
        }
        (Some(_), None) => true,
        (None, _) => {
            create.names.iter().any(|n| !n.is_known())
                || same_names(create, call)
                || create.verb == Verb::Unit && like_names(create, call)
        }
    }
}

fn same_names(create: &Call, call: &Call) -> bool {
    create.names.iter().any(|a| call.names.iter().any(|b| a.display() == b.display()))
}

/// Whether a unit has a name like a container's: `docker-web.service`, `web@1`.
fn like_names(create: &Call, call: &Call) -> bool {
    create.names.iter().any(|unit| call.names.iter().any(|name| unit.value().contains(name.value())))
}

fn in_a_stack(deployment: &Deployment, name: &Text) -> bool {
    let Some(name) = name.known() else { return false };
    let services = deployment.stacks.iter().filter_map(|s| s.project.get("services")?.map()).flatten();
    services.into_iter().any(|entry| {
        entry.key.known() == Some(name) || entry.value.get("container_name").and_then(Node::known) == Some(name)
    })
}

/// Whether the task goes on where its command fails.
fn expects_failure(task: &Task<'_>) -> bool {
    let ignores = task.inherited("ignore_errors").is_some_and(|n| is_true(n) || !n.text().is_some_and(Text::is_known));
    task.inherited("failed_when").is_some() || ignores || task.rescued() || task.keyword("until").is_some()
}

fn strings(node: &Node) -> Vec<&Text> {
    node.text()
        .map(|t| vec![t])
        .or_else(|| Some(node.seq()?.iter().filter_map(Node::text).collect()))
        .unwrap_or_default()
}

fn title(task: &Task<'_>) -> Field {
    task.name.map_or(Value::Null.into(), |name| Field::at(name.display(), name.place()))
}

/// A task's name, placed there; a nameless task by its module.
fn named(library: &Library<'_>, id: TaskId) -> Field {
    let Some(task) = library.task(id) else { return Value::Null.into() };
    match task.name {
        Some(name) => Field::at(name.display(), name.place()),
        None => Field::at(task.module_name(), task.node.span().into()),
    }
}

fn names(call: &Call) -> Field {
    let shown = call.names.iter().map(Text::display).collect::<Vec<_>>().join(" ");
    match (call.names.first(), call.names.last()) {
        (Some(first), Some(last)) => Field::at(shown, first.span().to(last.span()).into()),
        _ => shown.into(),
    }
}

fn role(library: &Library<'_>, id: TaskId) -> Option<String> {
    library.files.get(id.file)?.role.map(|r| r.name.to_owned())
}

fn role_folder<'a>(library: &Library<'a>, id: TaskId) -> Option<&'a str> {
    library.files.get(id.file)?.role.map(|r| r.folder)
}

#[cfg(test)]
#[path = "handlers_tests.rs"]
mod tests;
