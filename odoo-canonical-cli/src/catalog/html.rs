//! The frame of every page, and what keeps text from being taken for markup.

/// Text as it must stand in HTML, in elements and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A description: what stands between back quotes is code.
pub(super) fn prose(text: &str) -> String {
    let mut out = String::new();
    for (place, part) in text.split('`').enumerate() {
        let part = escaped(part);
        if place % 2 == 1 {
            out.push_str(&format!("<code>{part}</code>"));
        } else {
            out.push_str(&part);
        }
    }
    out
}

/// The name of a thing in an address or an `id`.
pub(super) fn anchor(name: &str) -> String {
    name.chars()
        .map(|one| if one.is_ascii_alphanumeric() || one == '-' || one == '_' { one } else { '-' })
        .collect()
}

/// `SalesOrder` as people read it: `Sales order`.
pub(super) fn words(name: &str) -> String {
    let mut out = String::new();
    for (place, letter) in name.replace('_', " ").chars().enumerate() {
        if place == 0 {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
    }
    out
}

/// The pages that every page leads to: address, name.
const PAGES: [(&str, &str); 5] = [
    ("index.html", "Objects"),
    ("values.html", "Values"),
    ("envelope.html", "Envelope"),
    ("rules.html", "Rules"),
    ("history.html", "History"),
];

/// A page of its own. `up` leads to the root of the site: empty, or `../`; `here` is the page of the menu that it belongs to.
pub(super) fn page(title: &str, here: &str, up: &str, version: &str, body: &str) -> String {
    let mut menu = String::new();
    for (address, name) in PAGES {
        let current = if address == here { " aria-current=\"page\"" } else { "" };
        menu.push_str(&format!("<li><a href=\"{up}{address}\"{current}>{name}</a></li>"));
    }
    let (title, version) = (escaped(title), escaped(version));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title} · canonical {version}</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"color-scheme\" content=\"light dark\">\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"{up}style.css\">\
         <script defer src=\"{up}search-index.js\"></script><script defer src=\"{up}search.js\"></script></head>\
         <body data-root=\"{up}\"><a class=\"skip\" href=\"#main\">Skip to content</a>\
         <header><div class=\"bar\"><a class=\"brand\" href=\"{up}index.html\">canonical <span>{version}</span></a>\
         <nav aria-label=\"Site\"><ul>{menu}</ul></nav>\
         <form class=\"search\" role=\"search\" hidden><label class=\"unseen\" for=\"q\">Search</label>\
         <input id=\"q\" type=\"search\" placeholder=\"Search ( / )\" autocomplete=\"off\" aria-controls=\"results\">\
         <ul id=\"results\" aria-live=\"polite\" hidden></ul></form></div></header>\
         <main id=\"main\" tabindex=\"-1\">{body}</main></body></html>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        assert_eq!(prose("a `<b>` & \"c\""), "a <code>&lt;b&gt;</code> &amp; &quot;c&quot;");
        assert!(!page("<script>", "", "", "v1", "").contains("<script>"));
        assert_eq!(anchor("BR-CO 15/x"), "BR-CO-15-x");
        assert_eq!(words("sales_order"), "Sales order");
    }
}
