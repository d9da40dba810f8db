//! Formats that start containers and are no part of another program's files: one file each, which says how a file of the
//! format is recognised and parsed. What its containers are is said in `model::workload`, by the format's name.

mod kubernetes;

use crate::document::{Body, Kind};
use crate::problem::Problem;
use crate::text::Text;

/// A format of files.
pub(super) struct Format {
    /// Its name in reports and in the `origin` of facts; frozen.
    pub(super) name: &'static str,
    /// What file names end in, without the dot: such a file is always read whole.
    pub(super) extensions: &'static [&'static str],
    /// What the file `name` is that holds the text.
    pub(super) recognise: fn(name: &str, text: &str) -> Recognised,
    /// Its parser.
    pub(super) parse: fn(&Text) -> (Body, Vec<Problem>),
}

/// The verdict of one format on one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Recognised {
    /// Not a file of this format.
    No,
    /// One that is audited.
    Yes,
    /// One of this format that holds nothing to audit: no other format is asked.
    Aside,
}

/// All formats. A new one is a line here, and a line in `model::workload::PROVIDERS`.
const FORMATS: [&Format; 1] = [&kubernetes::FORMAT];

/// What a file of any format is.
pub(super) enum Claim {
    /// Of none.
    None,
    /// One that is audited, as this.
    Audited(Kind),
    /// One that holds nothing to audit.
    Aside,
}

/// What the file `name` is that holds `text`.
pub(super) fn recognise(name: &str, text: &str) -> Claim {
    let claim = FORMATS.iter().find_map(|format| match (format.recognise)(name, text) {
        Recognised::No => None,
        Recognised::Yes => Some(Claim::Audited(Kind::Workload(format.name))),
        Recognised::Aside => Some(Claim::Aside),
    });
    claim.unwrap_or(Claim::None)
}

/// Whether a file that ends so is read whole to know what it is.
pub(super) fn may_be(extension: &str) -> bool {
    FORMATS.iter().any(|format| format.extensions.iter().any(|e| e.eq_ignore_ascii_case(extension)))
}

/// Parses a file of the format `name`.
pub(super) fn parse(name: &str, text: &Text) -> (Body, Vec<Problem>) {
    FORMATS.iter().find(|format| format.name == name).map_or((Body::Lines, Vec::new()), |format| (format.parse)(text))
}

/// Why a file is left to another program, however much it looks like one of ours.
pub(super) fn refused(path: &str, text: &str) -> Option<&'static str> {
    kubernetes::helm_template(path, text).then_some("a template of a Helm chart, which Helm alone renders")
}
