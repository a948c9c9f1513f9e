//! Stops calling a server that is not there, and a login that is not accepted.

use std::time::Duration;

use crate::error::{Error, ErrorKind};

/// Odoo locks an address out after five failed logins (`base.login_cooldown_after`) for a minute (`base.login_cooldown_duration`), and with it
/// everyone behind the same address.
const REFUSED_LOGINS: u32 = 2;
const LOGIN_COOLDOWN: Duration = Duration::from_secs(60);

#[derive(Debug)]
pub(super) struct Breaker {
    after: u32,
    pause: Duration,
    failures: u32,
    open_until: Option<Duration>,
    probing: bool,
    refused_logins: u32,
    locked_until: Option<Duration>,
}

/// Why a call must not be sent now, and for how long.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Open {
    Server(Duration),
    Login(Duration),
}

impl Breaker {
    pub(super) fn new(after: u32, pause: Duration) -> Self {
        Self {
            after,
            pause,
            failures: 0,
            open_until: None,
            probing: false,
            refused_logins: 0,
            locked_until: None,
        }
    }

    /// Whether a call may be sent. After the pause, one is let through to find out: for that one it is `true`.
    pub(super) fn check(&mut self, now: Duration) -> Result<bool, Open> {
        if let Some(until) = self.locked_until.filter(|until| *until > now) {
            return Err(Open::Login(until - now));
        }
        match self.open_until {
            None => Ok(false),
            Some(until) if until > now => Err(Open::Server(until - now)),
            Some(_) if self.probing => Err(Open::Server(self.pause)),
            Some(_) => {
                self.probing = true;
                Ok(true)
            }
        }
    }

    /// `proves`: that it was answered proves that the login is accepted.
    pub(super) fn learn(&mut self, error: Option<&Error>, now: Duration, proves: bool) {
        match error.map(Error::kind) {
            Some(ErrorKind::Unavailable | ErrorKind::Connection | ErrorKind::Timeout) => {
                self.failures = self.failures.saturating_add(1);
                if self.after > 0 && self.failures >= self.after {
                    self.open_until = Some(now.saturating_add(self.pause));
                }
            }
            Some(ErrorKind::Auth) => {
                self.refused_logins += 1;
                if self.refused_logins >= REFUSED_LOGINS {
                    self.locked_until = Some(now + LOGIN_COOLDOWN);
                    self.refused_logins = 0;
                }
                self.server_is_there();
            }
            _ => {
                if proves {
                    self.refused_logins = 0;
                }
                self.server_is_there();
            }
        }
        self.probing = false;
    }

    /// The call that was let through was dropped before it had an answer: another one finds out.
    pub(super) fn forget(&mut self) {
        self.probing = false;
    }

    /// Another key: what was refused was the old one.
    pub(super) fn new_key(&mut self) {
        self.refused_logins = 0;
        self.locked_until = None;
    }

    fn server_is_there(&mut self) {
        self.failures = 0;
        self.open_until = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Delivery;

    fn error(kind: ErrorKind) -> Error {
        Error::new(kind, Delivery::Unknown, "a.b", "")
    }

    #[test]
    fn opens_after_failures_in_a_row_and_lets_one_find_out() {
        let at = Duration::from_secs;
        let mut breaker = Breaker::new(3, at(5));
        for second in 0..3 {
            assert_eq!(breaker.check(at(second)), Ok(false));
            breaker.learn(Some(&error(ErrorKind::Connection)), at(second), true);
        }
        assert_eq!(breaker.check(at(3)), Err(Open::Server(at(4))));
        assert_eq!(breaker.check(at(8)), Ok(true));
        assert_eq!(breaker.check(at(8)), Err(Open::Server(at(5))));
        breaker.forget();
        assert_eq!(breaker.check(at(8)), Ok(true));
        breaker.learn(Some(&error(ErrorKind::Unavailable)), at(9), true);
        assert_eq!(breaker.check(at(10)), Err(Open::Server(at(4))));
        assert_eq!(breaker.check(at(14)), Ok(true));
        breaker.learn(Some(&error(ErrorKind::UserError)), at(14), true);
        assert_eq!((breaker.check(at(14)), breaker.check(at(14))), (Ok(false), Ok(false)));
    }

    #[test]
    fn a_key_that_is_refused_twice_is_not_tried_a_third_time() {
        let at = Duration::from_secs;
        let mut breaker = Breaker::new(0, at(5));
        breaker.learn(Some(&error(ErrorKind::Auth)), at(0), true);
        assert_eq!(breaker.check(at(0)), Ok(false));
        breaker.learn(Some(&error(ErrorKind::Auth)), at(1), true);
        assert_eq!(breaker.check(at(2)), Err(Open::Login(at(59))));
        breaker.new_key();
        assert_eq!(breaker.check(at(2)), Ok(false));
    }
}
