//! Two texts line by line, shortly.

/// How many cells the table of a comparison may have; beyond it, the middle of both texts is shown as replaced.
const MAX_CELLS: usize = 4_000_000;

/// The lines that differ, each with `-` (only in `old`) or `+` (only in `new`) in front, at most `limit`, and how many more there are.
pub(crate) fn lines(old: &str, new: &str, limit: usize) -> (Vec<String>, usize) {
    let (mut old, mut new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let same = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    old.drain(..same);
    new.drain(..same);
    let same = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    old.truncate(old.len() - same);
    new.truncate(new.len() - same);
    let mut out = differences(&old, &new);
    let more = out.len().saturating_sub(limit);
    out.truncate(limit);
    (out, more)
}

fn differences(old: &[&str], new: &[&str]) -> Vec<String> {
    let removed = |line: &&str| format!("-{line}");
    let added = |line: &&str| format!("+{line}");
    if old.len().saturating_mul(new.len()) > MAX_CELLS {
        return old.iter().map(removed).chain(new.iter().map(added)).collect();
    }
    // The longest common subsequence of what follows each pair of positions, as rows of a table.
    let width = new.len() + 1;
    let mut table = vec![0_u32; (old.len() + 1) * width];
    let at = |table: &[u32], row: usize, column: usize| table.get(row * width + column).copied().unwrap_or(0);
    for (row, a) in old.iter().enumerate().rev() {
        for (column, b) in new.iter().enumerate().rev() {
            let longest = match a == b {
                true => at(&table, row + 1, column + 1) + 1,
                false => at(&table, row + 1, column).max(at(&table, row, column + 1)),
            };
            if let Some(cell) = table.get_mut(row * width + column) {
                *cell = longest;
            }
        }
    }
    let (mut row, mut column, mut out) = (0, 0, Vec::new());
    loop {
        match (old.get(row), new.get(column)) {
            (Some(a), Some(b)) if a == b => (row, column) = (row + 1, column + 1),
            (Some(a), b) if b.is_none() || at(&table, row + 1, column) >= at(&table, row, column + 1) => {
                out.push(removed(a));
                row += 1;
            }
            (_, Some(b)) => {
                out.push(added(b));
                column += 1;
            }
            (_, None) => return out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs() {
        assert_eq!(lines("a\nb\nc\nd", "a\nc\nx\nd\ne", 9), (vec!["-b".into(), "+x".into(), "+e".into()], 0));
        assert_eq!(lines("a\nb", "a\nb", 9), (vec![], 0));
        assert_eq!(lines("", "a\nb\nc", 2), (vec!["+a".into(), "+b".into()], 1));
        let (old, new) = ("x\n".repeat(3000), "y\n".repeat(3000));
        assert_eq!(lines(&old, &new, 1), (vec!["-x".into()], 5999));
    }
}
