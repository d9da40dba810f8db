//! The closed list of subjects. Each one's fields are declared beside the code that builds it.

use super::fact::Schema;
use super::problems;

/// What a fact is about; a rule names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Something wrong with a file itself.
    Problem,
}

impl Subject {
    /// All subjects, in the order of the documentation.
    pub const ALL: &'static [Subject] = &[Subject::Problem];

    /// The subject's name and fields.
    pub fn schema(self) -> &'static Schema {
        match self {
            Subject::Problem => &problems::SCHEMA,
        }
    }

    /// The subject that rules call `name`.
    pub fn named(name: &str) -> Option<Subject> {
        Subject::ALL.iter().copied().find(|s| s.schema().name == name)
    }

    /// The name of one fact of this subject in expressions: `port` of `compose.port`.
    pub fn variable(self) -> &'static str {
        let name = self.schema().name;
        name.rsplit('.').next().unwrap_or(name)
    }
}
