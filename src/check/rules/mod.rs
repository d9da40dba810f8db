//! Rules: loaded from files as written, then compiled; a [`RuleSet`] can't hold an invalid one.
//!
//! The format is in ARCHITECTURE.md. Running rules is left to `check`, running their examples to `examples`.

mod compile;
mod compile_fix;
mod gate;
pub mod mistake;
pub mod written;

#[cfg(test)]
#[path = "rules_tests.rs"]
mod tests;

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, OnceLock};

use rayon::prelude::*;

use super::expr::Expr;
use super::expr::template::Template;
use crate::finding::{Confidence, Persona, Severity, Side};
use crate::model::fact::{Field, Value};
use crate::model::subject::Subject;
use gate::Gate;
pub use mistake::Mistake;
use written::RuleFile;

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// A rule of the program's own, as the build leaves it.
#[derive(Debug)]
struct Embedded {
    /// The file's path in the repository.
    path: &'static str,
    /// The file.
    text: &'static str,
    /// What a run needs of it, as JSON.
    brief: &'static str,
    /// What every run asks, of it; empty where the build could not read the file.
    id: &'static str,
    subject: &'static str,
    /// The parts of its condition that all have to hold.
    when: &'static [&'static str],
    /// As JSON; empty where it has none.
    options: &'static str,
}

/// A file as written, which is read when somebody asks for it.
pub type Written = Arc<LazyLock<RuleFile, Box<dyn FnOnce() -> RuleFile + Send>>>;

/// The rules of a run, by id.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    rules: Vec<Rule>,
    /// The ids of all rules, those that do not take part in the run included.
    known: Vec<String>,
}

/// A compiled rule. Cloning shares all but what users may set.
#[derive(Debug, Clone)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// The file as written: texts and examples.
    pub file: Written,
    /// The folder that it lies in (`network`).
    pub group: String,
    /// The path of its file.
    pub path: String,
    /// The facts that it looks at.
    pub subject: Subject,
    /// How bad the user says it is, whatever the rule and its cases say.
    pub severity: Option<Severity>,
    /// The options' values, as a mapping.
    pub(super) options: Field,
    /// The condition of a rule of the program's own, as written: the parts that all have to hold.
    when: &'static [&'static str],
    gate: Arc<OnceLock<Gate>>,
    body: Arc<OnceLock<Option<Body>>>,
}

/// What a rule says where it fires.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) cases: Vec<Case>,
    pub(super) at: Option<Expr>,
    pub(super) labels: Vec<LabelRule>,
    pub(super) message: Template,
    pub(super) help: Template,
    pub(super) fixes: Vec<FixRule>,
    pub(super) one_per: Option<Expr>,
    pub(super) everywhere: Option<Expr>,
    /// The rules that take its findings in, each with the fact that both speak of.
    pub(super) gives_way_to: Vec<(String, Expr)>,
}

#[derive(Debug)]
pub(super) struct Case {
    pub(super) when: Expr,
    pub(super) severity: Option<Severity>,
    pub(super) confidence: Option<Confidence>,
    pub(super) persona: Option<Persona>,
    pub(super) message: Option<Template>,
    pub(super) help: Option<Template>,
}

#[derive(Debug)]
pub(super) struct LabelRule {
    pub(super) each: Option<Expr>,
    pub(super) at: Expr,
    pub(super) text: Template,
}

#[derive(Debug)]
pub(super) struct FixRule {
    pub(super) when: Option<Expr>,
    pub(super) safe: bool,
    pub(super) title: Template,
    pub(super) breaks: Template,
    pub(super) leaves: Vec<String>,
    pub(super) edits: Vec<EditRule>,
}

/// One edit of a fix, or one for each item.
#[derive(Debug)]
pub(super) struct EditRule {
    pub(super) each: Option<Expr>,
    pub(super) at: Expr,
    pub(super) change: ChangeRule,
}

#[derive(Debug)]
pub(super) enum ChangeRule {
    Replace(Template),
    Rewrite(Template),
    Wrap(String, String),
    Insert(Side, Template),
    Delete,
    Move(Expr),
    Copy(Expr),
}

