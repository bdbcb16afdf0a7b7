//! Which nodes of a document change, and how: the chosen differences as a tree beside the document's own.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::Refused;
use crate::delta::{Class, Kind};
use crate::difference::Difference;
use crate::document::{Entry, Map, Node, Value};
use crate::equal;
use crate::path::tokens;
use crate::secret::{self, MASK};

/// What becomes of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// It stays, with changes inside.
    Inside,
    /// It becomes what the other file has.
    Replace,
    /// It goes.
    Remove,
}

/// A node that changes.
#[derive(Debug)]
pub(super) struct Work {
    pub(super) act: Act,
    /// Its place among its siblings in the other file, where it is there.
    pub(super) other: Option<usize>,
    /// The delta that asks for it.
    pub(super) delta: usize,
    /// By place among the members or elements.
    pub(super) children: BTreeMap<usize, Work>,
    pub(super) inserts: Vec<Insert>,
}

/// A member or element of the other file that comes in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Insert {
    /// Its place among its siblings in the other file.
    pub(super) other: usize,
    /// The sibling that stays and that it comes behind; None in front of all.
    pub(super) after: Option<usize>,
    pub(super) delta: usize,
}

impl Work {
    fn inside(other: Option<usize>, delta: usize) -> Self {
        Self { act: Act::Inside, other, delta, children: BTreeMap::new(), inserts: Vec::new() }
    }

    /// True when a member or element goes.
    pub(super) fn removes(&self, at: usize) -> bool {
        self.children.get(&at).is_some_and(|child| child.act == Act::Remove)
    }

    /// What comes behind a member or element, in the order of the other file.
    pub(super) fn behind(&self, after: Option<usize>) -> impl Iterator<Item = &Insert> {
        self.inserts.iter().filter(move |insert| insert.after == after)
    }
}

/// A difference seen from the file that changes: `old` is what it has, `new` what it gets.
pub(super) struct Step<'d> {
    pub(super) kind: Kind,
    class: Class,
    old_path: &'d str,
    new_path: &'d str,
    pub(super) delta: usize,
    pub(super) chosen: bool,
}

impl<'d> Step<'d> {
    /// The steps of a difference: what moved goes in one place and comes in another.
    pub(super) fn of(difference: &'d Difference<'_>, delta: usize, chosen: bool, back: bool) -> Vec<Self> {
        let class = difference.class;
        let step = |kind, old_path: &'d str, new_path: &'d str| {
            let (old_path, new_path) = if back { (new_path, old_path) } else { (old_path, new_path) };
            let kind = match kind {
                Kind::Added if back => Kind::Removed,
                Kind::Removed if back => Kind::Added,
                kind => kind,
            };
            Self { kind, class, old_path, new_path, delta, chosen }
        };
        match &difference.from {
            None => vec![step(difference.kind, &difference.old_path, &difference.new_path)],
            Some(from) => vec![
                step(Kind::Removed, &from.path, &from.new_path),
                step(Kind::Added, &difference.old_path, &difference.new_path),
            ],
        }
    }
}

/// The chosen steps within one pair of documents as a tree; `only_text` lets a single value be a list of one.
pub(super) fn plan(old: &Node, new: &Node, steps: &[Step<'_>], only_text: bool) -> Result<Work, Refused> {
    let mut planner = Planner { only_text, pairs: HashMap::new(), came: HashMap::new() };
    let mut root = Work::inside(None, steps.first().map_or(0, |step| step.delta));
    for step in steps {
        let way = planner.way(old, new, step).map_err(|reason| Refused::of(step.delta, reason))?;
        if step.chosen {
            planner.enter(&mut root, &way, step)?;
        }
    }
    planner.anchor(&mut root, old, new);
    Ok(root)
}

/// Places on the way down, in both documents.
struct Way {
    steps: Vec<[usize; 2]>,
}

struct Planner {
    only_text: bool,
    /// Elements of a list of `old`, by its address, that are known to be one: place here, place there.
    pairs: HashMap<usize, Vec<[usize; 2]>>,
    /// Elements of the other list that came, by the address of the list here.
    came: HashMap<usize, HashSet<usize>>,
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node) as usize
}

