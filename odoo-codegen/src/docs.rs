//! Odoo's labels and help texts as doc comments: plain text in, Markdown out that shows that text and nothing else.

/// As wide as the lines of a doc comment may get, without indentation and slashes.
const WIDTH: usize = 92;

/// A text as the lines of one paragraph. None for a text that shows nothing.
pub(crate) fn paragraph(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        let word = word.chars().filter(|c| is_visible(*c)).collect::<String>();
        if word.is_empty() {
            continue;
        }
        let word = escape(&word);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(at_line_start(word)),
        }
    }
    lines
}

/// No directions, joiners or other characters that nobody sees: compilers refuse them where they change the order of the text.
fn is_visible(c: char) -> bool {
    !c.escape_debug().to_string().starts_with("\\u")
        // Combining marks are escaped by it too, and seen.
        || c.is_alphanumeric()
}

fn escape(word: &str) -> String {
    // Markdown would make links of them, and rustdoc wants them marked.
    if word.contains("://") {
        let word = word.replace('`', "");
        let link = word.trim_end_matches(['.', ',', ';', ':', '!', '?', ')']);
        return format!("`{link}`{}", word.strip_prefix(link).unwrap_or_default());
    }
    let mut out = String::new();
    let mut chars = word.chars().peekable();
    let mut before: Option<char> = None;
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        let inside = [before, next].iter().all(|c| c.is_some_and(char::is_alphanumeric));
        match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '&' | '~' | '|' | '$' => out.extend(['\\', c]),
            '_' if !inside => out.extend(['\\', c]),
            _ => out.push(c),
        }
        before = Some(c);
    }
    out
}

/// A word that does not make the line a list, a heading or a rule.
fn at_line_start(word: String) -> String {
    let digits = word.chars().take_while(char::is_ascii_digit).count();
    match word.chars().nth(digits) {
        Some('#' | '-' | '+' | '=' | ':') if digits == 0 => format!("\\{word}"),
        Some(mark @ ('.' | ')')) if digits > 0 => word.replacen(mark, &format!("\\{mark}"), 1),
        _ => word,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_text_and_nothing_else() {
        for (text, expected) in [
            ("Sale  Order\n\n", "Sale Order"),
            ("- a\n- b", r"\- a - b"),
            ("1. first", r"1\. first"),
            ("# head", r"\# head"),
            ("[[link]] <b>&amp;</b> a*b `x`", r"\[\[link\]\] \<b\>\&amp;\</b\> a\*b \`x\`"),
            ("partner_id _x_ __y", r"partner_id \_x\_ \_\_y"),
            ("see https://odoo.com/x_y.", "see `https://odoo.com/x_y`."),
            ("a\u{202e}b\u{200b}\u{feff} \u{0}c\r\nd", "ab c d"),
            ("Ærø 株式会社 %(x)s é e\u{301}", "Ærø 株式会社 %(x)s é e"),
        ] {
            assert_eq!(paragraph(text), [expected], "{text:?}");
        }
        assert_eq!(paragraph(" \n\u{200b}"), Vec::<String>::new());
    }

    #[test]
    fn long_texts_go_on_in_the_next_line() {
        let lines = paragraph(&"word - ".repeat(40));
        assert!(lines.len() > 2 && lines.iter().all(|line| line.chars().count() <= WIDTH + 1), "{lines:?}");
        assert!(lines.iter().all(|line| !line.starts_with("- ")), "{lines:?}");
    }
}
