//! The filters and tests of rule expressions: a closed list, so that none can swallow an unknown value.
//!
//! Every function here sees known values only: `eval` gives `Unknown` for it where its target, an argument or, unless the
//! function is `lenient`, an item of a list is unknown. The filters that bind `item` and the patterns are in `each` and
//! `eval`.

use std::ops::Range;

use super::library::{
    affix, capitalize, change, end, flatten, int, items, join, keep, length, same, sentence, sort, split, sum, text,
    unique,
};
use super::types::Type;
use super::value::{Data, Truth, Val};
use super::{Fault, value};
use crate::model::fact::Facts;

/// A filter over one value; also callable as a method.
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// How many arguments it takes, at least and at most.
    pub args: (usize, usize),
    /// What it works on.
    pub(super) wants: Wants,
    /// What it gives.
    pub(super) gives: Gives,
    /// Whether it may see lists that hold unknown items.
    pub(super) lenient: bool,
    /// One sentence.
    pub doc: &'static str,
    pub(super) run: for<'a> fn(&Val<'a>, &[Val<'a>], &'a Facts) -> Val<'a>,
}

/// A test: `value is name(argument)`.
pub struct Test {
    /// Its name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// How many arguments it takes.
    pub args: usize,
    /// One sentence.
    pub doc: &'static str,
    pub(super) run: for<'a> fn(&Val<'a>, &[Val<'a>], &'a Facts) -> Truth<'a>,
}

/// What a function works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wants {
    Any,
    Str,
    List,
    Map,
}

/// What a function gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gives {
    Any,
    Bool,
    Int,
    Str,
    Strs,
    Target,
    Item,
}

impl std::fmt::Debug for Function {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl std::fmt::Debug for Test {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Gives {
    pub(super) fn of(self, target: &Type, arg: Option<&Type>) -> Type {
        match self {
            Gives::Any => Type::Any,
            Gives::Bool => Type::Bool,
            Gives::Int => Type::Int,
            Gives::Str => Type::Str,
            Gives::Strs => Type::Str.listed(),
            Gives::Item => target.item(),
            Gives::Target if arg.is_none_or(|a| a == target) => target.clone(),
            Gives::Target => match (target, arg) {
                (Type::List(_), Some(Type::List(item))) if **item == Type::Any => target.clone(),
                (target, Some(arg)) => target.clone().or(arg.clone()),
                _ => Type::Any,
            },
        }
    }
}

/// The filter `name`.
pub(super) fn function(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|f| f.name == name || f.aliases.contains(&name))
}

/// The test `name`.
pub(super) fn test(name: &str) -> Option<&'static Test> {
    TESTS.iter().find(|t| t.name == name || t.aliases.contains(&name))
}

/// A number of arguments in words.
pub(super) fn count((least, most): (usize, usize)) -> String {
    match (least, most) {
        (0, 0) => "no argument".to_owned(),
        (1, 1) => "one argument".to_owned(),
        (a, b) if a == b => format!("{a} arguments"),
        (a, b) => format!("{a} to {b} arguments"),
    }
}

/// Checks that a function may work on a value of this type.
pub(super) fn wants(name: &str, wants: Wants, of: &Type, at: Range<usize>) -> Result<(), Fault> {
    let fits = match (wants, of) {
        (Wants::Any, _) | (_, Type::Any) => true,
        (Wants::Str, of) => matches!(of, Type::Str | Type::OneOf(_)),
        (Wants::List, of) => matches!(of, Type::List(_)),
        (Wants::Map, of) => matches!(of, Type::Map(_) | Type::Record(_)),
    };
    let wanted = match wants {
        Wants::Str => "characters",
        Wants::List => "a list",
        Wants::Map | Wants::Any => "a mapping",
    };
    if fits { Ok(()) } else { Err(Fault::new(at, format!("`{name}` works on {wanted}, this is {}", of.words()))) }
}

const fn function_of(
    name: &'static str,
    args: (usize, usize),
    types: (Wants, Gives),
    doc: &'static str,
    run: for<'a> fn(&Val<'a>, &[Val<'a>], &'a Facts) -> Val<'a>,
) -> Function {
    Function { name, aliases: &[], args, wants: types.0, gives: types.1, lenient: false, doc, run }
}

const fn lenient(mut function: Function) -> Function {
    function.lenient = true;
    function
}

const fn also(mut function: Function, aliases: &'static [&'static str]) -> Function {
    function.aliases = aliases;
    function
}

