//! The fixes of a rule, from their texts to what `judge` computes.

use super::super::expr::{Expr, Scope, Type};
use super::compile::Compiler;
use super::written::{EditFile, FixFile, RuleFile, Safety};
use super::{ChangeRule, EditRule, FixRule};

impl Compiler<'_> {
    /// All fixes of the rule; `None` where one has a mistake.
    pub(super) fn fixes(&mut self, file: &RuleFile, scope: &mut Scope) -> Option<Vec<FixRule>> {
        let one = file.fix.iter().map(|fix| (vec!["fix".to_owned()], fix));
        let more = file.fixes.iter().enumerate().map(|(n, fix)| (vec!["fixes".to_owned(), n.to_string()], fix));
        let all: Vec<_> = one.chain(more).collect();
        let mut fixes = Vec::new();
        for (keys, fix) in all {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            fixes.push(self.one_fix(&keys, fix, scope)?);
        }
        Some(fixes)
    }

    fn one_fix(&mut self, keys: &[&str], fix: &FixFile, scope: &mut Scope) -> Option<FixRule> {
        let safe = fix.safety == Safety::Safe;
        if safe != fix.breaks.trim().is_empty() {
            let message =
                if safe { "a safe fix breaks nothing" } else { "`breaks` does not say what the fix may break" };
            let help = "an unsafe fix says in `breaks` what may change; a safe one has none";
            self.mistake(&[keys, &["safety"]].concat(), None, message, help);
            return None;
        }
        let when = match &fix.when {
            Some(when) => Some(self.expr(&[keys, &["when"]].concat(), when, scope)?),
            None => None,
        };
        let title = self.template(&[keys, &["title"]].concat(), &fix.title, scope)?;
        let breaks = self.template(&[keys, &["breaks"]].concat(), &fix.breaks, scope)?;
        let mut edits = Vec::new();
        for (n, edit) in fix.edits.iter().enumerate() {
            let n = n.to_string();
            edits.push(self.edit(&[keys, &["edits", &n]].concat(), edit, scope)?);
        }
        Some(FixRule { when, safe, title, breaks, leaves: fix.leaves.clone(), edits })
    }

    fn edit(&mut self, keys: &[&str], edit: &EditFile, scope: &mut Scope) -> Option<EditRule> {
        let each = match &edit.each {
            Some(each) => Some(self.each(&[keys, &["each"]].concat(), each, scope)?),
            None => None,
        };
        let at = self.expr(&[keys, &["at"]].concat(), &edit.at, scope);
        let change = self.change(keys, edit, scope);
        scope.pop(usize::from(each.is_some()));
        Some(EditRule { each, at: at?, change: change? })
    }

    /// The list of `each`, whose items are bound to `item` from here on.
    fn each(&mut self, keys: &[&str], each: &str, scope: &mut Scope) -> Option<Expr> {
        let (list, of) = self.typed(keys, each, scope)?;
        if !matches!(of, Type::Any | Type::List(_)) {
            self.mistake(keys, None, format!("`each` wants a list, this is {}", of.words()), "");
            return None;
        }
        scope.push("item", of.item());
        Some(list)
    }

    fn change(&mut self, keys: &[&str], edit: &EditFile, scope: &mut Scope) -> Option<ChangeRule> {
        let named = [
            edit.replace.is_some(),
            edit.rewrite.is_some(),
            edit.wrap.is_some(),
            edit.insert.is_some(),
            edit.delete,
            edit.into.is_some(),
            edit.copy.is_some(),
        ];
        if named.iter().filter(|is| **is).count() != 1 || edit.insert.is_some() != edit.to.is_some() {
            let help = "write `replace`, `rewrite`, `wrap`, `insert` with `to`, `delete: true`, `move` or `copy`";
            self.mistake(keys, None, "an edit says exactly one change", help);
            return None;
        }
        let mut text = |key: &str, text: &str| self.template(&[keys, &[key]].concat(), text, scope);
        Some(match (edit, edit.to) {
            (EditFile { replace: Some(to), .. }, _) => ChangeRule::Replace(text("replace", to)?),
            (EditFile { rewrite: Some(to), .. }, _) => ChangeRule::Rewrite(text("rewrite", to)?),
            (EditFile { wrap: Some((before, behind)), .. }, _) => ChangeRule::Wrap(before.clone(), behind.clone()),
            (EditFile { insert: Some(new), .. }, Some(to)) => ChangeRule::Insert(to, text("insert", new)?),
            (EditFile { into: Some(to), .. }, _) => {
                ChangeRule::Move(self.expr(&[keys, &["move"]].concat(), to, scope)?)
            }
            (EditFile { copy: Some(from), .. }, _) => {
                ChangeRule::Copy(self.expr(&[keys, &["copy"]].concat(), from, scope)?)
            }
            _ => ChangeRule::Delete,
        })
    }
}
