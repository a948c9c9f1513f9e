//! From the pattern dialect of JSON Schema (ECMA-262) to that of the automata.

/// The same pattern for the automata; `None` when it has something that means another thing there, or nothing.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut out = String::with_capacity(pattern.len());
    let mut in_class = false;
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next()? {
                // Only ASCII, in ECMA-262.
                'd' => out.push_str("[0-9]"),
                'D' => out.push_str("[^0-9]"),
                'w' => out.push_str("[0-9A-Za-z_]"),
                'W' => out.push_str("[^0-9A-Za-z_]"),
                // Word boundaries and references back.
                'b' | 'B' | 'k' | 'c' | '0'..='9' => return None,
                'A' | 'z' | 'Z' | 'G' => return None,
                escaped => {
                    out.push('\\');
                    out.push(escaped);
                }
            },
            '[' if in_class => return None,
            // Set operations, which ECMA-262 does not have.
            '&' | '~' if in_class && characters.peek() == Some(&character) => return None,
            '-' if in_class && characters.peek() == Some(&'-') => return None,
            '[' => {
                in_class = true;
                out.push('[');
                if characters.peek() == Some(&'^') {
                    characters.next();
                    out.push('^');
                }
                // An empty class, which the automata take for a class that begins with a bracket.
                if characters.peek() == Some(&']') {
                    return None;
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            '.' if !in_class => out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            other => out.push(other),
        }
    }
    (!in_class).then_some(out)
}
