//! What the Compose Specification allows where: unknown keys and wrong values, each at its place.
//!
//! A value that is not known is never wrong. Nothing is reported that docker compose accepts.

use super::schema_whole::repeated;
use super::tables::{Object, PROJECT, SERVICE, Ty};
use super::tree;
use super::units;
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::slip::slips;
use crate::yaml::{Entry, Node, Resolved, Schema, Value};

/// Checks a file after interpolation, before its long forms are made.
pub(super) fn check(project: &Node, around: Around, problems: &mut Vec<Problem>) {
    if let Some(first) = first_version(project) {
        let message = format!(
            "the service `{}` stands at the top level, as in version 1 of the format",
            first.key.known().unwrap_or_default()
        );
        problems.push(
            Problem::new(ProblemKind::UnknownKey, message, first.key.span())
                .help("put all services below `services:`, one step further in"),
        );
        return;
    }
    Check { problems, around }.object(&PROJECT, project);
}

/// What is around a file, as far as it matters to its keys.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    /// Whether it is a template with conditions, which may have taken what stood in an empty value.
    pub(super) hollow: bool,
    /// Whether it is a ytt template, in which items of one list stand in different branches.
    pub(super) branches: bool,
    /// The keys that a platform reads itself and takes out.
    pub(super) platform_keys: &'static [String],
    /// Whether something of the tree fills templates of the shell's form, `${NAME}`, before docker compose reads them.
    pub(super) filled: bool,
}

/// The first service of a file of the format's first version: services at the top level.
fn first_version(project: &Node) -> Option<&Entry> {
    let entries = project.map()?;
    let own = |e: &Entry| e.key.known().is_none_or(|k| PROJECT.fields.iter().any(|(name, _)| *name == k));
    if entries.iter().any(own) {
        return None;
    }
    entries.iter().find(|e| e.value.get("image").is_some() || e.value.get("build").is_some())
}

/// Checks a service that another file extends, in its long form.
pub(super) fn service(service: &Node, problems: &mut Vec<Problem>) {
    Check { problems, around: Around::default() }.object(&SERVICE, service);
}

struct Check<'a> {
    problems: &'a mut Vec<Problem>,
    around: Around,
}

