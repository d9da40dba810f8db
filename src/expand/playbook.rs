//! The fenced blocks of Markdown playbooks as documents of their own.
//!
//! Deployments that live in playbooks have nothing else. A block's kind comes from its language, from the file name that
//! the words above it give, and from its content. Blocks are often fragments, so that what does not parse is no finding.

use std::sync::Arc;

use super::Deployment;
use crate::document::{Body, Document, Kind};
use crate::load::{classify, parse};
use crate::syntax::markdown::Block;
use crate::text::Text;

/// Adds a document for each block that says something.
pub(super) fn blocks(deployment: &mut Deployment) {
    let mut found = Vec::new();
    for document in &deployment.documents {
        let Body::Markdown(markdown) = &document.body else { continue };
        for block in &markdown.blocks {
            let Some(kind) = kind(block) else { continue };
            let (body, _) = parse(kind, &block.text);
            let deployed = block.file.as_ref().map(|name| Text::literal(name.as_str(), block.span));
            found.push(Arc::new(Document {
                kind,
                deployed,
                text: block.text.clone(),
                body,
                problems: Vec::new(),
                ..(**document).clone()
            }));
        }
    }
    deployment.documents.extend(found);
    deployment.documents.sort_by(|a, b| a.path.cmp(&b.path).then(a.variant.cmp(&b.variant)));
}

fn kind(block: &Block) -> Option<Kind> {
    let text = block.text.value();
    let name = block.file.as_deref().and_then(|f| f.rsplit('/').next()).unwrap_or("");
    match block.language.as_str() {
        "bash" | "sh" | "shell" | "zsh" => Some(Kind::Script),
        "dockerfile" | "docker" | "containerfile" => Some(Kind::Dockerfile),
        "env" | "dotenv" => Some(Kind::Env),
        "ini" | "systemd" | "conf" | "toml" if text.contains("[Service]") || text.contains("[Unit]") => {
            Some(Kind::Unit)
        }
        "yaml" | "yml" => {
            let yaml = name.rsplit_once('.').is_some_and(|(_, e)| ["yml", "yaml"].contains(&e));
            let named = if yaml { name } else { "block.yml" };
            classify::classify(named, text).kind
        }
        "json" | "json5" => classify::classify(if name.contains(".json") { name } else { "block.json" }, text).kind,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::Kind;
    use crate::expand::{Options, expand};
    use crate::source::Sources;

    #[test]
    fn blocks_are_documents_with_places_in_the_playbook() {
        let source = "# Set up\n\n```bash\ncurl x | sh\n```\n\nUnit (`/etc/systemd/system/a.service`):\n\n```ini\n[Service]\nUser=a\n```\n\n```yaml\nservices:\n  a: {image: b}\n```\n\n```text\nx\n```\n";
        let sources = Sources::default();
        let candidate = crate::discover::Candidate {
            disk: None,
            path: "play.md".into(),
            content: Some(source.as_bytes().to_vec()),
            executable: None,
        };
        let files = crate::load::load(&[candidate], &["*.md".to_owned()], &sources);
        let deployment = expand(&files, &Options::default(), &sources);
        let kinds: Vec<Kind> = deployment.documents.iter().map(|d| d.kind).collect();
        assert_eq!(kinds, [Kind::Markdown, Kind::Script, Kind::Unit, Kind::Compose]);
        let span = deployment.documents[1].text.span();
        assert_eq!(&source[span.start as usize..span.end as usize], "curl x | sh\n");
    }
}
