//! The pages of the site.

use super::{
    History,
    html::{anchor, escaped, page, prose, words},
    machine,
    shape::{Shared, description, shape, shapes},
};
use crate::{
    SchemaSet,
    diff::{Change, Report},
};
use odoo_canonical::ObjectKind;
use serde_json::Value;
use std::{collections::BTreeMap, fmt::Write as _};

/// All objects, by the domain that answers for them.
pub(super) fn index(set: &SchemaSet) -> String {
    let mut domains: BTreeMap<&str, Vec<ObjectKind>> = BTreeMap::new();
    for kind in ObjectKind::ALL {
        domains.entry(kind.domain().as_str()).or_default().push(*kind);
    }
    let mut body = format!(
        "<h1>Business objects</h1><p class=\"lead\">{} objects that systems exchange: one shape, one meaning, one JSON Schema each. \
         Version {}.</p>",
        ObjectKind::ALL.len(),
        escaped(&set.label)
    );
    for (domain, kinds) in domains {
        let _ = write!(
            body,
            "<section aria-labelledby=\"{domain}\"><h2 id=\"{domain}\">{}</h2><ul class=\"cards\">",
            words(domain)
        );
        for kind in kinds {
            let text = set.schemas.get(kind.as_str()).and_then(|schema| schema.get("description")?.as_str());
            let states = kind
                .status_machine()
                .map_or(String::new(), |machine| format!(" · {} states", machine.states.len()));
            let _ = write!(
                body,
                "<li><a href=\"objects/{kind}.html\"><strong>{}</strong><span>{}</span><small>{} rules{states}</small></a></li>",
                words(kind.as_str()),
                prose(text.unwrap_or_default()),
                kind.rules().count()
            );
        }
        body.push_str("</ul></section>");
    }
    page("Business objects", "index.html", "", &set.label, &body)
}

/// One object: fields, states, rules, example.
pub(super) fn object(kind: ObjectKind, schema: &Value, shared: &Shared, set: &SchemaSet) -> String {
    let title = words(kind.as_str());
    let mut body = format!(
        "<p class=\"crumb\"><a href=\"../index.html\">Objects</a> / {domain}</p><h1>{title}</h1><div class=\"lead\">{text}</div>\
         <p class=\"downloads\">JSON Schema: <a href=\"../schemas/{version}/{kind}.json\">strict</a>, \
         <a href=\"../schemas/{version}/open/{kind}.json\">open</a>, <a href=\"../schemas/{version}/draft-07/{kind}.json\">draft-07</a></p>",
        domain = kind.domain().as_str(),
        text = description(schema),
        version = escaped(&set.label),
    );
    let machine = kind.status_machine();
    let states = machine.map(|_| ("states", "States"));
    let rest = [("fields", "Fields"), ("rules", "Rules"), ("example", "Example")];
    let contents = states.into_iter().chain(rest);
    let links: Vec<String> =
        contents.map(|(id, name)| format!("<li><a href=\"#{id}\">{name}</a></li>")).collect();
    let _ =
        write!(body, "<nav class=\"contents\" aria-label=\"On this page\"><ul>{}</ul></nav>", links.concat());
    if let Some(machine) = machine {
        let _ = write!(
            body,
            "<section aria-labelledby=\"states\"><h2 id=\"states\">States</h2><div class=\"picture\" tabindex=\"0\" role=\"region\" aria-label=\"Picture of the states\">{}</div>\
             <p class=\"quiet\">States may be skipped, for a source is not seen at every moment.</p>{}</section>",
            machine::picture(&machine, "machine"),
            machine::table(&machine)
        );
    }
    body.push_str(&shapes(schema, &title, shared));
    let _ = write!(
        body,
        "<section aria-labelledby=\"rules\"><h2 id=\"rules\">Rules</h2>{}</section>\
         <section aria-labelledby=\"example\"><h2 id=\"example\">Example</h2><pre tabindex=\"0\"><code>{}</code></pre></section>",
        rule_table([kind].into_iter(), "../"),
        escaped(kind.example().trim())
    );
    page(&title, "index.html", "../", &set.label, &body)
}

/// The value types, each with its form.
pub(super) fn values(set: &SchemaSet, shared: &Shared) -> String {
    let mut body =
        "<h1>Value types</h1><p class=\"lead\">What fields hold: parsed strictly, never a float.</p>"
            .to_owned();
    let values: Vec<_> = set.schemas.iter().filter(|(name, _)| is_value(name)).collect();
    let links: Vec<String> = values
        .iter()
        .map(|(name, _)| format!("<li><a href=\"#{}\">{}</a></li>", anchor(name), words(name)))
        .collect();
    let _ =
        write!(body, "<nav class=\"contents\" aria-label=\"On this page\"><ul>{}</ul></nav>", links.concat());
    for (name, schema) in values {
        let id = anchor(name);
        let _ = write!(
            body,
            "<section class=\"part\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">{}</h2>{}{}\
             <p class=\"downloads\"><a href=\"schemas/{version}/{name}.json\">JSON Schema</a></p></section>",
            words(name),
            description(schema),
            shape(schema, shared),
            version = escaped(&set.label),
        );
    }
    page("Value types", "values.html", "", &set.label, &body)
}