impl Check<'_> {
    fn object(&mut self, object: &Object, node: &Node) {
        let Some(entries) = node.map() else {
            self.wrong(node, &format!("{} must be a mapping", object.name));
            return;
        };
        if let Some(key) = slipped(object, node) {
            let message =
                format!("`: ` makes a mapping of this item: {} must be one string, or have known keys", object.name);
            let problem = Problem::new(ProblemKind::InvalidValue, message, key);
            self.problems.push(problem.help("put the whole item in quotes; docker compose knows no conditions"));
            return;
        }
        for entry in entries {
            let Some(key) = entry.key.known() else { continue };
            if key.starts_with("x-") && object.extensible {
                continue;
            }
            match object.fields.iter().find(|(name, _)| *name == key) {
                Some((_, ty)) => self.value(key, ty, &entry.value),
                None if object.open || key == "<<" => {}
                None if self.around.platform_keys.iter().any(|k| k == key) => {}
                None => self.unknown_key(object, entry, key),
            }
        }
    }

    fn unknown_key(&mut self, object: &Object, entry: &Entry, key: &str) {
        let names = object.fields.iter().map(|(name, _)| *name);
        let near = names.filter_map(|name| Some((slips(key, name, (name.len() / 3).max(1))?, name))).min();
        let shown: String = key.chars().take(60).collect();
        let problem =
            Problem::new(ProblemKind::UnknownKey, format!("{} has no key `{shown}`", object.name), entry.key.span());
        self.problems.push(match near {
            _ if key == "<" => problem.help("did you mean `<<`, which takes in a mapping, and no list?"),
            Some((_, name)) => problem.help(format!("did you mean `{name}`?")),
            None => problem.help(elsewhere(object, key)),
        });
    }

    fn value(&mut self, key: &str, ty: &Ty, node: &Node) {
        // In a ytt template, `key: #@ value` says something that YAML does not see.
        if (self.around.hollow || self.around.branches) && node.is_null() {
            return;
        }
        match ty {
            Ty::Obj(object) => self.object(object, node),
            Ty::OptObj(object) => {
                if !node.is_null() {
                    self.object(object, node);
                }
            }
            Ty::Short(inner) => {
                if !self.is_short(node, false) {
                    self.value(key, inner, node);
                }
            }
            Ty::ShortNumber(inner) => {
                if !self.is_short(node, true) {
                    self.value(key, inner, node);
                }
            }
            Ty::Always(inner) | Ty::Hidden(inner) => self.value(key, inner, node),
            Ty::List(inner) | Ty::Set(inner) => self.list(key, inner, node),
            Ty::OneOrList(inner) => {
                if node.map().is_some() {
                    self.wrong(node, &format!("`{key}` must be a string or a list"));
                } else if node.seq().is_some() {
                    self.list(key, inner, node);
                } else {
                    self.value(key, inner, node);
                }
            }
            Ty::Command if node.is_null() => {}
            Ty::Command | Ty::Test => {
                if node.seq().is_some() {
                    self.list(key, &Ty::Str, node);
                } else {
                    self.scalar(key, &Ty::Str, node);
                }
            }
            Ty::Pairs | Ty::Keys | Ty::Labels => self.pairs(key, node),
            Ty::Hosts => self.hosts(key, node),
            Ty::Map(inner) => self.mapping(key, inner, node, false),
            Ty::Names(_, true) if node.seq().is_some() => {
                self.list(key, &Ty::Str, node);
                self.once(key, node);
            }
            Ty::Names(inner, _) => self.mapping(key, inner, node, true),
            Ty::External => {
                if node.map().is_none() {
                    self.scalar(key, &Ty::Bool, node);
                }
            }
            _ => self.scalar(key, ty, node),
        }
    }

    /// Whether the node is a short form: a string, or also a number.
    #[expect(clippy::unused_self, reason = "reads as the others do")]
    fn is_short(&self, node: &Node, number: bool) -> bool {
        if node.scalar().is_none() {
            return false;
        }
        match node.resolve(Schema::Compose) {
            None | Some(Resolved::Str(_)) => true,
            Some(Resolved::Int(_) | Resolved::Float(_)) => number,
            Some(Resolved::Null | Resolved::Bool(_)) => false,
        }
    }

    fn list(&mut self, key: &str, inner: &Ty, node: &Node) {
        match node.seq() {
            Some(items) => items.iter().for_each(|item| self.value(key, inner, item)),
            None if unknown(node) => {}
            None => self.wrong(node, &format!("`{key}` must be a list")),
        }
    }

    fn mapping(&mut self, key: &str, inner: &Ty, node: &Node, names: bool) {
        let Some(entries) = node.map() else {
            if !unknown(node) {
                self.wrong(node, &format!("`{key}` must be a mapping"));
            }
            return;
        };
        for entry in entries {
            let Some(name) = entry.key.known() else { continue };
            if !matches!(entry.key.resolve(Schema::Compose), Some(Resolved::Str(_))) {
                let message = format!("the key `{name}` is no string; put it in quotes");
                self.problems.push(Problem::new(ProblemKind::InvalidValue, message, entry.key.span()));
            }
            let valid = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'));
            if names && (!valid || name.is_empty()) && !name.starts_with("x-") {
                let message = format!("`{name}` is no name: use letters, digits, `.`, `_` and `-`");
                let problem = Problem::new(ProblemKind::InvalidValue, message, entry.key.span());
                // docker compose replaces nothing in keys, so whoever writes a variable there has the file filled before.
                let variable = name.contains("${");
                self.problems.push(match (variable, self.around.filled) {
                    (true, true) => problem.doubt("the file as `envsubst` or `sed` makes it"),
                    (true, false) => {
                        problem.help("write the name itself: docker compose replaces variables in values alone")
                    }
                    (false, _) => problem,
                });
            }
            self.value(name, inner, &entry.value);
        }
    }

    fn pairs(&mut self, key: &str, node: &Node) {
        if let Some(items) = node.seq() {
            for item in items {
                if item.map().is_some() {
                    self.wrong(item, &format!("an entry of the list `{key}` must be `KEY=value`, and is a mapping"));
                } else {
                    self.scalar(key, &Ty::Str, item);
                }
            }
            return;
        }
        let Some(entries) = node.map() else {
            if !unknown(node) {
                self.wrong(node, &format!("`{key}` must be a mapping or a list of `KEY=value`"));
            }
            return;
        };
        for entry in entries {
            if entry.value.scalar().is_none() {
                let name = entry.key.known().unwrap_or_default().to_owned();
                self.wrong(
                    &entry.value,
                    &format!("`{name}` in `{key}` must be a string, a number, a boolean or nothing"),
                );
            }
        }
    }

    /// A list that docker compose makes a mapping of.
    fn once(&mut self, key: &str, node: &Node) {
        if !self.around.branches {
            repeated(key, node, self.problems);
        }
    }

    fn hosts(&mut self, key: &str, node: &Node) {
        if let Some(items) = node.seq() {
            self.once(key, node);
            for item in items {
                self.scalar(key, &Ty::Str, item);
                let Some(text) = item.known() else { continue };
                if text.split(['=', ':']).next().is_none_or(|name| name.is_empty() || name.len() == text.len()) {
                    self.wrong(item, "an extra host is `name=address`");
                }
            }
            return;
        }
        self.mapping(key, &Ty::OneOrList(&Ty::Str), node, false);
    }

    fn scalar(&mut self, key: &str, ty: &Ty, node: &Node) {
        if node.scalar().is_none() {
            self.wrong(node, &format!("`{key}` must be {}", wanted(ty)));
            return;
        }
        let Some(resolved) = node.resolve(Schema::Compose) else { return };
        let fits = fits(ty, &resolved) || (key == "pid" && resolved == Resolved::Null);
        if !fits {
            let hint = match (ty, &resolved) {
                (
                    Ty::Str | Ty::Duration | Ty::StrBytes | Ty::Enum(_),
                    Resolved::Int(_) | Resolved::Float(_) | Resolved::Bool(_),
                ) => "; put it in quotes",
                _ => "",
            };
            self.wrong(node, &format!("`{key}` must be {}{hint}", wanted(ty)));
        } else if let Some(why) = bad_value(key, ty, node) {
            self.problems.push(Problem::new(ProblemKind::InvalidValue, why, node.span()));
        }
    }

    fn wrong(&mut self, node: &Node, wanted: &str) {
        if unknown(node) {
            return;
        }
        let (is, help) = match node.value() {
            Value::Map(_) => {
                (", and is a mapping", "write it in the form that docker compose asks for: it refuses the whole file")
            }
            Value::Seq(_) => {
                (", and is a list", "write it in the form that docker compose asks for: it refuses the whole file")
            }
            Value::Scalar(_) if node.is_null() => {
                (", and is empty", "write a value, or remove the line: docker compose refuses the whole file")
            }
            Value::Scalar(_) => ("", "write it in the form that docker compose asks for: it refuses the whole file"),
        };
        let is = if wanted.contains(", and is ") || !wanted.contains("must be") { "" } else { is };
        let problem = Problem::new(ProblemKind::InvalidValue, format!("{wanted}{is}"), node.span());
        self.problems.push(problem.help(help));
    }
}

