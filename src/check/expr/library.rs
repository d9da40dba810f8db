//! What the filters of `functions` do. Nothing here meets an unknown value but in lists of lenient filters.

use super::value::{self, Data, List, Truth, Val};
use crate::model::fact::Facts;

pub(super) fn same<'a>(of: &Val<'a>, text: String) -> Val<'a> {
    Val { data: text.into(), ..of.clone() }
}

pub(super) fn text<'a>(of: &Val<'a>, change: impl Fn(&str) -> String) -> Val<'a> {
    match of.str() {
        Some(s) => same(of, change(s)),
        None => Val { data: Data::Null, ..of.clone() },
    }
}

pub(super) fn capitalize(s: &str) -> String {
    let mut chars = s.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

pub(super) fn list<'v, 'a>(of: &'v Val<'a>) -> &'v [Val<'a>] {
    match &of.data {
        Data::List(list) => &list.items,
        _ => &[],
    }
}

pub(super) fn change<'a>(of: &Val<'a>, with: impl FnOnce(&mut Vec<Val<'a>>)) -> Val<'a> {
    let mut of = of.clone();
    if let Data::List(list) = &mut of.data {
        with(&mut list.items);
    }
    of
}

pub(super) fn length<'a>(of: &Val<'a>, _: &[Val<'a>], facts: &'a Facts) -> Val<'a> {
    match &of.data {
        Data::List(List { open: Some(why), .. }) => Val::new(Data::Unknown(why.clone())),
        Data::List(list) => Val::new(list.items.len()),
        Data::Str(s) => Val::new(s.chars().count()),
        Data::Map(_) | Data::Dict(_) => Val::new(of.pairs(facts).len()),
        _ => Val::new(0),
    }
}

pub(super) fn end<'a>(of: &Val<'a>, first: bool) -> Val<'a> {
    match &of.data {
        Data::List(List { open: Some(why), .. }) => Val::new(Data::Unknown(why.clone())),
        Data::List(list) => {
            (if first { list.items.first() } else { list.items.last() }).cloned().unwrap_or_else(Val::null)
        }
        _ => Val::null(),
    }
}

pub(super) fn join<'a>(of: &Val<'a>, separator: &str, facts: &'a Facts) -> Val<'a> {
    let parts: Vec<_> = list(of).iter().map(|v| v.display(facts)).collect();
    Val::new(parts.join(separator))
}

pub(super) fn sentence<'a>(of: &Val<'a>, _: &[Val<'a>], facts: &'a Facts) -> Val<'a> {
    let parts: Vec<_> = list(of).iter().map(|v| v.display(facts)).collect();
    Val::new(match parts.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => parts.concat(),
    })
}

pub(super) fn unique<'a>(of: &Val<'a>, _: &[Val<'a>], facts: &'a Facts) -> Val<'a> {
    change(of, |items| {
        let mut kept: Vec<Val<'a>> = Vec::new();
        for item in items.drain(..) {
            if Truth::any(kept.iter().map(|k| k.equals(&item, facts))) == Truth::No {
                kept.push(item);
            }
        }
        *items = kept;
    })
}

pub(super) fn sort<'a>(of: &Val<'a>, _: &[Val<'a>], facts: &'a Facts) -> Val<'a> {
    change(of, |items| {
        items.sort_by(|a, b| match (a.number(), b.number()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => a.display(facts).cmp(&b.display(facts)),
        });
    })
}

pub(super) fn sum<'a>(of: &Val<'a>, _: &[Val<'a>], _: &'a Facts) -> Val<'a> {
    let whole = list(of).iter().map(|v| if let Data::Int(n) = v.data { n } else { 0 });
    Val::new(Data::Int(whole.fold(0, i64::saturating_add)))
}

pub(super) fn keep<'a>(of: &Val<'a>, args: &[Val<'a>], facts: &'a Facts, wanted: bool) -> Val<'a> {
    change(of, |items| items.retain(|v| (value::contains(&args[0], v, facts) == Truth::Yes) == wanted))
}

pub(super) fn flatten<'a>(of: &Val<'a>, _: &[Val<'a>], _: &'a Facts) -> Val<'a> {
    let mut flat = List::default();
    if let Data::List(outer) = &of.data {
        flat.open.clone_from(&outer.open);
        for item in &outer.items {
            match &item.data {
                Data::List(inner) => {
                    flat.items.extend(inner.items.iter().cloned());
                    flat.open = flat.open.or_else(|| inner.open.clone());
                }
                Data::Unknown(why) => flat.open = flat.open.or_else(|| Some(why.clone())),
                Data::Null => {}
                _ => flat.items.push(item.clone()),
            }
        }
    }
    Val { data: Data::List(flat), ..of.clone() }
}

pub(super) fn split<'a>(of: &Val<'a>, args: &[Val<'a>], _: &'a Facts) -> Val<'a> {
    let Some(s) = of.str() else { return Val::list(Vec::new()) };
    match args.first().and_then(Val::str).filter(|s| !s.is_empty()) {
        Some(separator) => Val::strings(s.split(separator).map(str::to_owned)),
        None => Val::strings(s.split_whitespace().map(str::to_owned)),
    }
}

pub(super) fn affix<'a>(of: &Val<'a>, args: &[Val<'a>], test: &dyn Fn(&str, &str) -> bool) -> Truth<'a> {
    let Some(s) = of.str() else { return Truth::No };
    match &args[0].data {
        Data::List(all) => {
            let open = all.open.iter().map(|why| Truth::Unknown(why.clone()));
            Truth::any(all.items.iter().map(|a| affix(of, std::slice::from_ref(a), test)).chain(open))
        }
        Data::Unknown(why) => Truth::Unknown(why.clone()),
        _ => args[0].str().is_some_and(|a| test(s, a)).into(),
    }
}

pub(super) fn int<'a>(of: &Val<'a>, _: &[Val<'a>], _: &'a Facts) -> Val<'a> {
    let number = match &of.data {
        Data::Int(n) => Some(*n),
        Data::Bool(b) => Some(i64::from(*b)),
        #[allow(clippy::cast_possible_truncation)] // Saturates, which is near enough for a count.
        Data::Float(n) => Some(*n as i64),
        Data::Str(s) => s.trim().parse().ok(),
        _ => None,
    };
    Val { data: number.map_or(Data::Null, Data::Int), ..of.clone() }
}

pub(super) fn items<'a>(of: &Val<'a>, _: &[Val<'a>], facts: &'a Facts) -> Val<'a> {
    let pair = |(key, value): (String, Val<'a>)| {
        let (place, near) = (value.place, value.near);
        let data = Data::Dict(vec![("key".to_owned(), same(&value, key)), ("value".to_owned(), value)]);
        Val { data, place, near }
    };
    Val::list(of.pairs(facts).into_iter().map(pair).collect())
}
