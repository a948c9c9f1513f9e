//! A status machine as a picture, and in words for those who do not see it.

mod layers;
mod layout;
mod place;

use super::html::{escaped, prose};
use layout::{HEIGHT, Layout, Placed, Step, layout};
use odoo_canonical::StatusMachine;
use std::fmt::Write as _;

/// The picture as SVG; `id` tells it from other pictures of the page.
pub(super) fn picture(machine: &StatusMachine, id: &str) -> String {
    let Layout { states, steps, width, height } = layout(machine);
    let mut svg = format!(
        "<svg class=\"machine\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"{id}-title\">\
         <title id=\"{id}-title\">States of {} and the steps between them; the table below has them in words</title>\
         <defs><marker id=\"{id}-head\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\">\
         <path d=\"M0 0 L8 4 L0 8 z\"/></marker></defs>",
        escaped(machine.name)
    );
    for step in &steps {
        arrow(&mut svg, step, id);
    }
    for (place, state) in states.iter().enumerate() {
        let is_final = machine.state(state.name).is_some_and(|state| state.is_final());
        let kind = if place == 0 {
            "first"
        } else if is_final {
            "final"
        } else {
            "passing"
        };
        self::state(&mut svg, state, kind);
    }
    svg.push_str("</svg>");
    svg
}

fn arrow(svg: &mut String, step: &Step, id: &str) {
    let mut path = String::new();
    let mut before: Option<(i32, i32)> = None;
    for (x, y) in &step.points {
        // Writing to a String cannot fail.
        let _ = match before {
            None => write!(path, "M{x} {y}"),
            Some((old_x, _)) if old_x == *x => write!(path, " L{x} {y}"),
            Some((old_x, old_y)) => {
                let middle = (old_y + y) / 2;
                write!(path, " C{old_x} {middle} {x} {middle} {x} {y}")
            }
        };
        before = Some((*x, *y));
    }
    let (kind, head) = if step.upwards { ("back", "start") } else { ("step", "end") };
    let _ = write!(svg, "<path class=\"{kind}\" d=\"{path}\" marker-{head}=\"url(#{id}-head)\"/>");
}

fn state(svg: &mut String, state: &Placed, kind: &str) {
    let Placed { name, x, y, width } = state;
    let (left, middle) = (x - width / 2, y + HEIGHT / 2 + 4);
    let name = escaped(name);
    let _ = write!(
        svg,
        "<g class=\"{kind}\"><rect x=\"{left}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\" rx=\"8\"/>\
         <text x=\"{x}\" y=\"{middle}\" text-anchor=\"middle\">{name}</text></g>"
    );
}

/// The states in words: what each means, and what may follow at once.
pub(super) fn table(machine: &StatusMachine) -> String {
    let mut rows = String::new();
    for state in machine.states {
        let next = if state.next.is_empty() {
            "<span class=\"quiet\">nothing: this is an end</span>".to_owned()
        } else {
            let names = state.next.iter().map(|name| format!("<code>{}</code>", escaped(name)));
            names.collect::<Vec<_>>().join(" ")
        };
        let _ = write!(
            rows,
            "<tr><th scope=\"row\"><code>{}</code></th><td data-label=\"Meaning\">{}</td><td data-label=\"May be followed by\">{next}</td></tr>",
            escaped(state.name),
            prose(state.text.trim())
        );
    }
    format!(
        "<table><thead><tr><th scope=\"col\">State</th><th scope=\"col\">Meaning</th><th scope=\"col\">May be followed by</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use odoo_canonical::{ObjectKind, State};

    const LOOP: StatusMachine = StatusMachine {
        name: "Loop",
        states: &[
            State { name: "a", text: "A.", next: &["b", "d"] },
            State { name: "b", text: "B.", next: &["c"] },
            State { name: "c", text: "C.", next: &["b", "d"] },
            State { name: "d", text: "<D> & so on.", next: &[] },
        ],
    };

    #[test]
    fn states_do_not_overlap_and_steps_lead_downwards() {
        let machines = ObjectKind::ALL.iter().filter_map(|kind| kind.status_machine());
        for machine in machines.chain([LOOP]) {
            let layout = layout(&machine);
            assert_eq!(layout.states.len(), machine.states.len());
            for (place, one) in layout.states.iter().enumerate() {
                assert!(one.x - one.width / 2 >= 0 && one.x + one.width / 2 <= layout.width, "{}", one.name);
                assert!(one.y + HEIGHT <= layout.height);
                for other in layout.states.iter().skip(place + 1).filter(|other| other.y == one.y) {
                    assert!(
                        (one.x - other.x).abs() >= (one.width + other.width) / 2,
                        "{} {}",
                        one.name,
                        other.name
                    );
                }
            }
            let expected: usize = machine.states.iter().map(|state| state.next.len()).sum();
            assert_eq!(layout.steps.len(), expected, "{}", machine.name);
            for step in &layout.steps {
                let heights: Vec<i32> = step.points.iter().map(|(_, y)| *y).collect();
                assert!(heights.is_sorted() && heights.len() >= 2, "{}: {heights:?}", machine.name);
            }
        }
    }

    #[test]
    fn a_step_back_is_drawn_as_one() {
        let svg = picture(&LOOP, "m");
        assert_eq!(svg.matches("class=\"back\"").count(), 1);
        assert_eq!(svg.matches("class=\"step\"").count(), 4);
        assert!(table(&LOOP).contains("&lt;D&gt; &amp; so on."));
    }
}
