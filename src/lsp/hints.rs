//! Inlay hints: what stands for an expression once it is replaced.

use std::collections::BTreeMap;

use lsp_types::{InlayHintParams, Position};
use serde_json::{Value, json};

use super::hover::secret;
use super::index::Use;
use super::server::{Refusal, Server};
use super::view::{View, range_of};
use crate::source::Span;

/// The longest value that is shown, in characters.
const LONGEST: usize = 40;

/// The most values of one expression that are shown.
const VALUES: usize = 3;

pub(super) fn hints(server: &Server<'_>, params: &InlayHintParams) -> Result<Value, Refusal> {
    let Some(at) = server.at(&params.text_document.uri, Position::default()) else { return Ok(json!([])) };
    let shown = range_of(server.encoding, &at.source, at.id, params.range);
    let mut found: BTreeMap<Span, Vec<&Use>> = BTreeMap::new();
    for one in at.view.index().uses.iter().filter(|one| shown.contains(one.span)) {
        found.entry(one.span).or_default().push(one);
    }
    let hint = |(span, uses): (Span, Vec<&Use>)| {
        let label = label(at.view, &uses)?;
        Some(json!({"position": server.encoding.position(&at.source, span.end), "label": label, "paddingLeft": true}))
    };
    Ok(found.into_iter().filter_map(hint).collect())
}

/// The values, where all of them are known and no secret.
fn label(view: &View, uses: &[&Use]) -> Option<String> {
    let mut values: Vec<String> = Vec::new();
    for one in uses {
        let value = one.variable.value.as_ref()?.known()?;
        if secret(one) || value.contains('\n') || view.redactor.message(value) != value {
            return None;
        }
        if !values.iter().any(|known| known == value) {
            values.push(value.to_owned());
        }
    }
    values.sort();
    let more = if values.len() > VALUES { " …" } else { "" };
    values.truncate(VALUES);
    let joined = values.join(" | ");
    let short: String = joined.chars().take(LONGEST).collect();
    let cut = if short.len() < joined.len() { "…" } else { "" };
    Some(format!("= {short}{cut}{more}"))
}