/// The key of an item that is a mapping only because a `: ` stands in what was meant as one string.
pub(super) fn slipped(object: &Object, node: &Node) -> Option<Span> {
    let [entry] = node.map()? else { return None };
    let key = entry.key.known()?;
    let text = key.contains(char::is_whitespace) || key.contains(['$', '/']);
    (!object.required.is_empty() && text).then(|| entry.key.span())
}

fn unknown(node: &Node) -> bool {
    node.text().is_some_and(|t| !t.is_known())
}

/// Where a key that stands at the wrong place belongs.
fn elsewhere(object: &Object, key: &str) -> String {
    let in_service = SERVICE.fields.iter().any(|(name, _)| *name == key);
    if key == "mounts" && object.name == SERVICE.name {
        "did you mean `volumes`?".to_owned()
    } else if in_service && object.name != SERVICE.name {
        format!("`{key}` is a key of a service; is it indented as you meant?")
    } else {
        "remove it, or prefix it with `x-` to keep it as your own".to_owned()
    }
}

fn wanted(ty: &Ty) -> &'static str {
    match ty {
        Ty::Str | Ty::StrBytes => "a string",
        Ty::Enum(_) => "one of a few words",
        Ty::Text | Ty::Count => "a string or a number",
        Ty::Option => "a string, a number or nothing",
        Ty::Bool | Ty::Given | Ty::External | Ty::RealBool => "true or false",
        Ty::Int | Ty::GivenInt => "a whole number",
        Ty::Mode => "a file's mode, like `0440`",
        Ty::Float => "a number",
        Ty::Bytes => "a size in bytes, like `512m`",
        Ty::Duration => "a duration, like `30s`",
        _ => "of another form",
    }
}

