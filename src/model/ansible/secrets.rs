//! Where a task shows a secret: in its output, in the target's system log, in a diff, in a loop's label.
//!
//! Follows what Ansible does: module parameters that are declared `no_log` are hidden by the module itself (a user's
//! password), all others are logged on the target and printed when the task fails. Reports are left to rules.

use crate::ansible::walk::Task;
use crate::document::Document;
use crate::model::secret::{is_plain_name, is_secret_name, names_object};
use crate::text::{Piece, PieceKind, Place, Text, Variable};
use crate::yaml::{Node, Value};

/// Nodes nested deeper than this are not looked at.
const MAX_DEPTH: usize = 32;

/// A secret in a task.
#[derive(Debug, Clone)]
pub struct Exposure {
    /// How it shows.
    pub kind: &'static str,
    /// The secret variable's name.
    pub name: String,
    /// Where it is used.
    pub place: Place,
}

/// The worst way in which `task` shows a secret; `None` where it shows none.
pub fn exposure(document: &Document, task: &Task<'_>) -> Option<Exposure> {
    let of = |kind, found: Option<(String, Place)>| found.map(|(name, place)| Exposure { kind, name, place });
    let module = task.module.as_ref()?;
    let args = |names: &[&str]| names.iter().filter_map(|n| task.arg(n)).find_map(|node| in_node(document, &node, 0));
    let own = match &*module.name {
        "debug" | "fail" => {
            let bare = task.arg_text("var").filter(|v| is_secret_name(v.value()));
            of("print", bare.map(|v| (v.display(), v.place())).or_else(|| args(&["msg"])))
        }
        "assert" => of("print", args(&["fail_msg", "success_msg", "msg"])),
        "command" | "shell" | "raw" | "script" | "expect" => {
            let command = task.command();
            let line = command.iter().filter_map(|c| c.line.as_ref()).chain(module.args.line());
            let words = command.iter().flat_map(|c| &c.argv);
            let told = || args(&["stdin", "responses"]);
            of("command", line.chain(words).find_map(|t| in_text(document, t)).or_else(told))
        }
        "uri" | "get_url" => of("result", args(&["body", "headers", "url"])),
        // Modules that give back what they were told to run, store or fetch.
        "postgresql_query" | "mysql_query" => of("result", args(&["named_args", "positional_args", "query"])),
        "mongodb_shell" => of("result", args(&["eval"])),
        "k8s" | "docker_compose" | "docker_compose_v2" => of("result", args(&["definition"])),
        "git" => of("result", args(&["repo"])),
        "pip" => of("result", args(&["extra_args", "name"])),
        "consul_kv" | "redis_data" => of("result", args(&["value"])),
        "ini_file" => of("log", args(&["value"])),
        "docker_container" | "docker_swarm_service" | "podman_container" | "docker_container_exec" => {
            of("result", args(&["env", "command", "argv", "labels"]))
        }
        "lineinfile" | "blockinfile" | "replace" => of("log", args(&["line", "block", "content", "replace"])),
        "copy" if task.inherited("diff").and_then(Node::known) != Some("false") => of("diff", args(&["content"])),
        "set_fact" => of("verbose", set_fact(document, task)),
        _ => None,
    };
    // What every run prints comes before what only a diff or `-v` shows.
    let mild = own.as_ref().is_none_or(|e| matches!(e.kind, "diff" | "verbose"));
    let item = if mild { of("item", in_item(document, task)) } else { None };
    item.or(own)
}

/// The first secret variable that `text` prints.
pub fn in_text(document: &Document, text: &Text) -> Option<(String, Place)> {
    text.pieces().iter().find_map(|piece| {
        let PieceKind::Variable(variable) = &piece.kind else { return None };
        let name = secret_in(variable, 0)?;
        prints_it(document, piece).then(|| (name, text.slice(piece.range.clone()).place()))
    })
}

/// The first secret variable in a node.
pub fn in_node(document: &Document, node: &Node, depth: usize) -> Option<(String, Place)> {
    if depth >= MAX_DEPTH {
        return None;
    }
    match node.value() {
        Value::Scalar(scalar) => in_text(document, &scalar.text),
        Value::Seq(items) => items.iter().find_map(|n| in_node(document, n, depth + 1)),
        Value::Map(entries) => entries.iter().find_map(|e| in_node(document, &e.value, depth + 1)),
    }
}

