//! A point in time as pages show it: absolute, in UTC; the browser's script may show local time.
use std::fmt;

/// Seconds since 1970-01-01 00:00 UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

impl Moment {
    /// Returns the machine-readable form for `<time datetime>`: `2026-11-21T10:32:05Z`.
    pub fn iso(self) -> String {
        let (date, time) = self.parts();
        format!("{date}T{time}Z")
    }

    /// Returns date and time apart, `2026-11-21` and `10:32:05`.
    fn parts(self) -> (String, String) {
        const DAY: u64 = 86_400;
        let (year, month, day) = civil(self.0 / DAY);
        let second = self.0 % DAY;
        let date = format!("{year:04}-{month:02}-{day:02}");
        let time = format!(
            "{:02}:{:02}:{:02}",
            second / 3_600,
            second / 60 % 60,
            second % 60
        );
        (date, time)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (date, time) = self.parts();
        write!(f, "{date} {time} UTC")
    }
}

/// Returns year, month and day of the Gregorian calendar, `days` after 1970-01-01.
///
/// Counts in 400-year eras that start on 1 March, so that the leap day is an era's last.
fn civil(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let days = days.saturating_add(719_468);
    let day_of_era = days % ERA;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = days / ERA * 400 + year_of_era + u64::from(month <= 2);
    (year, month, day)
}