impl Planner {
    fn way(&mut self, old: &Node, new: &Node, step: &Step<'_>) -> Result<Way, &'static str> {
        const LOST: &str = "its place in both files is not certain";
        let (mut here, mut there) = (Some(old), Some(new));
        let mut way = Way { steps: Vec::new() };
        let (ours, theirs): (Vec<String>, Vec<String>) =
            (tokens(step.old_path).collect(), tokens(step.new_path).collect());
        if ours.len() != theirs.len() {
            return Err(LOST);
        }
        let depths = ours.len();
        for (depth, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let last = depth + 1 == depths;
            let (parent, parent_there) = here.zip(there).ok_or(LOST)?;
            let at = self.child(parent, ours)?;
            let at_there = self.child(parent_there, theirs)?;
            let (at, at_there) = match step.kind {
                Kind::Added if last => (None, Some(at_there.ok_or(LOST)?)),
                Kind::Removed if last => (Some(at.ok_or(LOST)?), None),
                _ => (Some(at.ok_or(LOST)?), Some(at_there.ok_or(LOST)?)),
            };
            if let (Some((at, _)), Some((at_there, _))) = (at, at_there) {
                self.pairs.entry(address(parent)).or_default().push([at, at_there]);
            } else if let Some((at_there, _)) = at_there {
                self.came.entry(address(parent)).or_default().insert(at_there);
            }
            way.steps.push([at.map_or(usize::MAX, |(at, _)| at), at_there.map_or(usize::MAX, |(at, _)| at)]);
            (here, there) = (at.map(|(_, node)| node), at_there.map(|(_, node)| node));
        }
        Ok(way)
    }

    fn child<'n>(&self, node: &'n Node, token: &str) -> Result<Option<(usize, &'n Node)>, &'static str> {
        match &node.value {
            Value::Map(map) => find(map, token),
            Value::List(items) => {
                let at = token.parse::<usize>().ok();
                Ok(at.and_then(|at| Some((at, items.get(at)?))))
            }
            _ => Ok((self.only_text && token == "0").then_some((0, node))),
        }
    }

    fn enter(&self, root: &mut Work, way: &Way, step: &Step<'_>) -> Result<(), Refused> {
        let act = match step.kind {
            Kind::Changed => Act::Replace,
            Kind::Removed => Act::Remove,
            Kind::Added => Act::Inside,
            Kind::Moved | Kind::Renamed => {
                return Err(Refused::of(step.delta, "the place that it moved from is not certain"));
            }
        };
        let depth = way.steps.len().saturating_sub(usize::from(step.kind == Kind::Added));
        let mut work = root;
        for [at, other] in way.steps.iter().take(depth) {
            let other = (*other != usize::MAX).then_some(*other);
            work = work.children.entry(*at).or_insert_with(|| Work::inside(other, step.delta));
        }
        if act != Act::Inside {
            (work.act, work.delta) = (act, step.delta);
        } else if let Some([_, other]) = way.steps.last() {
            work.inserts.push(Insert { other: *other, after: None, delta: step.delta });
        }
        Ok(())
    }

    /// Finds for everything that comes in the sibling that it comes behind.
    fn anchor(&self, work: &mut Work, old: &Node, new: &Node) {
        work.inserts.sort_by_key(|insert| insert.other);
        if !work.inserts.is_empty() {
            let partners = self.partners(old, new);
            let gone: HashSet<usize> =
                work.children.iter().filter(|(_, child)| child.act == Act::Remove).map(|(at, _)| *at).collect();
            for insert in &mut work.inserts {
                let before = partners.get(..insert.other).unwrap_or_default();
                insert.after = before.iter().rev().flatten().copied().find(|at| !gone.contains(at));
            }
        }
        for (at, child) in &mut work.children {
            let pair = nth(old, *at, self.only_text).zip(child.other.and_then(|other| nth(new, other, self.only_text)));
            if let (Some((old, new)), Act::Inside) = (pair, child.act) {
                self.anchor(child, old, new);
            }
        }
    }

    /// For each member or element of the other side its place on this one.
    fn partners(&self, old: &Node, new: &Node) -> Vec<Option<usize>> {
        if let (Value::Map(old), Value::Map(new)) = (&old.value, &new.value) {
            let places: HashMap<&str, usize> =
                old.entries().iter().enumerate().map(|(at, entry)| (entry.key.as_str(), at)).collect();
            return new.entries().iter().map(|entry| places.get(entry.key.as_str()).copied()).collect();
        }
        let (ours, theirs) = (items(old), items(new));
        let mut partners = vec![None; theirs.len()];
        let known = self.pairs.get(&address(old)).map(Vec::as_slice).unwrap_or_default();
        for [at, other] in known {
            if let Some(partner) = partners.get_mut(*other) {
                *partner = Some(*at);
            }
        }
        let taken: HashSet<usize> = known.iter().map(|[at, _]| *at).collect();
        let mut free: HashMap<u64, std::collections::VecDeque<usize>> = HashMap::new();
        for (at, node) in ours.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
            free.entry(equal::hash(node)).or_default().push_back(at);
        }
        let came = self.came.get(&address(old));
        for (other, (node, partner)) in theirs.iter().zip(&mut partners).enumerate() {
            if partner.is_none() && !came.is_some_and(|came| came.contains(&other)) {
                *partner = free.get_mut(&equal::hash(node)).and_then(std::collections::VecDeque::pop_front);
            }
        }
        partners
    }
}

