//! Compose files to stacks.

use super::{Deployment, Options};
use crate::source::Sources;

/// Adds the compose projects of `deployment`'s documents to it.
pub fn stacks(_deployment: &mut Deployment, _options: &Options, _sources: &Sources) {}
