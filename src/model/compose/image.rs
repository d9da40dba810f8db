//! Image references, cut without resolving what is not known.

use crate::knowledge::{Image as Entry, Knowledge};
use crate::text::{Text, UNKNOWN};

/// An image reference in parts, each with its place.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    /// Everything before the tag and the digest.
    pub(crate) repository: Text,
    /// The tag, without its colon.
    pub(crate) tag: Option<Text>,
    /// The digest, without its `@`.
    pub(crate) digest: Option<Text>,
}

impl Reference {
    /// Cuts `image` into its parts. A port of a registry is not a tag.
    pub(crate) fn parse(image: &Text) -> Self {
        let (named, digest) = image.split_once('@').map_or_else(|| (image.clone(), None), |(n, d)| (n, Some(d)));
        let value = named.value();
        let last = value.rfind('/').map_or(0, |at| at + 1);
        let Some(colon) = value[last..].find(':').map(|at| at + last) else {
            return Self { repository: named, tag: None, digest };
        };
        let (repository, tag) = (named.slice(0..colon), named.slice(colon + 1..value.len()));
        Self { repository, tag: Some(tag), digest }
    }

    /// The repository and the tag of an image that is written like this.
    pub(crate) fn cut(image: &str) -> (&str, Option<&str>) {
        let named = image.split('@').next().unwrap_or(image);
        let tag = named.rsplit_once(':').filter(|(_, tag)| !tag.contains('/'));
        tag.map_or((named, None), |(repository, tag)| (repository, Some(tag)))
    }

    /// What is known about this image. A registry that is not known does not matter to entries that take any.
    pub(crate) fn knowledge<'a>(&self, knowledge: &'a Knowledge) -> Option<&'a Entry> {
        let value = self.repository.value();
        match value.find(UNKNOWN) {
            _ if self.repository.is_known() => knowledge.image(value),
            Some(_) if value.rsplit('/').next().is_some_and(|last| last.contains(UNKNOWN)) => None,
            _ => knowledge.image(value),
        }
    }
}
