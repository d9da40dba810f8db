//! What tasks add: names set at run time, files of variables, templates and where they go.

use crate::ansible::args::Args;
use crate::ansible::walk;
use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;

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
    walk::of_list(list).iter().map(Task::new).collect()
}

/// All tasks of a playbook's play.
pub fn of_play(play: &Node) -> Vec<Task> {
    walk::of_play(play).iter().map(Task::new).collect()
}

/// A `when` in words; where it is not known it is like no other.
pub(in crate::expand) fn condition(when: &Node) -> String {
    let parts = when.seq().unwrap_or(std::slice::from_ref(when)).iter();
    let parts: Vec<String> =
        parts.map(|p| p.known().map_or_else(|| format!("{:?}", p.span()), |k| k.trim().to_owned())).collect();
    parts.join(" and ")
}

impl Task {
    /// The task with what its blocks and its play hand down.
    fn new(task: &walk::Task<'_>) -> Self {
        let blocks = || task.blocks.iter().rev().copied();
        let play = task.play.map(|(_, play)| play);
        let around = play.into_iter().chain(blocks()).chain([task.node]);
        let when = blocks().chain([task.node]).filter_map(|n| n.get("when")).map(condition).collect();
        Task { node: task.node.clone(), vars: around.filter_map(|n| n.get("vars")).cloned().collect(), when }
    }

    /// The arguments of Ansible's own module `name`, where the task runs that one.
    pub fn module(&self, name: &str) -> Option<Args<'_>> {
        walk::module(&self.node).filter(|m| m.is_builtin(name)).map(|m| m.args)
    }

    /// An argument of the module `name`, however it is written.
    pub fn argument(&self, name: &str, key: &str) -> Option<Text> {
        self.module(name)?.get(key)?.text().cloned()
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
