//! The Compose Specification as tables: which keys there are, what they hold, and how docker compose prints them.
//!
//! Source: the specification's own JSON schema (2026) for what is allowed, docker compose 2.40.3's output for how it is
//! printed. `schema` validates with these tables, `config` prints with them.

use super::tables_parts::{
    ATTACHMENT, BLKIO, BUILD, CONFIG, CREDENTIAL, DEPENDENCY, DEPLOY, DEVELOP, DEVICE, ENV_FILE, EXTENDS, FILE_MOUNT,
    GPU, HEALTHCHECK, HOOK, LOGGING, MODEL, MOUNT, NETWORK, PORT, PRE_START, PROVIDER, SECRET, SERVICE_MODEL, ULIMIT,
    VOLUME,
};
use Ty::{
    Bool, Bytes, Command, Duration, Enum, Float, Given, GivenInt, Hidden, Hosts, Int, Labels, List, Map, Names, Obj,
    OneOrList, OptObj, Option, Pairs, RealBool, Set, Short, ShortNumber, Str, Text,
};

/// What a place holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Ty {
    /// A string; printed unless empty.
    Str,
    /// One of these strings.
    Enum(&'static [&'static str]),
    /// A string or a number, printed as a string.
    Text,
    /// A string, a number or nothing, printed as a string.
    Option,
    /// A boolean; printed when true.
    Bool,
    /// A boolean that is no string.
    RealBool,
    /// A boolean; printed when given.
    Given,
    /// A whole number; printed unless 0.
    Int,
    /// A whole number; printed when given.
    GivenInt,
    /// A file's mode, a number or its octal digits; printed as those, with a 0 before them.
    Mode,
    /// A number; printed unless 0.
    Float,
    /// A byte size, printed as a string of its number.
    Bytes,
    /// A byte size that must be written as a string.
    StrBytes,
    /// A duration, printed as Go prints it.
    Duration,
    /// A count of devices: a number or `all`.
    Count,
    /// A list.
    List(&'static Ty),
    /// A list that must not repeat itself.
    Set(&'static Ty),
    /// One or a list.
    OneOrList(&'static Ty),
    /// A command: a line, a list or null; printed even when absent.
    Command,
    /// A line or a list.
    Test,
    /// `[A=1, B]` or a mapping; a key without a value is printed as null.
    Pairs,
    /// The same, printed as a list.
    Keys,
    /// The same; a key without a value is printed as the empty string.
    Labels,
    /// `host:address` or `host=address` or a mapping.
    Hosts,
    /// Any keys, each holding this.
    Map(&'static Ty),
    /// Names as the specification allows them, each holding this; a list of names for short where `.1` says so.
    Names(&'static Ty, bool),
    /// Known keys.
    Obj(&'static Object),
    /// Known keys, or nothing.
    OptObj(&'static Object),
    /// A string for short, or this.
    Short(&'static Ty),
    /// A number or string for short, or this.
    ShortNumber(&'static Ty),
    /// This, printed even when absent.
    Always(&'static Ty),
    /// This, never printed.
    Hidden(&'static Ty),
    /// A boolean or `{name: …}`.
    External,
}

/// A mapping with known keys.
#[derive(Debug)]
pub(super) struct Object {
    /// What a reader calls it.
    pub(super) name: &'static str,
    /// The keys.
    pub(super) fields: &'static [(&'static str, Ty)],
    /// Keys that must be there.
    pub(super) required: &'static [&'static str],
    /// Whether other keys are let through.
    pub(super) open: bool,
    /// Whether `x-` keys are.
    pub(super) extensible: bool,
}

pub(super) const fn object(name: &'static str, fields: &'static [(&'static str, Ty)]) -> Object {
    Object { name, fields, required: &[], open: false, extensible: true }
}

/// The top level.
pub(super) static PROJECT: Object = object(
    "a compose file",
    &[
        ("name", Str),
        ("version", Str),
        ("include", List(&Short(&Obj(&INCLUDE)))),
        ("services", Names(&Obj(&SERVICE), false)),
        ("networks", Names(&OptObj(&NETWORK), false)),
        ("volumes", Names(&OptObj(&VOLUME), false)),
        ("secrets", Names(&Obj(&SECRET), false)),
        ("configs", Names(&Obj(&CONFIG), false)),
        ("models", Hidden(&Names(&Obj(&MODEL), false))),
    ],
);

static INCLUDE: Object = Object {
    name: "an include",
    fields: &[("path", OneOrList(&Str)), ("env_file", OneOrList(&Str)), ("project_directory", Str)],
    required: &[],
    open: false,
    extensible: false,
};

/// A service.
pub(super) static SERVICE: Object = object(
    "a service",
    &[
        ("annotations", Labels),
        ("attach", Given),
        ("blkio_config", Obj(&BLKIO)),
        ("build", Short(&Obj(&BUILD))),
        ("cap_add", Set(&Str)),
        ("cap_drop", Set(&Str)),
        ("cgroup", Enum(&["host", "private"])),
        ("cgroup_parent", Str),
        ("command", Command),
        ("configs", List(&Short(&Obj(&FILE_MOUNT)))),
        ("container_name", Str),
        ("cpu_count", Int),
        ("cpu_percent", Float),
        ("cpu_period", Int),
        ("cpu_quota", Int),
        ("cpu_rt_period", Int),
        ("cpu_rt_runtime", Int),
        ("cpu_shares", Int),
        ("cpus", Float),
        ("cpuset", Str),
        ("credential_spec", Obj(&CREDENTIAL)),
        ("depends_on", Names(&Obj(&DEPENDENCY), true)),
        ("deploy", OptObj(&DEPLOY)),
        ("develop", OptObj(&DEVELOP)),
        ("device_cgroup_rules", Set(&Str)),
        ("devices", List(&Short(&Obj(&DEVICE)))),
        ("dns", OneOrList(&Str)),
        ("dns_opt", Set(&Str)),
        ("dns_search", OneOrList(&Str)),
        ("domainname", Str),
        ("entrypoint", Command),
        ("env_file", Hidden(&OneOrList(&Short(&Obj(&ENV_FILE))))),
        ("environment", Pairs),
        ("expose", Set(&Text)),
        ("extends", Short(&Obj(&EXTENDS))),
        ("external_links", Set(&Str)),
        ("extra_hosts", Hosts),
        ("gpus", Short(&List(&Obj(&GPU)))),
        ("group_add", Set(&Text)),
        ("healthcheck", Obj(&HEALTHCHECK)),
        ("hostname", Str),
        ("image", Str),
        ("init", Given),
        ("ipc", Str),
        ("isolation", Str),
        ("label_file", Hidden(&OneOrList(&Str))),
        ("labels", Labels),
        ("links", Set(&Str)),
        ("logging", Obj(&LOGGING)),
        ("mac_address", Str),
        ("mem_limit", Bytes),
        ("mem_reservation", Bytes),
        ("mem_swappiness", Bytes),
        ("memswap_limit", Bytes),
        ("models", Names(&OptObj(&SERVICE_MODEL), true)),
        ("network_mode", Str),
        ("networks", Names(&OptObj(&ATTACHMENT), true)),
        ("oom_kill_disable", Bool),
        ("oom_score_adj", Int),
        ("pid", Str),
        ("pids_limit", Int),
        ("platform", Str),
        ("ports", List(&ShortNumber(&Obj(&PORT)))),
        ("post_start", List(&Obj(&HOOK))),
        ("pre_start", List(&Obj(&PRE_START))),
        ("pre_stop", List(&Obj(&HOOK))),
        ("privileged", Bool),
        ("profiles", Set(&Str)),
        ("provider", Obj(&PROVIDER)),
        ("pull_policy", Str),
        ("pull_refresh_after", Str),
        ("read_only", Bool),
        ("restart", Str),
        ("runtime", Str),
        ("scale", GivenInt),
        ("secrets", List(&Short(&Obj(&FILE_MOUNT)))),
        ("security_opt", Set(&Str)),
        ("shm_size", Bytes),
        ("stdin_open", Bool),
        ("stop_grace_period", Duration),
        ("stop_signal", Str),
        ("storage_opt", Map(&Option)),
        ("sysctls", Labels),
        ("tmpfs", OneOrList(&Str)),
        ("tty", Bool),
        ("ulimits", Map(&ShortNumber(&Obj(&ULIMIT)))),
        ("use_api_socket", RealBool),
        ("user", Str),
        ("userns_mode", Str),
        ("uts", Str),
        ("volumes", Set(&Short(&Obj(&MOUNT)))),
        ("volumes_from", Set(&Str)),
        ("working_dir", Str),
    ],
);