/// The secret that a variable is or holds: its own name is asked before those that it is made of.
fn secret_in(variable: &Variable, depth: usize) -> Option<String> {
    if depth >= MAX_DEPTH || variable.value.as_ref().is_some_and(is_path) {
        return None;
    }
    let object = variable.value.as_ref().and_then(Text::known);
    if object.is_some_and(|value| variable.names.iter().any(|name| names_object(name, value))) {
        return None;
    }
    if let Some(name) = variable.names.iter().find(|n| is_secret_name(n)) {
        return Some(name.clone());
    }
    // Such names are no secrets, even where a secret store holds what they are made of.
    if is_plain_name(&variable.name) {
        return None;
    }
    let held = || {
        variable.value.as_ref()?.pieces().iter().find_map(|piece| match &piece.kind {
            PieceKind::Variable(inner) => secret_in(inner, depth + 1),
            _ => None,
        })
    };
    // An address is no secret, unless somebody's password is a part of it.
    let last = variable.name.rsplit(['_', '.', '-']).next().unwrap_or_default().to_ascii_lowercase();
    if matches!(last.as_str(), "url" | "uri") {
        return held();
    }
    if variable.secret { Some(variable.name.clone()) } else { held() }
}

/// Whether a value is the path of a file, which is no secret even where its name says so.
fn is_path(value: &Text) -> bool {
    let value = value.value();
    value.contains('/') && !value.contains("://") && !value.contains(char::is_whitespace)
}

/// Whether an expression prints the secret itself, and not only something about it.
fn prints_it(document: &Document, piece: &Piece) -> bool {
    let about = [
        "| basename",
        "|basename",
        "| dirname",
        "|dirname",
        "| length",
        "|length",
        " is defined",
        " is not defined",
        "| bool",
        "ternary(",
        " if ",
        " == ",
        " != ",
        "| hash(",
        "password_hash",
        // A mask: each character becomes another.
        "regex_replace('.',",
        "regex_replace(\".\",",
    ];
    let text = &document.text;
    if piece.span.source != document.source || !text.is_literal() {
        return true;
    }
    let range = piece.span.start as usize..piece.span.end as usize;
    text.value().get(range).is_none_or(|expression| !about.iter().any(|a| expression.contains(a)))
}

/// A secret in the items of a loop, which Ansible prints for each round unless a label hides them.
fn in_item(document: &Document, task: &Task<'_>) -> Option<(String, Place)> {
    let items = task.items()?;
    let control = task.keyword("loop_control");
    if control.is_some_and(|c| c.get("label").is_some()) {
        return None;
    }
    if items.seq().is_some() {
        return in_node(document, items, 0);
    }
    let variable = control.and_then(|c| c.get("loop_var")).and_then(Node::known).unwrap_or("item");
    let args = task.module.as_ref()?.args.pairs();
    args.iter().find_map(|(_, value)| field_of(value, variable, 0))
}

/// A use of `item.password` and the like.
fn field_of(node: &Node, item: &str, depth: usize) -> Option<(String, Place)> {
    if depth >= MAX_DEPTH {
        return None;
    }
    match node.value() {
        Value::Scalar(scalar) => scalar.text.pieces().iter().find_map(|piece| {
            let PieceKind::Variable(variable) = &piece.kind else { return None };
            let secret = |n: &&String| {
                n.strip_prefix(item).and_then(|rest| rest.strip_prefix('.')).is_some_and(|rest| {
                    let rest = rest.strip_prefix("value.").unwrap_or(rest);
                    is_secret_name(rest)
                })
            };
            let name = variable.names.iter().find(secret)?;
            Some((name.clone(), scalar.text.slice(piece.range.clone()).place()))
        }),
        Value::Seq(items) => items.iter().find_map(|n| field_of(n, item, depth + 1)),
        Value::Map(entries) => entries.iter().find_map(|e| field_of(&e.value, item, depth + 1)),
    }
}

/// A fact with a secret's name and a value from somewhere.
fn set_fact(document: &Document, task: &Task<'_>) -> Option<(String, Place)> {
    let pairs = task.module.as_ref()?.args.pairs();
    pairs.iter().find_map(|(name, value)| {
        let text = value.text()?;
        let found = in_text(document, text);
        let named = || (is_secret_name(name) && !text.is_literal()).then(|| (name.clone(), text.place()));
        found.or_else(named)
    })
}