/// The envelope.
pub(super) fn envelope(set: &SchemaSet, shared: &Shared) -> String {
    let schema = set.schemas.get("envelope").unwrap_or(&Value::Null);
    let example = schema.get("examples").and_then(|all| all.get(0));
    let example = example.map(|example| {
        format!(
            "<section aria-labelledby=\"example\"><h2 id=\"example\">Example</h2><pre tabindex=\"0\"><code>{}</code></pre></section>",
            escaped(&format!("{example:#}"))
        )
    });
    let body = format!(
        "<h1>Envelope</h1><div class=\"lead\">{}</div><p>CloudEvents 1.0, JSON format, structured mode.</p>\
         <p class=\"downloads\">JSON Schema: <a href=\"schemas/{version}/envelope.json\">strict</a>, \
         <a href=\"schemas/{version}/open/envelope.json\">open</a>, <a href=\"schemas/{version}/draft-07/envelope.json\">draft-07</a></p>{}{}",
        description(schema),
        shapes(schema, "the envelope", shared),
        example.unwrap_or_default(),
        version = escaped(&set.label),
    );
    page("Envelope", "envelope.html", "", &set.label, &body)
}

/// All rules, and which objects are held to them.
pub(super) fn rules(set: &SchemaSet) -> String {
    let body = format!(
        "<h1>Rules</h1><p class=\"lead\">What must hold in a document beyond its shape. Rules of EN 16931 and Peppol keep their ids. Nothing is repaired silently.</p>{}",
        rule_table(ObjectKind::ALL.iter().copied(), "")
    );
    page("Rules", "rules.html", "", &set.label, &body)
}

/// The rules of some objects; of several, with the objects.
fn rule_table(kinds: impl Iterator<Item = ObjectKind>, up: &str) -> String {
    let mut rules: Vec<(odoo_canonical::invariant::Rule, Vec<ObjectKind>)> = Vec::new();
    let kinds: Vec<ObjectKind> = kinds.collect();
    for kind in &kinds {
        for rule in kind.rules() {
            match rules.iter_mut().find(|(known, _)| known.id == rule.id) {
                Some((_, kinds)) => kinds.push(*kind),
                None => rules.push((rule, vec![*kind])),
            }
        }
    }
    let several = kinds.len() > 1;
    let mut rows = String::new();
    for (rule, kinds) in rules {
        let held: Vec<String> = kinds
            .iter()
            .map(|kind| format!("<a href=\"{up}objects/{kind}.html\">{}</a>", words(kind.as_str())))
            .collect();
        let held = if several {
            format!("<td data-label=\"Objects\">{}</td>", held.join(", "))
        } else {
            String::new()
        };
        let id = anchor(rule.id);
        let _ = write!(
            rows,
            "<tr id=\"{id}\"><th scope=\"row\"><code>{}</code></th><td data-label=\"What must hold\">{}</td><td data-label=\"Tolerance\">{}</td>{held}</tr>",
            escaped(rule.id),
            prose(rule.text),
            escaped(&rule.tolerance.to_string())
        );
    }
    let held = if several { "<th scope=\"col\">Objects</th>" } else { "" };
    format!(
        "<table><thead><tr><th scope=\"col\">Rule</th><th scope=\"col\">What must hold</th><th scope=\"col\">Tolerance</th>{held}</tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

/// What changed from version to version, the latest first.
pub(super) fn history(set: &SchemaSet, history: &History) -> String {
    let mut body = format!(
        "<h1>Change history</h1><p class=\"lead\">What changed from version to version, and whether old and new can read each other. This site shows {}.</p>",
        escaped(&set.label)
    );
    if history.reports.is_empty() {
        body.push_str("<p>There is no other version to compare with.</p>");
    }
    for report in history.reports.iter().rev() {
        let id = anchor(&format!("{}-{}", report.old, report.new));
        let _ = write!(
            body,
            "<section aria-labelledby=\"{id}\"><h2 id=\"{id}\">{} to {} <span class=\"verdict {verdict}\">{verdict}</span></h2>{}</section>",
            escaped(&report.old),
            escaped(&report.new),
            changes(report),
            verdict = report.compat,
        );
    }
    page("Change history", "history.html", "", &set.label, &body)
}

fn changes(report: &Report) -> String {
    if report.changes.is_empty() {
        return "<p>Nothing changed.</p>".to_owned();
    }
    let mut rows = String::new();
    for change in &report.changes {
        let _ = write!(
            rows,
            "<tr><th scope=\"row\"><span class=\"verdict {verdict}\">{verdict}</span></th><td data-label=\"Where\">{}</td>\
             <td data-label=\"Rule\"><code>{}</code></td><td data-label=\"Why\">{}</td></tr>",
            places(change),
            change.rule,
            prose(&change.reason),
            verdict = change.compat,
        );
    }
    format!(
        "<table><thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Where</th><th scope=\"col\">Rule</th><th scope=\"col\">Why</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

fn places(change: &Change) -> String {
    let shown = |place: &crate::diff::Place| {
        format!("<code>{}</code>", escaped(format!("{} {}", place.schema, place.path).trim_end()))
    };
    let first: Vec<String> = change.places.iter().take(3).map(shown).collect();
    let more = match change.count.saturating_sub(3) {
        0 => String::new(),
        more => format!("<br><span class=\"quiet\">and {more} more</span>"),
    };
    format!("{}{more}", first.join("<br>"))
}

/// Whether a schema is that of a value type.
pub(super) fn is_value(name: &str) -> bool {
    name != "envelope" && name.parse::<ObjectKind>().is_err()
}