/// All filters.
pub static FUNCTIONS: &[Function] = &[
    also(
        lenient(function_of("length", (0, 0), (Wants::Any, Gives::Int), "How many items or characters.", length)),
        &["count"],
    ),
    lenient(function_of("first", (0, 0), (Wants::List, Gives::Item), "The first item, or null.", |v, _, _| {
        end(v, true)
    })),
    lenient(function_of("last", (0, 0), (Wants::List, Gives::Item), "The last item, or null.", |v, _, _| {
        end(v, false)
    })),
    lenient(function_of("list", (0, 0), (Wants::Any, Gives::Target), "The same list.", |v, _, _| v.clone())),
    function_of("join", (0, 1), (Wants::List, Gives::Str), "The items as one text.", |v, args, facts| {
        join(v, args.first().and_then(Val::str).unwrap_or(""), facts)
    }),
    function_of("sentence", (0, 0), (Wants::List, Gives::Str), "The items as `a, b and c`.", sentence),
    function_of("unique", (0, 0), (Wants::List, Gives::Target), "Each item once.", unique),
    function_of("sort", (0, 0), (Wants::List, Gives::Target), "The items in order.", sort),
    lenient(function_of("reverse", (0, 0), (Wants::List, Gives::Target), "The items, last first.", |v, _, _| {
        change(v, |items| items.reverse())
    })),
    function_of("sum", (0, 0), (Wants::List, Gives::Int), "The items added up.", sum),
    function_of("min", (0, 0), (Wants::List, Gives::Item), "The least item.", |v, _, facts| {
        end(&sort(v, &[], facts), true)
    }),
    function_of("max", (0, 0), (Wants::List, Gives::Item), "The greatest item.", |v, _, facts| {
        end(&sort(v, &[], facts), false)
    }),
    function_of("intersect", (1, 1), (Wants::List, Gives::Target), "The items that are in both.", |v, args, facts| {
        keep(v, args, facts, true)
    }),
    function_of(
        "difference",
        (1, 1),
        (Wants::List, Gives::Target),
        "The items that are not in the other.",
        |v, args, facts| keep(v, args, facts, false),
    ),
    lenient(function_of("flatten", (0, 0), (Wants::List, Gives::Any), "The items of the items.", flatten)),
    function_of("lower", (0, 0), (Wants::Str, Gives::Str), "In small letters.", |v, _, _| text(v, str::to_lowercase)),
    function_of("upper", (0, 0), (Wants::Str, Gives::Str), "In capitals.", |v, _, _| text(v, str::to_uppercase)),
    function_of("capitalize", (0, 0), (Wants::Str, Gives::Str), "With a capital first.", |v, _, _| text(v, capitalize)),
    also(
        function_of("trim", (0, 0), (Wants::Str, Gives::Str), "Without white space around.", |v, _, _| {
            text(v, |s| s.trim().to_owned())
        }),
        &["strip"],
    ),
    function_of("replace", (2, 2), (Wants::Str, Gives::Str), "With one text for another.", |v, args, _| {
        let (old, new) = (args[0].str().unwrap_or_default(), args[1].str().unwrap_or_default());
        text(v, |s| if old.is_empty() { s.to_owned() } else { s.replace(old, new) })
    }),
    function_of("split", (0, 1), (Wants::Str, Gives::Strs), "The parts between a separator, or the words.", split),
    function_of(
        "startswith",
        (1, 1),
        (Wants::Str, Gives::Bool),
        "Whether it begins with a text, or one of a list.",
        |v, args, _| affix(v, args, &|s, a| s.starts_with(a)).into(),
    ),
    function_of(
        "endswith",
        (1, 1),
        (Wants::Str, Gives::Bool),
        "Whether it ends with a text, or one of a list.",
        |v, args, _| affix(v, args, &|s, a| s.ends_with(a)).into(),
    ),
    function_of("basename", (0, 0), (Wants::Str, Gives::Str), "The last part of a path.", |v, _, _| {
        text(v, |s| s.trim_end_matches('/').rsplit('/').next().unwrap_or(s).to_owned())
    }),
    function_of("dirname", (0, 0), (Wants::Str, Gives::Str), "The path without its last part.", |v, _, _| {
        text(v, |s| {
            s.trim_end_matches('/').rsplit_once('/').map_or(".", |(d, _)| if d.is_empty() { "/" } else { d }).to_owned()
        })
    }),
    function_of("string", (0, 0), (Wants::Any, Gives::Str), "As characters.", |v, _, facts| same(v, v.display(facts))),
    function_of("int", (0, 0), (Wants::Any, Gives::Int), "As a whole number; null where it is none.", int),
    lenient(function_of("keys", (0, 0), (Wants::Map, Gives::Strs), "The keys.", |v, _, facts| {
        Val::strings(v.pairs(facts).into_iter().map(|(k, _)| k))
    })),
    lenient(function_of("values", (0, 0), (Wants::Map, Gives::Any), "The values.", |v, _, facts| {
        Val::list(v.pairs(facts).into_iter().map(|(_, v)| v).collect())
    })),
    lenient(function_of("items", (0, 0), (Wants::Map, Gives::Any), "The pairs, each with `key` and `value`.", items)),
    lenient(function_of(
        "get",
        (1, 2),
        (Wants::Map, Gives::Any),
        "The value of a key, or the second argument.",
        |v, args, facts| {
            let found = v.attribute(args[0].str().unwrap_or_default(), facts);
            if found.is_null() { args.get(1).cloned().unwrap_or(found) } else { found }
        },
    )),
    also(
        lenient(function_of(
            "default",
            (1, 2),
            (Wants::Any, Gives::Target),
            "The argument where the value is null.",
            |v, args, _| {
                let empty = args.len() == 2 && v.truth() == Truth::No;
                if v.is_null() || empty { args[0].clone() } else { v.clone() }
            },
        )),
        &["d"],
    ),
];

