//! The version of an image without one that another service of the same file names.

use std::collections::HashMap;

use super::collect::Use;
use super::pin::{Pin, pin};
use super::plain;
use crate::model::compose::image::Reference;
use crate::model::fact::{Fact, Field, Value};
use crate::source::SourceId;
use crate::text::Text;

/// The images of compose services: by file and repository.
pub(super) struct Known(HashMap<(SourceId, String), Named>);

/// How one file names one image.
#[derive(Default)]
struct Named {
    /// With a version: by variables first.
    versions: Vec<Text>,
    /// Without one, and written out.
    unpinned: Vec<Text>,
}

impl Known {
    pub(super) fn of(uses: &[Use]) -> Self {
        let mut all = HashMap::<_, Named>::new();
        for found in uses.iter().filter(|found| found.origin == "compose") {
            let reference = Reference::parse(&found.image);
            let named = all.entry(key(found, &reference)).or_default();
            match pin(&reference) {
                Some(Pin::Version) => named.versions.push(found.image.clone()),
                Some(Pin::None | Pin::Latest) if found.image.is_literal() => named.unpinned.push(found.image.clone()),
                _ => {}
            }
        }
        for named in all.values_mut() {
            named.versions.sort_by_key(Text::is_literal);
        }
        Self(all)
    }

    /// Adds what the file says of the image elsewhere.
    pub(super) fn told(&self, fact: Fact, found: &Use) -> Fact {
        let reference = Reference::parse(&found.image);
        let unpinned = found.image.is_literal() && matches!(pin(&reference), Some(Pin::None | Pin::Latest));
        let named = (found.origin == "compose" && unpinned).then(|| self.0.get(&key(found, &reference))).flatten();
        let Some((named, [first, more @ ..])) = named.map(|named| (named, &named.versions[..])) else { return fact };
        let many = named.unpinned.len().max(more.len()) > FEW;
        if many || more.iter().any(|other| other.value() != first.value()) {
            return fact;
        }
        let alike = named.unpinned.iter().filter(|other| other.value() == found.image.value());
        fact.with("known_as", Field::text(first)).with("unpinned_alike", Value::List(alike.map(Field::text).collect()))
    }
}

/// Up to so many places of one image in a file are named at each of them.
const FEW: usize = 50;

fn key(found: &Use, reference: &Reference) -> (SourceId, String) {
    (found.image.span().source, plain(&reference.repository))
}
