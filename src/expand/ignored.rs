//! What a Dockerfile copies, the tree does not hold, and git leaves out: a step before the build makes it.

use super::Deployment;
use crate::document::Body;
use crate::load::Ignores;
use crate::syntax::dockerfile::Content;
use crate::text::path::join;

/// The paths as reports print them, sorted: of each source that is missing in all folders above its Dockerfile, those that
/// git ignores.
pub(super) fn sources(deployment: &Deployment) -> Vec<String> {
    let ignores = Ignores::default();
    let mut found = Vec::new();
    for document in deployment.documents.iter().filter(|d| d.variant == 0) {
        let (Body::Dockerfile(file), Some(disk)) = (&document.body, document.disk.as_deref()) else { continue };
        let copies = file
            .stages
            .iter()
            .flat_map(|s| &s.instructions)
            .filter(|i| matches!(i.name.as_str(), "COPY" | "ADD") && i.flag("from").is_none());
        for copy in copies {
            let Content::Words(words) = &copy.content else { continue };
            let sources = words.get(..words.len().saturating_sub(1)).unwrap_or(&[]);
            for path in sources.iter().filter_map(|w| w.text.known()).map(|p| p.trim_start_matches('/')) {
                let mut printed = Some(document.path.as_str());
                for folder in disk.ancestors().skip(1) {
                    // Not above what is audited.
                    let Some(own) = printed.filter(|p| !p.is_empty()) else { break };
                    let own = own.rsplit_once('/').map_or("", |(folder, _)| folder);
                    let full = crate::discover::normal(&folder.join(path));
                    if !full.exists() && ignores.by_git(&full) {
                        found.push(join(own, path));
                    }
                    printed = Some(own);
                }
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
