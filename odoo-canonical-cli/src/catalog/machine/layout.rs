//! Where the states of a machine stand in its picture: in layers from top to bottom, as Sugiyama's method has it, in whole pixels so that the
//! same machine gives the same picture everywhere.

use odoo_canonical::StatusMachine;
use std::collections::BTreeMap;

/// Height of a state.
pub(super) const HEIGHT: i32 = 34;
/// From the top of one layer to the top of the next.
const LAYER: i32 = 74;
/// Between neighbours.
const GAP: i32 = 20;
/// Around everything.
const MARGIN: i32 = 12;
/// What a letter takes.
const LETTER: i32 = 8;
/// What an edge takes that passes through a layer.
const PASSAGE: i32 = 14;

/// A state in its place: the middle of its upper edge, and its width.
pub(super) struct Placed {
    pub(super) name: &'static str,
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
}

/// A step: the points through which it goes, from the state above to the state below, and whether it leads upwards.
pub(super) struct Step {
    pub(super) points: Vec<(i32, i32)>,
    pub(super) upwards: bool,
}

pub(super) struct Layout {
    pub(super) states: Vec<Placed>,
    pub(super) steps: Vec<Step>,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A state, or a place through which a step passes.
struct Spot {
    layer: usize,
    width: i32,
    /// Its middle.
    x: i32,
    above: Vec<usize>,
    below: Vec<usize>,
    /// What should stand straight below it: the usual next state, or where its step goes on.
    main: Option<usize>,
}

/// A step by its ends, and the spots on its way.
struct Way {
    spots: Vec<usize>,
    upwards: bool,
}

pub(super) fn layout(machine: &StatusMachine) -> Layout {
    let edges = directed(machine);
    let layers = layers(machine.states.len(), &edges);
    let mut spots: Vec<Spot> = machine
        .states
        .iter()
        .zip(&layers)
        .map(|(state, layer)| {
            let letters = i32::try_from(state.name.chars().count()).unwrap_or(80);
            spot(*layer, letters * LETTER + 24)
        })
        .collect();
    let ways = ways(&edges, &layers, &mut spots);
    straighten(machine, &ways, &mut spots);
    let mut rows = rows(&spots);
    for _ in 0..8 {
        order(&mut rows, &spots, |spot| &spot.above);
        order(&mut rows, &spots, |spot| &spot.below);
    }
    place(&rows, &mut spots);
    finished(machine, &spots, &ways, rows.len())
}

fn spot(layer: usize, width: i32) -> Spot {
    Spot { layer, width, x: 0, above: Vec::new(), below: Vec::new(), main: None }
}

/// The steps as pairs of states from above to below. A step back to where the way has come from is turned round, and marked.
fn directed(machine: &StatusMachine) -> Vec<(usize, usize, bool)> {
    let place: BTreeMap<&str, usize> =
        machine.states.iter().enumerate().map(|(place, state)| (state.name, place)).collect();
    let mut edges = Vec::new();
    let mut done = vec![false; machine.states.len()];
    let mut on_the_way: Vec<usize> = Vec::new();
    for start in 0..machine.states.len() {
        visit(machine, &place, start, &mut done, &mut on_the_way, &mut edges);
    }
    edges.sort_unstable();
    edges.dedup();
    edges
}

fn visit(
    machine: &StatusMachine,
    place: &BTreeMap<&str, usize>,
    state: usize,
    done: &mut [bool],
    on_the_way: &mut Vec<usize>,
    edges: &mut Vec<(usize, usize, bool)>,
) {
    if done.get(state).copied().unwrap_or(true) {
        return;
    }
    if let Some(done) = done.get_mut(state) {
        *done = true;
    }
    on_the_way.push(state);
    let next = machine.states.get(state).map_or(&[][..], |state| state.next);
    for to in next.iter().filter_map(|name| place.get(name).copied()) {
        if on_the_way.contains(&to) {
            edges.push((to, state, true));
        } else {
            edges.push((state, to, false));
            visit(machine, place, to, done, on_the_way, edges);
        }
    }
    on_the_way.pop();
}

/// Each state one layer below the lowest state that leads to it.
fn layers(count: usize, edges: &[(usize, usize, bool)]) -> Vec<usize> {
    let mut layers = vec![0; count];
    // There is no way round, so after as many rounds as there are states nothing moves any more.
    for _ in 0..count {
        for (from, to, _) in edges {
            let least = layers.get(*from).copied().unwrap_or(0) + 1;
            if let Some(layer) = layers.get_mut(*to) {
                *layer = least.max(*layer);
            }
        }
    }
    layers
}

/// The way of each step, with a spot in every layer through which it passes.
fn ways(edges: &[(usize, usize, bool)], layers: &[usize], spots: &mut Vec<Spot>) -> Vec<Way> {
    let layer = |state: usize| layers.get(state).copied().unwrap_or(0);
    let mut ways = Vec::new();
    for (from, to, upwards) in edges {
        let mut way = vec![*from];
        for passed in layer(*from) + 1..layer(*to) {
            way.push(spots.len());
            spots.push(spot(passed, PASSAGE));
        }
        way.push(*to);
        for (one, other) in way.iter().zip(way.iter().skip(1)) {
            if let Some(spot) = spots.get_mut(*one) {
                spot.below.push(*other);
            }
            if let Some(spot) = spots.get_mut(*other) {
                spot.above.push(*one);
            }
        }
        ways.push(Way { spots: way, upwards: *upwards });
    }
    ways
}

/// The usual way (to the first state that may follow) is straight, and so is the middle of a long step.
fn straighten(machine: &StatusMachine, ways: &[Way], spots: &mut [Spot]) {
    for way in ways {
        let ends = way.spots.first().zip(way.spots.last());
        let names = ends.and_then(|(from, to)| Some((machine.states.get(*from)?, machine.states.get(*to)?)));
        let is_usual = names.is_some_and(|(from, to)| from.next.first() == Some(&to.name)) && !way.upwards;
        let last = way.spots.len().saturating_sub(2);
        for (place, (one, other)) in way.spots.iter().zip(way.spots.iter().skip(1)).enumerate() {
            let is_middle = place > 0 && place < last;
            if let Some(spot) = spots.get_mut(*one).filter(|_| is_usual || is_middle) {
                spot.main = Some(*other);
            }
        }
    }
}

fn rows(spots: &[Spot]) -> Vec<Vec<usize>> {
    let count = spots.iter().map(|spot| spot.layer + 1).max().unwrap_or(0);
    (0..count)
        .map(|layer| {
            (0..spots.len()).filter(|at| spots.get(*at).is_some_and(|spot| spot.layer == layer)).collect()
        })
        .collect()
}

/// Orders each row by the middle of what it is joined to in the row before, so that few steps cross.
fn order(rows: &mut [Vec<usize>], spots: &[Spot], joined: impl Fn(&Spot) -> &Vec<usize>) {
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
fn place(rows: &[Vec<usize>], spots: &mut [Spot]) {
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

fn finished(machine: &StatusMachine, spots: &[Spot], ways: &[Way], layers: usize) -> Layout {
    let left = spots.iter().map(|spot| spot.x - spot.width / 2).min().unwrap_or(0) - MARGIN;
    let right = spots.iter().map(|spot| spot.x + spot.width / 2).max().unwrap_or(0) + MARGIN;
    let y = |layer: usize| MARGIN + i32::try_from(layer).unwrap_or(0) * LAYER;
    let states = machine
        .states
        .iter()
        .zip(spots)
        .map(|(state, spot)| Placed {
            name: state.name,
            x: spot.x - left,
            y: y(spot.layer),
            width: spot.width,
        })
        .collect();
    let step = |way: &Way| {
        let mut points = Vec::new();
        for (place, spot) in way.spots.iter().filter_map(|at| spots.get(*at)).enumerate() {
            let (x, top) = (spot.x - left, y(spot.layer));
            // A state is left at its foot and reached at its head; a passage is passed from head to foot.
            if place > 0 {
                points.push((x, top));
            }
            if place + 1 < way.spots.len() {
                points.push((x, top + HEIGHT));
            }
        }
        Step { points, upwards: way.upwards }
    };
    Layout {
        states,
        steps: ways.iter().map(step).collect(),
        width: right - left,
        height: y(layers.saturating_sub(1)) + HEIGHT + MARGIN,
    }
}
