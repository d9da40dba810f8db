//! Facts of subject `ansible.expression`: conditions, loops and variables of tasks that do not say what they seem to say.
//!
//! Each kind was run with ansible-core 2.17 and 2.19. What a condition is worth at run time is left to Ansible.

use std::collections::{BTreeSet, HashMap, HashSet};

use minijinja::machinery::ast::{CallArg, Expr};
use minijinja::machinery::parse_expr;

use super::library::{Library, TaskId};
use super::modules;
use crate::ansible::args::Args;
use crate::ansible::walk::Task;
use crate::document::{Body, Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::Node;

/// The fields of `ansible.expression`.
pub const SCHEMA: Schema = Schema {
    name: "ansible.expression",
    doc: "A condition, a loop or a variable of a task that does not say what it seems to say.",
    fields: &[
        FieldSchema {
            name: "kind",
            kind: FieldKind::OneOf(&[
                "registered",
                "text",
                "number",
                "words",
                "loop",
                "itself",
                "go-template",
                "undefined",
                "env-type",
                "bracket",
                "braces",
                "test-as-filter",
            ]),
            doc: "`registered`: a condition that is a whole result; `text`: one whose default is a word for no; `number`: one that is a count; `words`: one that does not parse; `loop`: a list's name without braces; `itself`: a variable that reads itself; `go-template`: `{{.X}}`, which Jinja refuses; `undefined`: a variable that is a slip of one that the role defines; `env-type`: a value of `env` that is no text; `bracket`: one of a template whose brackets do not close; `braces`: a condition with `{{ }}` in it; `test-as-filter`: a condition that calls a test of Ansible's as a filter.",
        },
        FieldSchema {
            name: "name",
            kind: FieldKind::Str,
            doc: "The variable that it is about; of `bracket` the bracket, of `test-as-filter` the test.",
        },
        FieldSchema { name: "test", kind: FieldKind::Str, doc: "Of `test-as-filter`: its name as a test." },
        FieldSchema { name: "keyword", kind: FieldKind::Str, doc: "The keyword: `when`, `with_items` …" },
        FieldSchema {
            name: "registered",
            kind: FieldKind::Str,
            doc: "Of `registered`: the task's `register`, at its place.",
        },
        FieldSchema {
            name: "nearest",
            kind: FieldKind::Str,
            doc: "Of `undefined`: the variable that is defined, at its place.",
        },
        FieldSchema {
            name: "shared",
            kind: FieldKind::Bool,
            doc: "Of `undefined`: whether a group or a host defines what is meant, and not the role itself.",
        },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The file." },
    ],
};

/// Keywords whose value is a condition.
const CONDITIONS: &[&str] = &["when", "failed_when", "changed_when", "until"];

/// What the tasks of each file set and register.
type Files<'t> = HashMap<usize, Told<'t>>;

/// Adds the facts.
pub(super) fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let names = names(model, library);
    let facts = facts(library);
    let mut files = Files::new();
    // A tree may bring filters of its own.
    let own = model.deployment.paths.iter().any(|p| p.contains("filter_plugins/") || p.contains("plugins/filter/"));
    for (id, task) in library.tasks() {
        let Some(document) = library.files.get(id.file).map(|f| f.document) else { continue };
        let mut found = Vec::new();
        for keyword in CONDITIONS {
            let around =
                task.blocks.iter().filter(|b| *keyword == "when" && first_of(b, task)).filter_map(|b| b.get("when"));
            for text in task.keyword(keyword).into_iter().chain(around).flat_map(strings) {
                let one = braces(document, text)
                    .or_else(|| test_as_filter(text).filter(|_| !own))
                    .or_else(|| condition(library, &mut files, id, text));
                found.extend(one.map(|f| f.with("keyword", *keyword)));
            }
        }
        found.extend(bare_loop(task, &names));
        found.extend(itself(document, task, &facts));
        for fact in found {
            model.facts.add(fact.with("path", document.path.as_str()));
        }
    }
    for document in model.deployment.documents.iter().filter(|d| d.variant == 0 && !d.template) {
        let tasks = document.path.split('/').rev().nth(1).is_some_and(|f| matches!(f, "tasks" | "handlers"));
        if document.kind == Kind::AnsiblePlaybook || document.kind == Kind::AnsibleTasks && tasks {
            for text in go_templates(document) {
                model.facts.add(fact("go-template", &text, text.value()).with("path", document.path.as_str()));
            }
        }
    }
}

