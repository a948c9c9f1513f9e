//! Loops: a change must not go back to a system that it has come through.

/// Whether a change with these origins has passed through `target` already.
pub(crate) fn passed_through(origins: &[String], target: &str) -> bool {
    origins.iter().any(|system| system == target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_does_not_go_back_where_it_came_from() {
        let origins = ["crm".to_owned(), "odoo".to_owned()];
        assert!(
            passed_through(&origins, "odoo")
                && passed_through(&origins, "crm")
                && !passed_through(&origins, "shop")
        );
    }
}
