//! The site: whole, the same again, and with nothing that leads nowhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use odoo_canonical::ObjectKind;
use odoo_canonical_cli::{
    SchemaSet,
    catalog::{History, files},
};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

fn site() -> BTreeMap<String, String> {
    files("v1", &History::default()).unwrap()
}

/// The values of an attribute in a page.
fn attributes<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    page.split(&start).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn every_link_leads_somewhere_within_the_site() {
    let site = site();
    let mut links = 0;
    for (path, page) in site.iter().filter(|(path, _)| path.ends_with(".html")) {
        for target in attributes(page, "href").into_iter().chain(attributes(page, "src")) {
            if target == "data:," {
                continue;
            }
            links += 1;
            let (file, id) = target.split_once('#').map_or((target, None), |(file, id)| (file, Some(id)));
            let folder = if path.contains('/') && !file.starts_with("../") { "objects/" } else { "" };
            let file = match file.trim_start_matches("../") {
                "" => path.clone(),
                file => format!("{folder}{file}"),
            };
            let found = site.get(&file).unwrap_or_else(|| panic!("{path}: {target} leads nowhere"));
            if let Some(id) = id {
                assert!(attributes(found, "id").contains(&id), "{path}: {target} leads to no place");
            }
        }
    }
    assert!(links > 200, "{links}");
}

#[test]
fn nothing_is_loaded_from_elsewhere_and_ids_are_unique() {
    for (path, page) in site().iter().filter(|(path, _)| !path.starts_with("schemas/")) {
        for outside in
            ["//cdn", "src=\"http", "href=\"http", "@import", "url(http", "fetch(", "XMLHttpRequest"]
        {
            assert!(!page.contains(outside), "{path}: {outside}");
        }
        let ids = attributes(page, "id");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{path}: {ids:?}");
    }
}

#[test]
fn markup_is_balanced() {
    const VOID: [&str; 5] = ["meta", "link", "input", "br", "!doctype"];
    for (path, page) in site().iter().filter(|(path, _)| path.ends_with(".html")) {
        let mut open = Vec::new();
        for tag in page.split('<').skip(1).map(|rest| rest.split('>').next().unwrap()) {
            let name = tag.trim_start_matches('/').split([' ', '\n', '/']).next().unwrap();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name), "{path}: </{name}>");
            } else if !VOID.contains(&name) && !tag.ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{path}: {open:?}");
    }
}

#[test]
fn every_object_has_its_page_with_what_there_is_to_know() {
    let site = site();
    for kind in ObjectKind::ALL {
        let page = &site[&format!("objects/{kind}.html")];
        assert_eq!(page.contains("class=\"machine\""), kind.status_machine().is_some(), "{kind}");
        for state in kind.status_machine().iter().flat_map(|machine| machine.states) {
            assert!(page.contains(&format!(">{}</text>", state.name)), "{kind}: {}", state.name);
        }
        for rule in kind.rules() {
            assert!(page.contains(&format!("<code>{}</code>", rule.id)), "{kind}: {}", rule.id);
        }
        for mark in odoo_canonical::field_marks(*kind) {
            let name = mark.path.rsplit('/').find(|part| *part != "*").unwrap();
            // Fields of value types are explained with these.
            let code = format!("<code>{name}</code>");
            assert!(page.contains(&code) || site["values.html"].contains(&code), "{kind}: {}", mark.path);
        }
        assert!(site["index.html"].contains(&format!("objects/{kind}.html")));
        assert!(site["search-index.js"].contains(&format!("objects/{kind}.html")));
    }
    assert_eq!(site, self::site());
}

#[test]
fn the_history_is_that_of_the_versions_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let current = SchemaSet::embedded("v1").unwrap();
    for version in ["v0.9", "v0.10"] {
        let path = folder.path().join(version);
        fs::create_dir(&path).unwrap();
        for (name, schema) in &current.schemas {
            let mut schema = schema.clone();
            if name == "party" && version == "v0.9" {
                schema["required"].as_array_mut().unwrap().push("email".into());
            }
            fs::write(path.join(format!("{name}.json")), schema.to_string()).unwrap();
        }
    }
    let history = History::of(folder.path(), &current).unwrap();
    let [report] = history.reports.as_slice() else { panic!("{history:?}") };
    assert_eq!((report.old.as_str(), report.new.as_str()), ("v0.9", "v0.10"));
    let page = &files("v1", &history).unwrap()["history.html"];
    assert!(page.contains("became-optional") && page.contains("party /email"), "{page}");
}
