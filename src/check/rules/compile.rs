//! From a rule as written to a compiled one. Every mistake that can be seen without running it is found here.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::{Arc, LazyLock, OnceLock};

use indexmap::IndexMap;

use super::super::expr::template::{Template, template};
use super::super::expr::{Expr, Fault, Scope, Type, expression};
use super::gate::{Gate, Parent, scope_of};
use super::written::{Example, OptionFile, RuleFile};
use super::{Body, Case, Embedded, LabelRule, Mistake, Rule};
use crate::check::expr::did_you_mean;
use crate::model::fact::{Field, Value};
use crate::model::subject::Subject;
use crate::source::{Source, Sources, Span};
use crate::text::Text;
use crate::yaml::{self, Node};

/// Compiles the rule file `text`.
pub(super) fn rule(path: &str, text: &str) -> Result<Rule, Vec<Mistake>> {
    let mut compiler = Compiler::new(path, text);
    let file: RuleFile = match serde_yaml::from_str(text) {
        Ok(file) => file,
        Err(error) => return Err(vec![compiler.not_yaml(&error)]),
    };
    compiler.identity(&file);
    compiler.examples(&file);
    let Some(subject) = Subject::named(&file.subject) else {
        let names = Subject::ALL.iter().map(|s| s.schema().name);
        let help = did_you_mean(&file.subject, names);
        compiler.mistake(&["subject"], None, format!("there is no subject `{}`", file.subject), help);
        return Err(compiler.mistakes);
    };
    let options = defaults(&file.options);
    let (mut scope, parents) = scope_of(subject, &options);
    let when = compiler.expr(&["when"], &file.when, &mut scope);
    let body = compiler.body(&file, &mut scope);
    let (Some(when), Some(body), true) = (when, body, compiler.mistakes.is_empty()) else {
        return Err(compiler.mistakes);
    };
    let gate = Arc::new(OnceLock::from(Gate::new(when, parents)));
    let body = Arc::new(OnceLock::from(Some(body)));
    let (id, group, path) = (file.id.clone(), group(path), path.to_owned());
    let file = Arc::new(LazyLock::new(Box::new(move || file) as Box<dyn FnOnce() -> RuleFile + Send>));
    Ok(Rule { id, file, group, path, subject, severity: None, options, when: &[], gate, body })
}

/// A rule of the program's own, from what the build made of it; `None` where the build could not read it.
pub(super) fn brief(rule: &'static Embedded) -> Option<Rule> {
    let subject = Subject::named(rule.subject)?;
    let options: IndexMap<String, OptionFile> = match rule.options {
        "" => IndexMap::new(),
        options => serde_json::from_str(options).ok()?,
    };
    let read = move || serde_json::from_str(rule.brief).unwrap_or_else(|_| RuleFile::unreadable(rule.id));
    Some(Rule {
        id: rule.id.to_owned(),
        file: Arc::new(LazyLock::new(Box::new(read) as Box<dyn FnOnce() -> RuleFile + Send>)),
        group: group(rule.path),
        path: rule.path.to_owned(),
        subject,
        severity: None,
        options: defaults(&options),
        when: rule.when,
        gate: Arc::default(),
        body: Arc::default(),
    })
}

/// When a rule of the program's own fires, from its text.
pub(super) fn gate(rule: &Rule) -> Gate {
    Gate::written(rule.when, own_scope(rule).1)
}

/// One part of the condition of a rule of the program's own, from its text.
pub(super) fn condition(rule: &Rule, written: &str) -> Option<Expr> {
    let compiled = Compiler::new(&rule.path, "").expr(&["when"], written, &mut own_scope(rule).0);
    debug_assert!(compiled.is_some(), "{} does not compile", rule.path);
    compiled
}

/// What it says, from its text.
pub(super) fn body(rule: &Rule) -> Option<Body> {
    let compiled = Compiler::new(&rule.path, "").body(&rule.file, &mut own_scope(rule).0);
    debug_assert!(compiled.is_some(), "{} does not compile", rule.path);
    compiled
}

/// The variables of a rule of the program's own.
fn own_scope(rule: &Rule) -> (Scope, Arc<[Parent]>) {
    // The defaults, not what a user set: they say which options there are.
    let has_options = rule.options().next().is_some();
    let options = if has_options { defaults(&rule.file.options) } else { rule.options.clone() };
    let (mut scope, parents) = scope_of(rule.subject, &options);
    scope.trust();
    (scope, parents)
}

fn group(path: &str) -> String {
    path.rsplit('/').nth(1).unwrap_or_default().to_owned()
}

fn defaults(options: &IndexMap<String, OptionFile>) -> Field {
    let defaults = options.iter().map(|(name, o)| (name.clone(), option(&o.default)));
    Field::derived(defaults.collect::<IndexMap<_, _>>())
}

