//! Where the variables of a place were set. Most places have none, and there are more places than anything else.

use crate::source::Span;

/// Names of variables, and where their values were written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::box_collection)] // A list would be three times as large where it is empty.
pub struct Definitions(Option<Box<Vec<(String, Span)>>>);

impl From<Vec<(String, Span)>> for Definitions {
    fn from(all: Vec<(String, Span)>) -> Self {
        Self((!all.is_empty()).then(|| Box::new(all)))
    }
}

impl std::ops::Deref for Definitions {
    type Target = [(String, Span)];

    fn deref(&self) -> &Self::Target {
        self.0.as_ref().map_or(&[], |all| all.as_slice())
    }
}

impl<'d> IntoIterator for &'d Definitions {
    type Item = &'d (String, Span);
    type IntoIter = std::slice::Iter<'d, (String, Span)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
