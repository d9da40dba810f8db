//! How the image of a data store makes its users.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// The users that the image of a data store makes at its first start, from its variables and options.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Login {
    /// Its users.
    pub users: Vec<User>,
    /// Variables whose values are no passwords: the name of the database.
    pub others: Vec<String>,
    /// Values of variables with which it asks for no password: `{POSTGRES_HOST_AUTH_METHOD: trust}`.
    pub without_password: BTreeMap<String, String>,
}

/// One of them.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct User {
    /// The variables that hold the name; the first that is set counts.
    pub names: Vec<String>,
    /// The name where none of them is set; without it there is no such user then.
    pub default: Option<String>,
    /// The variables that hold the password; the first that is set counts.
    pub passwords: Vec<String>,
    /// The option of the server's command line that holds it: `--requirepass`.
    pub option: Option<String>,
}