/// An option's value as a field.
pub(super) fn option(value: &serde_yaml::Value) -> Field {
    use serde_yaml::Value as Yaml;
    Field::derived(match value {
        Yaml::Null => Value::Null,
        Yaml::Bool(b) => Value::Bool(*b),
        Yaml::Number(n) => n.as_i64().map_or_else(|| n.as_f64().map_or(Value::Null, Value::Float), Value::Int),
        Yaml::String(s) => Value::Str(s.clone()),
        Yaml::Sequence(items) => Value::List(items.iter().map(option).collect()),
        Yaml::Mapping(map) => {
            let pairs = map.iter().filter_map(|(k, v)| Some((k.as_str()?.to_owned(), option(v))));
            pairs.collect::<IndexMap<_, _>>().into()
        }
        Yaml::Tagged(tagged) => return option(&tagged.value),
    })
}

pub(super) struct Compiler<'t> {
    path: &'t str,
    text: &'t str,
    /// The file as nodes, for places. Read at the first mistake: the program's own rules have none.
    node: OnceCell<Option<Node>>,
    mistakes: Vec<Mistake>,
}

impl<'t> Compiler<'t> {
    fn new(path: &'t str, text: &'t str) -> Self {
        Self { path, text, node: OnceCell::new(), mistakes: Vec::new() }
    }

    fn root(&self) -> Option<&Node> {
        let read = || {
            let source = Sources::default().add(Source::new(self.path, None, self.text));
            let whole = Text::literal(self.text, Span::new(source, 0, self.text.len()));
            yaml::parse(&whole).documents.into_iter().next()
        };
        self.node.get_or_init(read).as_ref()
    }

    fn not_yaml(&self, error: &serde_yaml::Error) -> Mistake {
        let at = error.location().map_or(0, |l| l.index().min(self.text.len()));
        let end = self.text[at..].find('\n').map_or(self.text.len(), |n| at + n);
        let said = error.to_string();
        // The place is shown by a caret.
        let message = said.split(" at line ").next().unwrap_or(&said);
        let message = message.replace("unknown field", "unknown key").replace("unknown variant", "unknown value");
        let mut quoted = message.split('`').skip(1).step_by(2);
        let wrong = quoted.next().filter(|_| message.contains("unknown "));
        let close = wrong.map(|wrong| did_you_mean(wrong, quoted)).filter(|help| help.starts_with("did you mean"));
        let help = if message.contains("invalid type: map, expected a string") {
            "put it in quotes: `{` opens a mapping in YAML".to_owned()
        } else {
            close.unwrap_or_else(|| {
                "rules/_template.yaml explains each key, ARCHITECTURE.md has the whole format".to_owned()
            })
        };
        Mistake { path: self.path.to_owned(), source: self.text.to_owned(), range: at..end, message, help }
    }

    /// Adds a mistake at the value at `keys`, or at a part of its text.
    pub(super) fn mistake(
        &mut self,
        keys: &[&str],
        part: Option<Range<usize>>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let node = self.root().map(|root| find(root, keys));
        let span = node.map(|node| match (part, node.text()) {
            (Some(part), Some(text)) => text.span_at(part),
            _ => node.span(),
        });
        let range = span.map_or(0..0, |s| s.start as usize..s.end as usize);
        self.mistakes.push(Mistake {
            path: self.path.to_owned(),
            source: self.text.to_owned(),
            range,
            message: message.into(),
            help: help.into(),
        });
    }

    fn fault(&mut self, keys: &[&str], fault: Fault) {
        self.mistake(keys, Some(fault.range), fault.message, fault.help);
    }

    fn identity(&mut self, file: &RuleFile) {
        let name = self.path.rsplit('/').next().unwrap_or(self.path);
        let name = name.strip_suffix(".yaml").unwrap_or(name);
        if file.id != name {
            let help = "rename one of the two: a rule is found by its file's name";
            self.mistake(&["id"], None, format!("the id is not the file's name, `{name}`"), help);
        }
        let kebab = file
            .id
            .split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        if !kebab {
            self.mistake(&["id"], None, "an id is small letters and digits, with `-` between words", "");
        }
        if file.title.trim().is_empty() || file.title.contains('\n') {
            self.mistake(&["title"], None, "the title must be one line", "");
        }
        for (key, value) in [("why", &file.why), ("message", &file.message)] {
            if value.trim().is_empty() {
                self.mistake(&[key], None, format!("`{key}` is empty"), "say it to somebody who meets it at night");
            }
        }
        if file.evidence.note.trim().is_empty() {
            self.mistake(&["evidence"], None, "the evidence has no note", "say what was run or read, and its version");
        }
    }

    fn examples(&mut self, file: &RuleFile) {
        if file.examples.bad.is_empty() {
            self.mistake(&["examples"], None, "there is no bad example", "write one from a real incident");
        }
        if file.examples.good.is_empty() {
            self.mistake(&["examples"], None, "there is no good example", "write the near misses");
        }
        for (at, example) in file.examples.bad.iter().enumerate() {
            let at = at.to_string();
            self.example(&["examples", "bad", &at], example);
            if example.at.all().is_empty() {
                let help = "`at` is the exact source text that is underlined";
                self.mistake(&["examples", "bad", &at], None, "this bad example has no `at`", help);
            }
        }
        for (at, example) in file.examples.good.iter().enumerate() {
            self.example(&["examples", "good", &at.to_string()], example);
        }
        for (at, miss) in file.misses.iter().enumerate() {
            self.example(&["misses", &at.to_string()], &miss.into());
        }
    }

