//! Labels of containers, as compose and Ansible's modules write them: a mapping, or a list of `name=value`.

use crate::model::compose::read::{entries, texts};
use crate::text::{Place, Text};
use crate::yaml::Node;

/// A label.
pub(super) struct Label {
    /// Its name.
    pub(super) key: String,
    /// The same with its place.
    pub(super) name: Text,
    /// Its value.
    pub(super) value: Text,
    /// What is underlined for the whole: its name, or the item of the list.
    pub(super) place: Place,
}

/// The labels whose names and values are written out.
pub(super) fn of(labels: Option<&Node>) -> Vec<Label> {
    let label = |name: &Text, value: Text, place: Place| {
        Some(Label { key: name.known()?.to_owned(), name: name.clone(), value, place })
    };
    if labels.and_then(Node::map).is_some() {
        let own = entries(labels).iter();
        return own.filter_map(|e| label(e.key.text()?, e.value.text()?.clone(), e.key.span().into())).collect();
    }
    let items = texts(labels);
    items.iter().filter_map(|item| item.split_once('=').and_then(|(k, v)| label(&k, v, item.place()))).collect()
}
