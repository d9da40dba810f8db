//! Comparisons with a word that the field never holds: a closed list of words is part of a field's declaration, so a
//! misspelt one is the author's mistake and not a rule that never fires.

use minijinja::machinery::ast;

use super::compile::{Compiler, did_you_mean, range};
use super::types::Type;
use super::{Const, Expr, Fault};

/// An operand as it was compiled, and as it was written.
type Operand<'o, 't> = (&'o (Expr, Type), &'o ast::Expr<'t>);

impl Compiler<'_> {
    /// Checks `a == b`, `a != b` or `a in b`, in either order of field and word.
    ///
    /// # Errors
    /// A word that the field it is compared with never holds.
    pub(super) fn possible(&self, a: Operand<'_, '_>, b: Operand<'_, '_>) -> Result<(), Fault> {
        if self.scope.trusted() {
            return Ok(());
        }
        for (field, literal) in [(a, b), (b, a)] {
            let Some(words) = words(&field.0.1) else { continue };
            match (&literal.0.0, literal.1) {
                (Expr::Const(Const::Str(word)), at) => known(word, words, range(at))?,
                (Expr::List(items), ast::Expr::List(written)) => {
                    for (item, at) in items.iter().zip(&written.items) {
                        if let Expr::Const(Const::Str(word)) = item {
                            known(word, words, range(at))?;
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// The words that a value, or an item of it, can be; `None` where they are not a closed list.
fn words(of: &Type) -> Option<&'static [&'static str]> {
    match of {
        Type::OneOf(words) => Some(words),
        Type::List(item) => words(item),
        _ => None,
    }
}

fn known(word: &str, words: &'static [&'static str], at: std::ops::Range<usize>) -> Result<(), Fault> {
    if words.contains(&word) {
        return Ok(());
    }
    Err(Fault::new(at, format!("this is never `{word}`")).help(did_you_mean(word, words.iter().copied())))
}