    fn example(&mut self, keys: &[&str], example: &Example) {
        if example.text.is_some() != example.files.is_empty() {
            self.mistake(keys, None, "an example has either `text` or `files`", "");
        }
    }

    fn body(&mut self, file: &RuleFile, scope: &mut Scope) -> Option<Body> {
        let at = match &file.at {
            Some(at) => Some(self.expr(&["at"], at, scope)?),
            None => None,
        };
        let message = self.template(&["message"], &file.message, scope);
        let help = self.template(&["help"], &file.help, scope);
        let cases = self.cases(file, scope);
        let labels = self.labels(file, scope);
        let fixes = self.fixes(file, scope)?;
        let one_per = match &file.one_per {
            Some(cause) => Some(self.expr(&["one_per"], cause, scope)?),
            None => None,
        };
        let everywhere = match &file.everywhere {
            Some(condition) => Some(self.expr(&["everywhere"], condition, scope)?),
            None => None,
        };
        let gives_way_to = self.gives_way_to(file, scope);
        let (message, help) = (message?, help?);
        Some(Body { cases, at, labels, message, help, fixes, one_per, everywhere, gives_way_to })
    }

    fn gives_way_to(&mut self, file: &RuleFile, scope: &mut Scope) -> Vec<(String, Expr)> {
        let mut rules = Vec::new();
        for (rule, fact) in &file.gives_way_to {
            let keys = ["gives_way_to", rule];
            match self.typed(&keys, fact, scope) {
                Some((expr, Type::Any | Type::Fact(_))) => rules.push((rule.clone(), expr)),
                Some((_, of)) => {
                    let message = format!("this has to be a fact that both rules speak of, it is {}", of.words());
                    self.mistake(&keys, None, message, "name the fact or one of its parents: `container`, `service`");
                }
                None => {}
            }
        }
        rules
    }

    fn cases(&mut self, file: &RuleFile, scope: &mut Scope) -> Vec<Case> {
        let cases = file.cases.iter().enumerate().filter_map(|(n, case)| {
            let n = n.to_string();
            let when = self.expr(&["cases", &n, "when"], &case.when, scope);
            let message = case.message.as_ref().and_then(|m| self.template(&["cases", &n, "message"], m, scope));
            let help = case.help.as_ref().and_then(|m| self.template(&["cases", &n, "help"], m, scope));
            let (severity, confidence, persona) = (case.severity, case.confidence, case.persona);
            Some(Case { when: when?, severity, confidence, persona, message, help })
        });
        cases.collect()
    }

    fn labels(&mut self, file: &RuleFile, scope: &mut Scope) -> Vec<LabelRule> {
        let mut labels = Vec::new();
        for (n, label) in file.labels.iter().enumerate() {
            let n = n.to_string();
            let each = label.each.as_ref().and_then(|each| self.typed(&["labels", &n, "each"], each, scope));
            let bound = match &each {
                Some((_, of @ (Type::Any | Type::List(_)))) => {
                    scope.push("item", of.item());
                    1
                }
                Some((_, of)) => {
                    self.mistake(
                        &["labels", &n, "each"],
                        None,
                        format!("`each` wants a list, this is {}", of.words()),
                        "",
                    );
                    continue;
                }
                None => 0,
            };
            let at = self.expr(&["labels", &n, "at"], &label.at, scope);
            let text = self.template(&["labels", &n, "text"], &label.text, scope);
            scope.pop(bound);
            if let (Some(at), Some(text)) = (at, text) {
                labels.push(LabelRule { each: each.map(|(e, _)| e), at, text });
            }
        }
        labels
    }

    pub(super) fn expr(&mut self, keys: &[&str], source: &str, scope: &mut Scope) -> Option<Expr> {
        self.typed(keys, source, scope).map(|(expr, _)| expr)
    }

    pub(super) fn typed(&mut self, keys: &[&str], source: &str, scope: &mut Scope) -> Option<(Expr, Type)> {
        expression(source, scope).map_err(|fault| self.fault(keys, fault)).ok()
    }

    pub(super) fn template(&mut self, keys: &[&str], source: &str, scope: &mut Scope) -> Option<Template> {
        template(source, scope).map_err(|fault| self.fault(keys, fault)).ok()
    }
}

/// The node at a path of keys and indexes; the nearest one above it where that is not there.
fn find<'n>(root: &'n Node, keys: &[&str]) -> &'n Node {
    let mut node = root;
    for key in keys {
        let next = match node.seq() {
            Some(items) => key.parse::<usize>().ok().and_then(|n| items.get(n)),
            None => node.get(key),
        };
        let Some(next) = next else { break };
        node = next;
    }
    node
}