/// The member of a map that a token of a pointer names; secrets in keys are masked there.
fn find<'n>(map: &'n Map, token: &str) -> Result<Option<(usize, &'n Node)>, &'static str> {
    let entries = || map.entries().iter().enumerate();
    let found = |(at, entry): (usize, &'n Entry)| (at, &entry.node);
    if !token.contains(MASK) && !token.contains('\u{2400}') {
        return Ok(entries().find(|(_, entry)| entry.key == token).map(found));
    }
    let mut fits = entries().filter(|(_, entry)| secret::redacted(&entry.key).replace('\0', "\u{2400}") == token);
    match (fits.next(), fits.next()) {
        (Some(_), Some(_)) => Err("its key holds a secret, and so does another"),
        (first, _) => Ok(first.map(found)),
    }
}

/// The elements of a list; anything else is a list of one.
fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(node),
    }
}

/// The member or element at a place.
pub(super) fn nth(node: &Node, at: usize, only_text: bool) -> Option<&Node> {
    match &node.value {
        Value::Map(map) => map.entries().get(at).map(|entry| &entry.node),
        Value::List(items) => items.get(at),
        _ => (only_text && at == 0).then_some(node),
    }
}

/// The key of the member at a place; None in a list.
pub(super) fn key(node: &Node, at: usize) -> Option<&str> {
    match &node.value {
        Value::Map(map) => map.entries().get(at).map(|entry| entry.key.as_str()),
        _ => None,
    }
}

/// The value that the chosen steps make of a node. A list of one is a single value where formats know only text.
pub(super) fn expected(old: &Node, new: &Node, work: &Work, only_text: bool) -> Node {
    if work.act == Act::Replace {
        return new.clone();
    }
    let changed = |at: usize, node: &Node| -> Option<Node> {
        let Some(child) = work.children.get(&at) else { return Some(node.clone()) };
        match (child.act, child.other.and_then(|other| nth(new, other, only_text))) {
            (Act::Remove, _) => None,
            (_, Some(other)) => Some(expected(node, other, child, only_text)),
            (_, None) => Some(node.clone()),
        }
    };
    let value = match &old.value {
        Value::Map(map) => {
            let entries = map.entries().iter().enumerate();
            let kept =
                entries.filter_map(|(at, entry)| Some(Entry { node: changed(at, &entry.node)?, ..entry.clone() }));
            let came = work.inserts.iter().filter_map(|insert| match &new.value {
                Value::Map(map) => map.entries().get(insert.other).cloned(),
                _ => None,
            });
            Value::Map(Map::from_unique(kept.chain(came).collect()))
        }
        _ if !work.children.is_empty() || !work.inserts.is_empty() => {
            let mut list = Vec::new();
            let came = |after| work.behind(after).filter_map(|insert| items(new).get(insert.other).cloned());
            list.extend(came(None));
            for (at, node) in items(old).iter().enumerate() {
                list.extend(changed(at, node));
                list.extend(came(Some(at)));
            }
            match (only_text, list.len()) {
                (true, 1) => return list.remove(0),
                _ => Value::List(list),
            }
        }
        other => other.clone(),
    };
    Node { value, at: old.at, tag: old.tag.clone() }
}

/// Settles what a list that changes its order takes along: all that it has in the other file, or nothing else.
pub(super) fn settle(steps: &[Step<'_>]) -> Result<(), Refused> {
    for order in steps.iter().filter(|step| step.chosen && step.class == Class::Order) {
        let below = |step: &&Step<'_>| {
            let rest = step.old_path.strip_prefix(order.old_path);
            step.delta != order.delta && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        if let Some(other) = steps.iter().filter(below).find(|step| !step.chosen) {
            let reason = "a list takes the order of the other file only with all of its other differences";
            return Err(Refused { delta: Some(order.delta), beside: Some(other.delta), reason: reason.to_owned() });
        }
    }
    Ok(())
}