impl RuleSet {
    /// The rules that are part of the program, as they are written, examples included.
    ///
    /// # Errors
    /// What is wrong with them; a test makes sure that nothing is.
    pub fn embedded() -> Result<RuleSet, Vec<Mistake>> {
        RuleSet::compile(RULES.iter().map(|rule| (rule.path.to_owned(), rule.text.to_owned())).collect())
    }

    /// The rules that are part of the program, without their examples, each part read and compiled when a fact first asks
    /// for it: what a run needs, which most rules have nothing to say to. A test holds that they say the same as
    /// [`RuleSet::embedded`].
    ///
    /// # Errors
    /// As for [`RuleSet::embedded`].
    pub fn brief() -> Result<RuleSet, Vec<Mistake>> {
        // By id, as the build sorts them.
        let rules: Option<Vec<Rule>> = RULES.iter().map(compile::brief).collect();
        let Some(rules) = rules else { return RuleSet::embedded() };
        let known = rules.iter().map(|r| r.id.clone()).collect();
        Ok(RuleSet { rules, known })
    }

    /// Rules from texts, each with its path.
    ///
    /// # Errors
    /// Everything that their authors have to mend.
    pub fn compile(texts: Vec<(String, String)>) -> Result<RuleSet, Vec<Mistake>> {
        let compiled: Vec<_> = texts.into_par_iter().map(|(path, text)| compile::rule(&path, &text)).collect();
        let mut set = RuleSet::default();
        let mut mistakes = Vec::new();
        for one in compiled {
            match one {
                Ok(rule) => set.rules.push(rule),
                Err(found) => mistakes.extend(found),
            }
        }
        set.rules.sort_by(|a, b| a.id.cmp(&b.id));
        set.known = set.rules.iter().map(|r| r.id.clone()).collect();
        if mistakes.is_empty() { Ok(set) } else { Err(mistakes) }
    }

    /// Adds the rules below `folder`. One that has the id of an embedded rule replaces nothing: that is a mistake.
    ///
    /// # Errors
    /// Everything that their authors have to mend, or files that can't be read.
    pub fn add_folder(&mut self, folder: &Path) -> Result<(), Vec<Mistake>> {
        let added = RuleSet::folder(folder)?;
        let known: HashMap<_, _> = self.rules.iter().map(|r| (r.id.clone(), r.path.clone())).collect();
        let twice = added.rules.iter().filter_map(|rule| {
            let other = known.get(&rule.id)?;
            Some(Mistake::whole(&rule.path, format!("`{}` is also the id of {other}", rule.id)))
        });
        let mistakes: Vec<_> = twice.collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        self.known.extend(added.known);
        self.rules.extend(added.rules);
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(())
    }

