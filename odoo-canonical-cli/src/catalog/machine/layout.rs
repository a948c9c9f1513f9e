//! Where the states of a machine stand in its picture: in layers from top to bottom, as Sugiyama's method has it, in whole pixels so that the
//! same machine gives the same picture everywhere.

use super::{
    layers::{directed, layers},
    place::{order, place},
};
use odoo_canonical::StatusMachine;

/// Height of a state.
pub(super) const HEIGHT: i32 = 34;
/// From the top of one layer to the top of the next.
const LAYER: i32 = 74;
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
pub(super) struct Spot {
    layer: usize,
    pub(super) width: i32,
    /// Its middle.
    pub(super) x: i32,
    pub(super) above: Vec<usize>,
    pub(super) below: Vec<usize>,
    /// What should stand straight below it: the usual next state, or where its step goes on.
    pub(super) main: Option<usize>,
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
