//! Contenders that do the same work, timed in turns: what slows the machine down for a while slows all of them.

use std::any::Any;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// One way to do the work.
pub struct Contender<'a> {
    /// What stands in the table.
    pub name: &'static str,
    /// How many times as long as the first contender it should take.
    pub aim: Option<f64>,
    run: Run<'a>,
}

enum Run<'a> {
    Work(Box<dyn Fn() -> Box<dyn Any> + 'a>),
    Clock(Box<dyn Fn() -> Duration + 'a>),
}

impl<'a> Contender<'a> {
    /// Timed from the call to the answer. Dropping the answer is not part of it.
    pub fn new<T: 'static>(name: &'static str, work: impl Fn() -> T + 'a) -> Self {
        let work = Box::new(move || -> Box<dyn Any> { Box::new(black_box(work())) });
        Self { name, aim: None, run: Run::Work(work) }
    }

    /// One that says itself how long it took: another process.
    pub fn clocked(name: &'static str, work: impl Fn() -> Duration + 'a) -> Self {
        Self { name, aim: None, run: Run::Clock(Box::new(work)) }
    }

    /// With an aim.
    #[must_use]
    pub fn at_least(mut self, times: f64) -> Self {
        self.aim = Some(times);
        self
    }

    /// Does the work once, if this process is where it is done.
    pub fn once(&self) -> Option<Box<dyn Any>> {
        match &self.run {
            Run::Work(work) => Some(work()),
            Run::Clock(_) => None,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
    fn time(&self) -> Duration {
        match &self.run {
            Run::Clock(work) => work(),
            Run::Work(work) => {
                let begin = Instant::now();
                let answer = work();
                let took = begin.elapsed();
                drop(answer);
                took
            }
        }
    }
}

/// How long each contender took, by contender, then by round. A first round is not counted.
#[must_use]
pub fn race(contenders: &[Contender<'_>], rounds: usize) -> Vec<Vec<Duration>> {
    let mut times = vec![Vec::with_capacity(rounds); contenders.len()];
    for round in 0..=rounds {
        for turn in 0..contenders.len() {
            // Each is first as often as any other.
            let at = (turn + round) % contenders.len();
            let Some((contender, times)) = contenders.get(at).zip(times.get_mut(at)) else { continue };
            let took = contender.time();
            if round > 0 {
                times.push(took);
            }
        }
    }
    times
}

/// The table: for `rows` rows in `bytes` bytes (0: unknown), each contender beside the first one.
///
/// A ratio is the median of the ratios within the rounds, and beside it stand its quartiles.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "figures for people")]
pub fn table(contenders: &[Contender<'_>], times: &[Vec<Duration>], rows: usize, bytes: usize) -> String {
    let mut out = format!(
        "{:<44} {:>9} {:>9} {:>8} {:>8} {:>7}  {:<13} {:>6}\n",
        "", "median ms", "least ms", "ns/row", "MB/s", "times", "quartiles", "aim"
    );
    let Some(ours) = times.first() else { return out };
    for (contender, times) in contenders.iter().zip(times) {
        let seconds: Vec<f64> = times.iter().map(Duration::as_secs_f64).collect();
        let ratios: Vec<f64> =
            times.iter().zip(ours).map(|(time, ours)| time.as_secs_f64() / ours.as_secs_f64()).collect();
        let (median, times) = (quantile(&seconds, 0.5), quantile(&ratios, 0.5));
        let quartiles = format!("{:.2}-{:.2}", quantile(&ratios, 0.25), quantile(&ratios, 0.75));
        let speed = match bytes {
            0 => String::new(),
            bytes => format!("{:.0}", bytes as f64 / 1e6 / median),
        };
        let aim = match contender.aim {
            None => String::new(),
            Some(aim) => format!("{aim:.1} {}", if times >= aim { "ok" } else { "MISSED" }),
        };
        out += &format!(
            "{:<44} {:>9.2} {:>9.2} {:>8.0} {:>8} {:>7.2}  {:<13} {:>6}\n",
            contender.name,
            median * 1e3,
            quantile(&seconds, 0.0) * 1e3,
            median * 1e9 / rows as f64,
            speed,
            times,
            quartiles,
            aim,
        );
    }
    out
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an index into a short list"
)]
fn quantile(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = ((sorted.len().saturating_sub(1)) as f64 * part).round() as usize;
    sorted.get(at).copied().unwrap_or(f64::NAN)
}

/// How many rounds: `--rounds N` on the command line, or `default`.
#[must_use]
pub fn rounds(default: usize) -> usize {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--rounds").skip(1);
    arguments.next().and_then(|n| n.parse().ok()).unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_median_of_the_rounds() {
        let contenders = [
            Contender::clocked("ours", || Duration::ZERO),
            Contender::clocked("theirs", || Duration::ZERO).at_least(3.0),
        ];
        let times = [[1, 10, 2], [3, 30, 4]].map(|rounds| rounds.map(Duration::from_millis).to_vec());
        let table = table(&contenders, &times, 1000, 1_000_000);
        let theirs: Vec<&str> = table.lines().nth(2).unwrap().split_whitespace().collect();
        assert_eq!(theirs, ["theirs", "4.00", "3.00", "4000", "250", "3.00", "3.00-3.00", "3.0", "ok"]);
    }

    #[test]
    fn every_contender_runs_in_every_round() {
        let count = std::cell::Cell::new(0_u64);
        let clock = || {
            count.set(count.get() + 1);
            Duration::from_nanos(count.get())
        };
        let times = race(&[Contender::clocked("a", clock), Contender::clocked("b", clock)], 2);
        let nanos = times.iter().map(|times| times.iter().map(Duration::as_nanos).collect::<Vec<_>>());
        // The first round (1, 2) is not counted; in the second b comes first.
        assert_eq!(nanos.collect::<Vec<_>>(), [[4, 5], [3, 6]]);
    }
}
