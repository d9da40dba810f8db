//! What tasks add: names set at run time, files of variables, templates and where they go.

use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;

/// The most tasks of one document.
const MAX_TASKS: usize = 20_000;

/// A task, with the `vars` of the blocks and plays around it, the outermost first.
#[derive(Debug, Clone)]
pub struct Task {
    /// The task's mapping.
    pub node: Node,
    /// The `vars` mappings that it sees, its own last.
    pub vars: Vec<Node>,
    /// The conditions that it and the blocks around it run under.
    pub when: Vec<String>,
}

/// All tasks of a list of tasks, those in blocks included.
pub fn tasks(list: &Node) -> Vec<Task> {
    let mut found = Vec::new();
    walk(list, &[], &[], 0, &mut found);
    found
}

/// All tasks of a playbook's play.
pub fn of_play(play: &Node) -> Vec<Task> {
    let mut found = Vec::new();
    let vars: Vec<Node> = play.get("vars").cloned().into_iter().collect();
    for section in ["pre_tasks", "tasks", "post_tasks", "handlers"] {
        if let Some(list) = play.get(section) {
            walk(list, &vars, &[], 0, &mut found);
        }
    }
    found
}

fn walk(list: &Node, vars: &[Node], when: &[String], depth: usize, into: &mut Vec<Task>) {
    for node in list.seq().unwrap_or(&[]) {
        if into.len() >= MAX_TASKS || depth > 20 {
            return;
        }
        if node.map().is_none() {
            continue;
        }
        let mut seen = vars.to_vec();
        seen.extend(node.get("vars").cloned());
        let mut when = when.to_vec();
        when.extend(node.get("when").map(condition));
        let sections = ["block", "rescue", "always"];
        if sections.iter().any(|s| node.get(s).is_some()) {
            for section in sections {
                if let Some(list) = node.get(section) {
                    walk(list, &seen, &when, depth + 1, into);
                }
            }
            continue;
        }
        into.push(Task { node: node.clone(), vars: seen, when });
    }
}

/// A `when` in words; where it is not known it is like no other.
fn condition(when: &Node) -> String {
    let parts = when.seq().unwrap_or(std::slice::from_ref(when)).iter();
    let parts: Vec<String> =
        parts.map(|p| p.known().map_or_else(|| format!("{:?}", p.span()), |k| k.trim().to_owned())).collect();
    parts.join(" and ")
}

impl Task {
    /// The arguments of the module `name`, under its short or a long name.
    pub fn module(&self, name: &str) -> Option<&Node> {
        let legacy = format!("ansible.legacy.{name}");
        let builtin = format!("ansible.builtin.{name}");
        self.node.get(name).or_else(|| self.node.get(&builtin)).or_else(|| self.node.get(&legacy))
    }

    /// An argument of the module `name`, from a mapping or from `key=value` words.
    pub fn argument(&self, name: &str, key: &str) -> Option<Text> {
        let module = self.module(name)?;
        if let Some(node) = module.get(key) {
            return node.text().cloned();
        }
        let line = module.text()?;
        let word = format!("{key}=");
        let mut found = line.value().match_indices(&word).map(|(at, _)| at);
        let at = found.find(|at| *at == 0 || line.value()[..*at].ends_with(char::is_whitespace))?;
        let start = at + key.len() + 1;
        let rest = &line.value()[start..];
        let end = word_end(rest);
        let text = line.slice(start..start + end);
        Some(unquoted(&text))
    }

    /// The name that `register` gives the result.
    pub fn register(&self) -> Option<(&str, Span)> {
        let node = self.node.get("register")?;
        Some((node.known()?, node.span()))
    }

    /// The list that it loops over, and the loop's variable.
    pub fn repeated(&self) -> Option<(&Node, String)> {
        let keys = ["loop", "with_items", "with_list", "with_dict", "with_fileglob", "with_nested", "with_together"];
        let list = keys.iter().find_map(|k| self.node.get(k)).or_else(|| {
            let entries = self.node.map()?;
            entries.iter().find(|e| e.key.known().is_some_and(|k| k.starts_with("with_"))).map(|e| &e.value)
        })?;
        let name = self.node.path(&["loop_control", "loop_var"]).and_then(Node::known).unwrap_or("item");
        Some((list, name.to_owned()))
    }

    /// The items of the loop, where they are written out in a list.
    pub fn literal_items(&self) -> Option<&[Node]> {
        let list = ["loop", "with_items", "with_list"].iter().find_map(|k| self.node.get(k))?;
        list.seq()
    }
}

/// Where a `key=value` word ends; Jinja and quotes may hold spaces.
fn word_end(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            (None, c) if c.is_whitespace() && depth == 0 => return at,
            _ => {}
        }
    }
    rest.len()
}

fn unquoted(text: &Text) -> Text {
    let value = text.value();
    let quoted = value.len() >= 2 && ['\'', '"'].iter().any(|q| value.starts_with(*q) && value.ends_with(*q));
    if quoted { text.slice(1..value.len() - 1) } else { text.clone() }
}
