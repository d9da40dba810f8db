//! ytt templates: YAML whose comments (`#@ if …`) are code and whose `(@= … @)` are expressions.
//!
//! deploylint does not evaluate ytt; what an expression makes is unknown, and the rest of the file is read as it stands.

use crate::text::{Builder, Text};

/// Whether `text` is a ytt template: code stands in its comments.
pub fn is_template(text: &str) -> bool {
    text.contains("#@") && text.lines().any(|line| line.trim_start().starts_with("#@"))
}

/// `text` with each expression as an unknown; an expression that does not end on its line stays as written.
pub(crate) fn mask(text: Text) -> Text {
    let value = text.value();
    if !value.contains("(@") || !is_template(value) {
        return text;
    }
    let mut out = Builder::new(text.span());
    let mut at = 0;
    while let Some(start) = value[at..].find("(@").map(|n| n + at) {
        let line = value[start..].find('\n').map_or(value.len(), |n| n + start);
        let Some(end) = value[start..line].find("@)").map(|n| n + start + 2) else {
            out.text(&text.slice(at..line));
            at = line;
            continue;
        };
        out.text(&text.slice(at..start));
        out.opaque("a ytt expression", text.span_at(start..end));
        at = end;
    }
    out.text(&text.slice(at..value.len()));
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    #[test]
    fn expressions_are_unknown_and_keep_their_places() {
        let source = "#@ if x:\na: (@= name @)-b\n#@ end\nc: (@ open\n";
        let id = Sources::default().add(Source::new("a.yml", None, source));
        let masked = mask(Text::literal(source, Span::new(id, 0, source.len())));
        let yaml = crate::yaml::parse(&masked);
        let a = yaml.documents[0].get("a").and_then(|n| n.text().cloned()).expect("a");
        assert_eq!(a.known(), None);
        assert_eq!(a.span(), Span::new(id, 12, 25));
        assert_eq!(yaml.documents[0].get("c").and_then(crate::yaml::Node::known), Some("(@ open"));
    }

    #[test]
    fn other_files_are_left_alone() {
        let source = "a: (@= name @)\n";
        let id = Sources::default().add(Source::new("a.yml", None, source));
        let text = Text::literal(source, Span::new(id, 0, source.len()));
        assert_eq!(mask(text.clone()), text);
    }
}
