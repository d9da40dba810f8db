//! What the Compose Specification allows where.

use crate::document::Problem;
use crate::yaml::Node;

/// Checks a file after interpolation, before its long forms are made.
pub(super) fn check(_project: &Node, _problems: &mut Vec<Problem>) {}

/// Checks a service that another file extends.
pub(super) fn service(_service: &Node, _problems: &mut Vec<Problem>) {}

/// Checks what can only be said of the merged project: missing keys, repeated items.
pub(super) fn whole(_project: &Node, _problems: &mut Vec<Problem>) {}