fn fact(kind: &'static str, text: &Text, name: &str) -> Fact {
    Fact::new(Subject::AnsibleExpression, text.place()).with("kind", kind).with("name", name)
}

/// A condition that is written with the braces of a template, whatever their value is.
fn braces(document: &Document, text: &Text) -> Option<Fact> {
    let span = text.span();
    let raw = document.text.value().get(span.start as usize..span.end as usize)?;
    let (_, rest) = raw.split_once("{{").filter(|(before, _)| !holds_raw(before))?;
    rest.contains("}}").then(|| Fact::new(Subject::AnsibleExpression, span.into()).with("kind", "braces"))
}

/// A condition that calls a test by the sign of a filter: `result | success`.
fn test_as_filter(text: &Text) -> Option<Fact> {
    let source = text.known().filter(|source| text.is_literal() && source.contains('|'))?;
    let name = filter_of(&parse_expr(source.trim()).ok()?)?;
    let start = source.match_indices(name).map(|(at, _)| at).find(|at| {
        let before = source.get(..*at).unwrap_or("").trim_end();
        let behind = source.get(at + name.len()..).unwrap_or("");
        before.ends_with('|') && !behind.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    });
    let place = start.map_or_else(|| text.clone(), |at| text.slice(at..at + name.len()));
    Some(fact("test-as-filter", &place, name).with("test", modules::test(name)))
}

/// The first filter of an expression that is a test of Ansible's.
fn filter_of<'e>(expr: &Expr<'e>) -> Option<&'e str> {
    match expr {
        Expr::Filter(f) => {
            let inner = f.expr.as_ref().and_then(filter_of);
            inner.or_else(|| Some(f.name).filter(|name| modules::test(name).is_some()))
        }
        Expr::UnaryOp(u) => filter_of(&u.expr),
        Expr::BinOp(b) => filter_of(&b.left).or_else(|| filter_of(&b.right)),
        Expr::Test(t) => filter_of(&t.expr),
        Expr::GetAttr(a) => filter_of(&a.expr),
        Expr::GetItem(i) => filter_of(&i.expr),
        _ => None,
    }
}

/// What is wrong with a condition.
fn condition<'t>(library: &'t Library<'_>, files: &mut Files<'t>, id: TaskId, text: &Text) -> Option<Fact> {
    let source = text.known().filter(|_| text.is_literal())?.trim();
    let Ok(expr) = parse_expr(source) else {
        return adjacent(source).map(|word| fact("words", text, word));
    };
    match &expr {
        Expr::Var(v) => {
            let by = registered(library, files, id, v.id)?;
            Some(fact("registered", text, v.id).with("registered", crate::model::fact::Field::text(by)))
        }
        Expr::Filter(f) if matches!(f.name, "length" | "count") => Some(fact("number", text, source)),
        Expr::Filter(f) if matches!(f.name, "default" | "d") => {
            let Some(CallArg::Pos(Expr::Const(value))) = f.args.first() else { return None };
            let word = value.value.as_str()?;
            let no = ["false", "no", "off", "0"].contains(&word.to_ascii_lowercase().as_str());
            no.then(|| fact("text", text, source.split('|').next().unwrap_or("").trim()))
        }
        _ => None,
    }
}

/// The `register` of an earlier task of the same file, where nothing else there sets the name.
fn registered<'t>(library: &'t Library<'_>, files: &mut Files<'t>, id: TaskId, name: &str) -> Option<&'t Text> {
    let file = library.files.get(id.file)?;
    let vars = |node: &Node| node.get("vars").and_then(|v| v.get(name)).is_some();
    let task = file.tasks.get(id.task)?;
    let told = files.entry(id.file).or_insert_with(|| Told::of(&file.tasks));
    if told.set.contains(name) || task.blocks.iter().any(|b| vars(b)) || task.play.is_some_and(|(_, p)| vars(p)) {
        return None;
    }
    let loops = |task: &Task<'_>| {
        let by = task.keyword("loop_control").and_then(|c| c.get("loop_var")).and_then(Node::known).unwrap_or("item");
        task.items().is_some() && by == name
    };
    if loops(task) {
        return None;
    }
    let all = told.registered.get(name)?;
    let last = all.partition_point(|(at, _)| *at < id.task).checked_sub(1)?;
    all.get(last).map(|(_, text)| *text)
}

