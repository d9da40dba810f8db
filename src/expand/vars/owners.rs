//! Whose a definition is: which group or host it is for.

use std::collections::HashMap;
use std::sync::Arc;

use super::catalogue::Catalogue;
use super::scope::{Entry, Layer};
use crate::source::{SourceId, Span};

/// The places of definitions that are for one group or host.
#[derive(Debug, Clone, Default)]
pub struct Owners {
    places: HashMap<SourceId, Vec<(Span, Arc<str>)>>,
}

impl Owners {
    /// Those of all variables of groups and hosts in `catalogue`; what is for all hosts is nobody's.
    pub(super) fn new(catalogue: &Catalogue) -> Self {
        let mut owners = Self::default();
        for file in catalogue.groups.iter().filter(|f| f.host || f.group != "all") {
            let kind = if file.host { "host" } else { "group" };
            owners.add(&format!("{kind} `{}`", file.group), &file.layer);
        }
        for (name, layer) in catalogue.inventories.iter().flat_map(super::host_views::Inventory::owned) {
            owners.add(&name, layer);
        }
        owners
    }

    fn add(&mut self, name: &str, layer: &Layer) {
        let name: Arc<str> = name.into();
        for entry in layer.names.values() {
            if let Entry::Written { value, .. } = entry {
                let span = value.span();
                self.places.entry(span.source).or_default().push((span, Arc::clone(&name)));
            }
        }
    }

    /// The group or host that the definition at `span` is for, in words.
    pub fn of(&self, span: Span) -> Option<&str> {
        let places = self.places.get(&span.source)?;
        places.iter().find(|(place, _)| place.contains(span)).map(|(_, name)| &**name)
    }
}
