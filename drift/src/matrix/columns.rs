//! Which keys, list elements and documents of several environments are the same one.

use std::collections::HashMap;

use super::Columns;

/// One name in every environment: where each has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Aligned {
    /// The name; with the placeholder where environments spell their own name in it.
    pub(super) name: String,
    /// The place in each environment's list of names.
    pub(super) at: Vec<Option<usize>>,
}

impl Columns {
    /// Pairs equal names first, then names that differ by the environment's own. In the order of the first environment, what
    /// only later ones have behind it.
    pub(super) fn align(&self, names: &[Vec<impl AsRef<str>>]) -> Vec<Aligned> {
        let mut groups: Vec<Aligned> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for (column, names) in names.iter().enumerate() {
            for (at, name) in names.iter().enumerate() {
                let group = *known.entry(name.as_ref()).or_insert_with(|| {
                    groups.push(Aligned { name: name.as_ref().to_owned(), at: vec![None; self.columns.len()] });
                    groups.len() - 1
                });
                if let Some(place) = groups.get_mut(group).and_then(|group| group.at.get_mut(column)) {
                    *place = Some(at);
                }
            }
        }
        self.merge(groups)
    }

    /// Joins groups that no environment shares and whose names have one shape.
    fn merge(&self, groups: Vec<Aligned>) -> Vec<Aligned> {
        let mut merged: Vec<Aligned> = Vec::with_capacity(groups.len());
        let mut by_shape: HashMap<String, usize> = HashMap::new();
        for group in groups {
            let Some(shape) = self.own_shape(&group) else {
                merged.push(group);
                continue;
            };
            let slot = by_shape.get(&shape).copied();
            match slot.and_then(|slot| merged.get_mut(slot)) {
                Some(earlier)
                    if earlier.at.iter().zip(&group.at).all(|(one, other)| one.is_none() || other.is_none()) =>
                {
                    earlier.name = shape;
                    let places = earlier.at.iter_mut().zip(group.at).filter(|(_, place)| place.is_some());
                    places.for_each(|(earlier, place)| *earlier = place);
                }
                _ => {
                    by_shape.insert(shape, merged.len());
                    merged.push(group);
                }
            }
        }
        merged
    }

    /// The shape of a name that its only environment spells its own name in.
    fn own_shape(&self, group: &Aligned) -> Option<String> {
        let mut places = group.at.iter().enumerate().filter(|(_, place)| place.is_some());
        let (column, _) = places.next().filter(|_| places.next().is_none())?;
        let shape = self.columns.get(column)?.names.shape(&group.name);
        (shape != group.name).then_some(shape)
    }
}