    /// The rules below `folder` alone: all `*.yaml` files but those whose names start with `_` and `knowledge/`.
    ///
    /// # Errors
    /// As for [`RuleSet::add_folder`].
    pub fn folder(folder: &Path) -> Result<RuleSet, Vec<Mistake>> {
        let mut texts = Vec::new();
        let mut mistakes = Vec::new();
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    mistakes.push(Mistake::whole(&folder.to_string_lossy(), error.to_string()));
                    continue;
                }
            };
            let name = entry.file_name().to_string_lossy();
            let is_rule = Path::new(name.as_ref()).extension().is_some_and(|e| e == "yaml") && !name.starts_with('_');
            let below = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            if !entry.file_type().is_file() || !is_rule || below.starts_with("knowledge") {
                continue;
            }
            let shown = entry.path().to_string_lossy().replace('\\', "/");
            match std::fs::read_to_string(entry.path()) {
                Ok(text) => texts.push((shown, text)),
                Err(error) => mistakes.push(Mistake::whole(&shown, format!("can't be read: {error}"))),
            }
        }
        let set = RuleSet::compile(texts);
        match (set, mistakes.is_empty()) {
            (Ok(set), true) => set.unique(),
            (Ok(_), false) => Err(mistakes),
            (Err(found), _) => Err(mistakes.into_iter().chain(found).collect()),
        }
    }

    /// All rules, by id.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.rules.iter()
    }

    /// The rule `id`.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.iter().find(|r| r.id == id)
    }

    /// Keeps only the rules for which `keep` says so.
    pub fn retain(&mut self, keep: impl FnMut(&Rule) -> bool) {
        self.rules.retain(keep);
    }

    /// Sets how bad the findings of a rule are, cases included; `false` where there is no such rule.
    pub fn set_severity(&mut self, id: &str, severity: Severity) -> bool {
        let Some(rule) = self.rules.iter_mut().find(|r| r.id == id) else { return false };
        rule.severity = Some(severity);
        true
    }

    /// Sets an option of a rule.
    ///
    /// # Errors
    /// What is wrong, as a sentence: no such rule, no such option, another type than the default's.
    pub fn set_option(&mut self, id: &str, name: &str, value: &serde_yaml::Value) -> Result<(), String> {
        let Some(rule) = self.rules.iter_mut().find(|r| r.id == id) else {
            return Err(format!("there is no rule `{id}`"));
        };
        let Value::Map(map) = &mut rule.options.value else { return Err(format!("`{id}` has no options")) };
        let Some(option) = map.get_mut(name) else {
            let names: Vec<_> = map.keys().map(String::as_str).collect();
            let hint = if names.is_empty() { "it has none".to_owned() } else { format!("it has {}", names.join(", ")) };
            return Err(format!("`{id}` has no option `{name}`: {hint}"));
        };
        let new = compile::option(value);
        if std::mem::discriminant(&new.value) != std::mem::discriminant(&option.value) {
            return Err(format!("option `{name}` of `{id}` has another type than its default"));
        }
        *option = new;
        Ok(())
    }

    /// Adds the rules of `other`, which replace those of the same id.
    pub fn merge(&mut self, other: RuleSet) {
        self.rules.retain(|r| other.get(&r.id).is_none());
        self.rules.extend(other.rules);
        self.rules.sort_by(|a, b| a.id.cmp(&b.id));
        self.known.extend(other.known);
    }

    /// The rule `id` alone; nothing where it does not take part.
    #[must_use]
    pub fn only(&self, id: &str) -> RuleSet {
        let rules = self.rules.iter().filter(|r| r.id == id).cloned().collect();
        RuleSet { rules, known: self.known.clone() }
    }

    /// Whether there is a rule `id`, be it part of the run or not.
    pub fn knows(&self, id: &str) -> bool {
        self.known.iter().any(|known| known == id)
    }

    /// The ids of all rules, those that are not part of the run included.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(String::as_str)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rules.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    fn unique(self) -> Result<RuleSet, Vec<Mistake>> {
        let twice = self.rules.windows(2).filter(|pair| pair[0].id == pair[1].id);
        let mistakes: Vec<_> = twice
            .map(|pair| Mistake::whole(&pair[1].path, format!("`{}` is also the id of {}", pair[1].id, pair[0].path)))
            .collect();
        if mistakes.is_empty() { Ok(self) } else { Err(mistakes) }
    }
}

impl Rule {
    /// What decides whether it fires, in parts that are compiled when they are asked.
    fn gate(&self) -> &Gate {
        self.gate.get_or_init(|| compile::gate(self))
    }

    /// What it says; compiled at the first call. `None` only for a rule of the program's own that a test would refuse.
    pub(super) fn body(&self) -> Option<&Body> {
        self.body.get_or_init(|| compile::body(self)).as_ref()
    }

    /// The changes that mend it, in the order in which they are tried.
    pub fn fixes(&self) -> impl Iterator<Item = &written::FixFile> {
        self.file.fix.iter().chain(&self.file.fixes)
    }

    /// The current values of its options, in order.
    pub fn options(&self) -> impl Iterator<Item = (&str, &Field)> {
        let map = if let Value::Map(map) = &self.options.value { Some(map.as_ref()) } else { None };
        map.into_iter().flatten().map(|(name, field)| (name.as_str(), field))
    }
}

impl Mistake {
    /// A mistake of a whole file.
    pub fn whole(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), source: String::new(), range: 0..0, message: message.into(), help: String::new() }
    }
}