fn fits(ty: &Ty, value: &Resolved) -> bool {
    use Resolved::{Bool, Float, Int, Str};
    match ty {
        Ty::Str | Ty::Enum(_) | Ty::Duration | Ty::StrBytes => matches!(value, Str(_)),
        Ty::Text => !matches!(value, Resolved::Null),
        Ty::Option => !matches!(value, Bool(_)),
        Ty::Bool | Ty::Given | Ty::External => matches!(value, Bool(_) | Str(_)),
        Ty::RealBool => matches!(value, Bool(_)),
        Ty::Int | Ty::GivenInt | Ty::Count => matches!(value, Int(_) | Str(_) | Float(_)),
        Ty::Mode => matches!(value, Int(_) | Str(_)),
        Ty::Float | Ty::Bytes => matches!(value, Int(_) | Float(_) | Str(_)),
        _ => true,
    }
}

/// Why a value of the right type is still none that docker compose takes.
fn bad_value(key: &str, ty: &Ty, node: &Node) -> Option<String> {
    let text = tree::text(node)?;
    let known = text.known()?;
    match ty {
        Ty::Enum(allowed) if !allowed.contains(&known) => {
            let all: Vec<String> = allowed.iter().map(|a| format!("`{a}`")).collect();
            Some(format!("`{key}` is one of {}", all.join(", ")))
        }
        Ty::Str if key == "pull_policy" && !pull_policy(known) => Some(
            "`pull_policy` is one of `always`, `never`, `missing`, `build`, `daily`, `weekly`, `every_<duration>`"
                .to_owned(),
        ),
        Ty::Duration if units::nanoseconds(known).is_none() => {
            Some(format!("`{key}` is a duration with a unit, like `30s` or `1m30s`"))
        }
        Ty::Bytes | Ty::StrBytes if units::bytes(known).is_none() => {
            Some(format!("`{key}` is a size in bytes, like `512m` or `1g`"))
        }
        Ty::Mode if units::mode(node).is_none() => Some(format!("`{key}` is a file's mode, like `0440`")),
        Ty::Float if known.parse::<f64>().is_err() && !known.is_empty() => Some(format!("`{key}` is a number")),
        Ty::Int | Ty::GivenInt if known.parse::<f64>().is_err() && !known.is_empty() => {
            Some(format!("`{key}` must be a whole number"))
        }
        _ => None,
    }
}

fn pull_policy(text: &str) -> bool {
    let named = ["always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly"];
    named.iter().any(|n| text.contains(n)) || text.contains("every_")
}
