//! Whether a task of the deployment refuses a value: an `assert` that fails on it, or a `fail` under a condition that it meets.
//!
//! The task's own expression is evaluated with the value in place of the variable; what else it asks for is not known.

use crate::ansible::walk::{Task, walk};
use crate::document::{Document, Kind};
use crate::expand::Deployment;
use crate::expand::jinja::value::{Value, from_node};
use crate::expand::jinja::{self, Env};
use crate::text::Text;
use crate::yaml::Node;

/// The most conditions that are looked at.
const MAX_CONDITIONS: usize = 2_000;

/// How a list of variables is asked for in a loop over their names.
const BY_NAME: [&str; 4] = [
    "lookup('vars', item)",
    "lookup('ansible.builtin.vars', item)",
    "vars[item]",
    "hostvars[inventory_hostname][item]",
];

/// A condition that refuses what it is `refuses` for.
struct Condition<'a> {
    document: &'a Document,
    text: &'a Text,
    /// The names that a loop puts into it.
    items: Vec<&'a str>,
    refuses: bool,
}

/// The conditions of all tasks that end a run.
pub(super) struct Forbidden<'a> {
    conditions: Vec<Condition<'a>>,
    variables: Vec<&'a Document>,
    /// The lines of templates that end a run by `mandatory`, with the paths of their files.
    lines: Vec<(&'a str, &'a str)>,
}

impl<'a> Forbidden<'a> {
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        let mut all = Self { conditions: Vec::new(), variables: Vec::new(), lines: Vec::new() };
        let templates = deployment.documents.iter().filter(|d| d.template).map(|d| (d.path.as_str(), &d.text));
        for (path, text) in templates.chain(deployment.templates.iter().map(|(path, text)| (path.as_str(), text))) {
            let ends = |line: &&str| line.contains("mandatory") && line.contains('=');
            all.lines.extend(text.value().lines().filter(ends).map(|line| (path, line)));
        }
        for document in deployment.documents.iter().map(AsRef::as_ref) {
            match document.kind {
                Kind::AnsibleTasks | Kind::AnsiblePlaybook => {
                    for task in walk(document) {
                        all.task(document, &task);
                    }
                }
                Kind::AnsibleVars => all.variables.push(document),
                _ => {}
            }
        }
        all
    }

    /// Whether a task of the role, or of a playbook, refuses `value` for the variable `name` of the file at `path`.
    pub(super) fn refuses(&self, path: &str, name: &str, value: &str) -> bool {
        let of = role(path);
        // `{{ a if token != 'CHANGE_ME' else b | mandatory }}`
        let compared = |line: &str| {
            ["!= ", "== ", "!=", "=="].iter().any(|sign| {
                ['\'', '"'].iter().any(|quote| line.contains(&format!("{name} {sign}{quote}{value}{quote}")))
            })
        };
        if self.lines.iter().any(|(own, line)| role(own) == of && line.contains(name) && compared(line)) {
            return true;
        }
        let near = |c: &&Condition<'_>| role(&c.document.path).is_none_or(|own| of == Some(own));
        self.conditions.iter().filter(near).any(|condition| {
            let listed = condition.items.contains(&name);
            let asks = condition.text.value().contains(name);
            (asks || listed) && self.truth(condition, name, value, listed) == Some(condition.refuses)
        })
    }

    fn truth(&self, condition: &Condition<'_>, name: &str, value: &str, listed: bool) -> Option<bool> {
        let mut expression = condition.text.value().trim().to_owned();
        if listed {
            for way in BY_NAME {
                expression = expression.replace(way, name);
            }
        }
        let span = condition.text.span();
        let env = Known { name, value: Value::computed(value, span), variables: &self.variables };
        let text = Text::literal(format!("{{{{ ({expression}) }}}}"), span);
        jinja::scalar(&text, &env).ok()?.value?.truth()
    }

    fn task(&mut self, document: &'a Document, task: &Task<'a>) {
        let (key, refuses) = match task.module_name() {
            "assert" => ("that", false),
            "fail" => ("when", true),
            _ => return,
        };
        let items = task.items().and_then(Node::seq).unwrap_or(&[]).iter().filter_map(Node::known).collect::<Vec<_>>();
        let Some(module) = &task.module else { return };
        let own = if refuses { task.keyword("when") } else { module.args.mapping().and_then(|m| m.get(key)) };
        let all = own.map_or(&[][..], |n| n.seq().unwrap_or(std::slice::from_ref(n)));
        // A `fail` takes all its conditions together; one that is looked at alone may not be enough.
        if refuses && (all.len() != 1 || !task.blocks.iter().all(|b| b.get("when").is_none())) {
            return;
        }
        for text in all.iter().filter_map(Node::text) {
            if self.conditions.len() < MAX_CONDITIONS {
                self.conditions.push(Condition { document, text, items: items.clone(), refuses });
            }
        }
    }
}

/// The folder of the role that a file belongs to.
fn role(path: &str) -> Option<&str> {
    ["/tasks/", "/defaults/", "/vars/", "/handlers/", "/templates/"]
        .iter()
        .filter_map(|part| path.rfind(part))
        .max()
        .and_then(|at| path.get(..at))
}

/// One variable, and those that files of variables write out.
struct Known<'a> {
    name: &'a str,
    value: Value,
    variables: &'a [&'a Document],
}

impl Env for Known<'_> {
    fn variable(&self, name: &str) -> Value {
        if name == self.name {
            return self.value.clone();
        }
        let mut found = self.variables.iter().flat_map(|d| d.nodes()).filter_map(|n| n.get(name));
        match (found.next(), found.next()) {
            (Some(node), None) => from_node(node),
            _ => Value::opaque(name),
        }
    }
}
