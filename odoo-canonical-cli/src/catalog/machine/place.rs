//! Where in its layer everything stands: few crossings, and what belongs together straight above one another.

use super::layout::Spot;
use std::collections::BTreeMap;

/// Between neighbours.
const GAP: i32 = 20;

/// Orders each row by the middle of what it is joined to in the row before, so that few steps cross.
pub(super) fn order(rows: &mut [Vec<usize>], spots: &[Spot], joined: impl Fn(&Spot) -> &Vec<usize>) {
    let mut places: BTreeMap<usize, i32> = BTreeMap::new();
    for row in rows.iter() {
        let places_of_row = row.iter().zip(0..).map(|(spot, place)| (*spot, place * 1000));
        places.extend(places_of_row);
    }
    for row in rows.iter_mut() {
        // What is joined to nothing keeps its place.
        let kept: BTreeMap<usize, i32> = row.iter().zip(0..).map(|(at, place)| (*at, place * 1000)).collect();
        let middle = |at: &usize| {
            let others = spots.get(*at).map(&joined).into_iter().flatten();
            let places: Vec<i32> = others.filter_map(|other| places.get(other).copied()).collect();
            mean(&places).unwrap_or_else(|| kept.get(at).copied().unwrap_or(0))
        };
        row.sort_by_key(|at| middle(at));
        for (at, place) in row.iter().zip(0..) {
            places.insert(*at, place * 1000);
        }
    }
}

/// Moves spots to the middle of those they are joined to, as far as their neighbours let them.
pub(super) fn place(rows: &[Vec<usize>], spots: &mut [Spot]) {
    for row in rows {
        pack(row, spots, |_| 0);
    }
    for round in 0..12 {
        let downwards = round % 2 == 0;
        let order: Vec<&Vec<usize>> =
            if downwards { rows.iter().collect() } else { rows.iter().rev().collect() };
        for row in order {
            let wanted: BTreeMap<usize, i32> = row
                .iter()
                .filter_map(|at| Some((*at, wanted(*at, spots.get(*at)?, spots, downwards))))
                .collect();
            pack(row, spots, |at| wanted.get(&at).copied().unwrap_or(0));
        }
    }
}

/// Where a spot would best stand: straight below what leads to it usually or above where it leads to usually, else in the middle of what it is
/// joined to.
fn wanted(at: usize, spot: &Spot, spots: &[Spot], downwards: bool) -> i32 {
    let x = |other: &usize| spots.get(*other).map(|spot| spot.x);
    let leads_here = |other: &&usize| spots.get(**other).is_some_and(|spot| spot.main == Some(at));
    let straight = if downwards {
        spot.above.iter().find(leads_here).and_then(x)
    } else {
        spot.main.as_ref().and_then(x)
    };
    let joined = if downwards { &spot.above } else { &spot.below };
    let middles: Vec<i32> = joined.iter().filter_map(x).collect();
    straight.or_else(|| mean(&middles)).unwrap_or(spot.x)
}

/// Puts a row where it wants to be, without overlaps: once pushed from the left, once from the right, and the middle of both.
fn pack(row: &[usize], spots: &mut [Spot], wanted: impl Fn(usize) -> i32) {
    let width = |spots: &[Spot], at: usize| spots.get(at).map_or(0, |spot| spot.width);
    let mut from_left = Vec::new();
    let mut edge = i32::MIN / 2;
    for at in row {
        let half = width(spots, *at) / 2;
        let x = wanted(*at).max(edge + half);
        from_left.push(x);
        edge = x + half + GAP;
    }
    let mut from_right = Vec::new();
    let mut edge = i32::MAX / 2;
    for at in row.iter().rev() {
        let half = width(spots, *at) / 2;
        let x = wanted(*at).min(edge - half);
        from_right.push(x);
        edge = x - half - GAP;
    }
    for ((at, left), right) in row.iter().zip(from_left).zip(from_right.into_iter().rev()) {
        if let Some(spot) = spots.get_mut(*at) {
            spot.x = (left + right) / 2;
        }
    }
}

fn mean(values: &[i32]) -> Option<i32> {
    let count = i32::try_from(values.len()).ok().filter(|count| *count > 0)?;
    Some(values.iter().sum::<i32>() / count)
}