/// What the tasks of a file set and register, for all conditions in it.
#[derive(Default)]
struct Told<'t> {
    /// The variables that a task sets.
    set: HashSet<&'t str>,
    /// By name, the tasks that register it, in their order.
    registered: HashMap<&'t str, Vec<(usize, &'t Text)>>,
}

impl<'t> Told<'t> {
    fn of(tasks: &'t [Task<'_>]) -> Self {
        let mut told = Told::default();
        for (at, task) in tasks.iter().enumerate() {
            let args = task.module.as_ref().filter(|m| m.name == "set_fact").map(|m| &m.args);
            let facts = args.and_then(Args::mapping).into_iter().chain(args.and(task.keyword("args")));
            let maps = task.keyword("vars").into_iter().chain(facts).filter_map(Node::map);
            told.set.extend(maps.flatten().filter_map(|e| e.key.known()));
            let words = args.and_then(|a| a.line()).map(|line| line.value().split([' ', '=']));
            told.set.extend(words.into_iter().flatten());
            if let Some(text) = task.keyword("register").and_then(Node::text)
                && let Some(name) = text.known()
            {
                told.registered.entry(name).or_default().push((at, text));
            }
        }
        told
    }
}

/// Two words that stand side by side with nothing between them, at the start of a condition.
fn adjacent(source: &str) -> Option<&str> {
    let mut words = source.split_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    let name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.')
    };
    let operator = ["not", "is", "in", "and", "or", "if", "else", "lookup", "query"];
    (name(first) && name(second) && !operator.contains(&first) && !operator.contains(&second)).then_some(first)
}

/// A `with_…` whose value is the name of a list, without braces.
fn bare_loop(task: &Task<'_>, names: &BTreeSet<String>) -> Option<Fact> {
    let entry = task.node.map()?.iter().find(|e| {
        let plain = ["with_items", "with_list", "with_indexed_items", "with_flattened", "with_dict", "loop"];
        e.key.known().is_some_and(|k| plain.contains(&k))
    })?;
    let text = entry.value.text().filter(|t| t.is_literal())?;
    let value = text.known()?.trim();
    let first = value.split('.').next().unwrap_or(value);
    let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '.') && value.contains(['.', '_'])
        || names.contains(value);
    let known =
        names.contains(first) || value.contains('.') && matches!(first, "groups" | "hostvars" | "ansible_facts");
    (plain && known)
        .then(|| fact("loop", text, value).with("keyword", entry.key.known().unwrap_or_default().to_owned()))
}

/// Whether the task is the first of the block, so that what the block says is told once.
fn first_of(block: &Node, task: &Task<'_>) -> bool {
    block.get("block").and_then(Node::seq).and_then(<[Node]>::first).is_some_and(|first| first.same(task.node))
}

/// A variable under the task's `vars` whose template reads the same variable. What a task sets or registers outranks them,
/// so that the entry is not read at all.
fn itself(document: &Document, task: &Task<'_>, facts: &BTreeSet<&str>) -> Option<Fact> {
    let vars = task.keyword("vars")?.map()?;
    vars.iter().find_map(|entry| {
        let name = entry.key.known()?;
        let span = entry.value.span();
        let raw = document.text.value().get(span.start as usize..span.end as usize)?;
        if entry.value.map().is_some() || facts.contains(name) || !reads(raw, name) {
            return None;
        }
        Some(Fact::new(Subject::AnsibleExpression, span.into()).with("kind", "itself").with("name", name))
    })
}

