//! Templates to documents.

use std::sync::Arc;

use rayon::prelude::*;

use super::{Deployment, Options};
use crate::load::{File, document};
use crate::source::Sources;

/// The documents of all files: plain ones as they are, templates in each variant of their expansion.
pub fn documents(files: &[File], _options: &Options, _sources: &Sources) -> Deployment {
    let documents = files.par_iter().filter_map(document).map(Arc::new).collect();
    Deployment { documents, ..Deployment::default() }
}