const fn test_of(
    name: &'static str,
    aliases: &'static [&'static str],
    args: usize,
    doc: &'static str,
    run: for<'a> fn(&Val<'a>, &[Val<'a>], &'a Facts) -> Truth<'a>,
) -> Test {
    Test { name, aliases, args, doc, run }
}

/// All tests. `match`, `search` and `fullmatch`, which take a pattern, are apart.
pub static TESTS: &[Test] = &[
    test_of("none", &["null", "undefined"], 0, "It is absent.", |v, _, _| v.is_null().into()),
    test_of("defined", &[], 0, "It is not absent.", |v, _, _| (!v.is_null()).into()),
    test_of("truthy", &[], 0, "It is neither null, nor zero, nor empty.", |v, _, _| v.truth()),
    test_of("empty", &[], 0, "It is null, zero or empty.", |v, _, _| !v.truth()),
    test_of("true", &[], 0, "It is the boolean true.", |v, _, _| matches!(v.data, Data::Bool(true)).into()),
    test_of("false", &[], 0, "It is the boolean false.", |v, _, _| matches!(v.data, Data::Bool(false)).into()),
    test_of("boolean", &[], 0, "It is a boolean.", |v, _, _| matches!(v.data, Data::Bool(_)).into()),
    test_of("string", &[], 0, "It is characters.", |v, _, _| matches!(v.data, Data::Str(_)).into()),
    test_of("number", &[], 0, "It is a number.", |v, _, _| v.number().is_some().into()),
    test_of("integer", &[], 0, "It is a whole number.", |v, _, _| matches!(v.data, Data::Int(_)).into()),
    test_of("mapping", &[], 0, "It is a mapping.", |v, _, _| matches!(v.data, Data::Map(_) | Data::Dict(_)).into()),
    test_of("sequence", &["iterable"], 0, "It is a list.", |v, _, _| matches!(v.data, Data::List(_)).into()),
    test_of("startingwith", &["startswith"], 1, "It begins with a text, or one of a list.", |v, a, _| {
        affix(v, a, &|s, a| s.starts_with(a))
    }),
    test_of("endingwith", &["endswith"], 1, "It ends with a text, or one of a list.", |v, a, _| {
        affix(v, a, &|s, a| s.ends_with(a))
    }),
    test_of("containing", &["contains"], 1, "It holds the text or the item.", |v, a, f| value::contains(v, &a[0], f)),
    test_of("in", &[], 1, "It is in the list or text.", |v, a, f| value::contains(&a[0], v, f)),
    test_of("eq", &["equalto", "==", "sameas"], 1, "It equals.", |v, a, f| v.equals(&a[0], f)),
    test_of("ne", &["!="], 1, "It does not equal.", |v, a, f| !v.equals(&a[0], f)),
    test_of("lt", &["lessthan", "<"], 1, "It is less.", |v, a, _| value::less(v, &a[0]).into()),
    test_of("gt", &["greaterthan", ">"], 1, "It is greater.", |v, a, _| value::less(&a[0], v).into()),
    test_of("le", &["<="], 1, "It is not greater.", |v, a, _| value::at_most(v, &a[0]).into()),
    test_of("ge", &[">="], 1, "It is not less.", |v, a, _| value::at_most(&a[0], v).into()),
];