/// Whether one of the expressions of a template reads the variable `name`.
fn reads(raw: &str, name: &str) -> bool {
    if raw.contains("{%") {
        return false;
    }
    raw.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()).any(|source| {
        let Ok(expr) = parse_expr(source.trim()) else { return false };
        variable(&expr, name)
    })
}

/// Whether the value of `expr` hangs on the variable: as it is, through filters, or as one side of an `or`.
fn variable(expr: &Expr<'_>, name: &str) -> bool {
    match expr {
        Expr::Var(v) => v.id == name,
        Expr::GetAttr(a) => variable(&a.expr, name),
        Expr::Filter(f) => f.expr.as_ref().is_some_and(|e| variable(e, name)),
        Expr::BinOp(b) => variable(&b.left, name) || variable(&b.right, name),
        Expr::IfExpr(i) => variable(&i.test_expr, name) || variable(&i.true_expr, name),
        Expr::Test(t) => variable(&t.expr, name),
        _ => false,
    }
}

/// `{{.X}}` and `{{ .X` outside of raw blocks and comments.
fn go_templates(document: &Document) -> Vec<Text> {
    let value = document.text.value();
    // Plays and tasks are lists; a mapping is somebody else's, such as Helm's values.
    if document.nodes().first().is_none_or(|root| root.seq().is_none()) {
        return Vec::new();
    }
    if !value.contains("{{.") && !value.contains("{{ .") || holds_raw(value) || value.contains("!unsafe") {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    for line in value.split_inclusive('\n') {
        let comment = line.trim_start().starts_with('#');
        if let Some(start) = line.find("{{.").or_else(|| line.find("{{ .")).filter(|_| !comment) {
            let end =
                line.get(start..).and_then(|rest| rest.find("}}")).map_or(line.trim_end().len(), |e| start + e + 2);
            // What another Jinja expression holds as text is meant so.
            if !line.get(..start).unwrap_or("").contains("{{") && !line.contains("'{{'") {
                found.push(document.text.slice(at + start..at + end));
            }
        }
        at += line.len();
    }
    found
}

/// Whether a text has a tag of Jinja that leaves what follows alone: `{% raw %}`, `{%raw%}`, `{%- raw %}`.
fn holds_raw(text: &str) -> bool {
    text.split("{%").skip(1).any(|tag| tag.trim_start_matches(['-', '+']).trim_start().starts_with("raw"))
}

/// The names that tasks of the tree set as facts or register.
fn facts<'t>(library: &'t Library<'_>) -> BTreeSet<&'t str> {
    let mut found = BTreeSet::new();
    for (_, task) in library.tasks() {
        let set = task.module.as_ref().filter(|m| m.name == "set_fact").and_then(|m| m.args.mapping());
        found.extend(set.and_then(Node::map).into_iter().flatten().filter_map(|e| e.key.known()));
        found.extend(task.keyword("register").and_then(Node::known));
    }
    found
}

/// The names of all variables that the tree defines.
pub(super) fn names(model: &Model<'_>, library: &Library<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |node: Option<&Node>| {
        for entry in node.and_then(Node::map).unwrap_or(&[]) {
            names.extend(entry.key.known().map(str::to_owned));
        }
    };
    for document in model.deployment.documents.iter().filter(|d| d.variant == 0) {
        let Body::Nodes(nodes) = &document.body else { continue };
        for node in nodes {
            match document.kind {
                Kind::AnsibleVars => add(Some(node)),
                Kind::AnsiblePlaybook => node.seq().unwrap_or(&[]).iter().for_each(|play| add(play.get("vars"))),
                _ => {}
            }
        }
    }
    for (_, task) in library.tasks() {
        add(task.keyword("vars"));
        if let Some(module) = task.module.as_ref().filter(|m| m.name == "set_fact") {
            add(module.args.mapping());
        }
    }
    let registered =
        library.tasks().filter_map(|(_, t)| t.keyword("register").and_then(Node::known).map(str::to_owned));
    names.extend(registered);
    names
}

fn strings(node: &Node) -> Vec<&Text> {
    let list = || node.seq().map(|items| items.iter().filter_map(Node::text).collect());
    node.text().map(|t| vec![t]).or_else(list).unwrap_or_default()
}
