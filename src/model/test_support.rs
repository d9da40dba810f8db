//! Small deployments and their facts, for the tests of this folder.

use super::fact::Facts;
use crate::discover::Candidate;
use crate::expand::Deployment;
use crate::knowledge::Knowledge;
use crate::source::Sources;
use crate::{expand, load};

/// The facts of a deployment of these files (path and content).
pub(crate) fn facts_of(files: &[(&str, &str)]) -> Facts {
    super::model(&deployment_of(files), &Knowledge::default())
}

/// A deployment of these files (path and content).
pub(crate) fn deployment_of(files: &[(&str, &str)]) -> Deployment {
    let candidate = |(path, text): &(&str, &str)| Candidate {
        disk: None,
        path: (*path).to_owned(),
        content: Some(text.as_bytes().to_vec()),
        executable: None,
    };
    let candidates: Vec<Candidate> = files.iter().map(candidate).collect();
    let sources = Sources::default();
    let files = load::load(&candidates, &[], &sources);
    expand::expand(&files, &expand::Options::default(), &sources)
}
