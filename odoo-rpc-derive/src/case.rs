//! Names of one convention in another.

/// `ToInvoice` → `to_invoice`, `HTTPSent` → `http_sent`, `Step2` → `step2`. What is in `snake_case` stays as it is.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    let mut before: Option<char> = None;
    for (at, &char) in chars.iter().enumerate() {
        let starts_word = match before {
            Some(before) if before.is_uppercase() => {
                chars.get(at + 1).is_some_and(|next| next.is_lowercase())
            }
            Some(before) => before != '_',
            None => false,
        };
        if char.is_uppercase() && starts_word {
            snake.push('_');
        }
        snake.extend(char.to_lowercase());
        before = Some(char);
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        for (name, expected) in [
            ("Draft", "draft"),
            ("ToInvoice", "to_invoice"),
            ("HTTPSent", "http_sent"),
            ("Step2", "step2"),
            ("Step2Done", "step2_done"),
            ("A", "a"),
            ("AB", "ab"),
            ("partner_id", "partner_id"),
            ("x_studio_B1", "x_studio_b1"),
            ("partnerId", "partner_id"),
            ("_x", "_x"),
            ("Straße", "straße"),
        ] {
            assert_eq!(snake(name), expected, "{name}");
        }
    }
}
