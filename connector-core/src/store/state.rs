//! Where a message stands.

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i64)]
pub enum State {
    /// In its lane, now or later.
    Ready = 0,
    /// An exception: out of its lane until somebody decides.
    Exception = 1,
    /// Its effects are in the target.
    Applied = 2,
    /// The target had all of it already.
    Unchanged = 3,
    /// A newer version was applied before.
    Stale = 4,
    /// It came from the target in the first place.
    Echo = 5,
    /// Somebody decided to let it go.
    Discarded = 6,
}

impl State {
    /// The state of this code; stores keep the code.
    pub fn from_code(code: i64) -> Option<State> {
        use State::*;
        [Ready, Exception, Applied, Unchanged, Stale, Echo, Discarded].into_iter().find(|s| *s as i64 == code)
    }
}
