//! Seconds since 1970 as the timestamps of DID metadata, both ways.
use std::fmt;
use std::str::FromStr;

/// A moment, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub u32);

const DAY: u32 = 86_400;

impl fmt::Display for Moment {
    /// Writes `2026-11-21T05:40:00Z`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0 / DAY);
        let second = self.0 % DAY;
        let (hour, minute) = (second / 3_600, second / 60 % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z",
            second % 60
        )
    }
}

/// The text is no timestamp in whole seconds of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a timestamp is written as 2026-11-21T05:40:00Z")]
pub struct MomentError;

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bytes = text.as_bytes();
        let shape = b"0000-00-00T00:00:00Z";
        let fits = bytes.len() == shape.len()
            && bytes.iter().zip(shape).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                other => byte == other,
            });
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<u32>().ok();
        let read = || {
            let date = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
            let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
            let day = days(date)?;
            let clock = hour < 24 && minute < 60 && second < 60;
            let seconds = hour * 3_600 + minute * 60 + second;
            let total = day.checked_mul(DAY)?.checked_add(seconds)?;
            clock.then_some(Self(total))
        };
        fits.then(read).flatten().ok_or(MomentError)
    }
}

/// Returns the date that lies this many days after 1970-01-01.
const fn civil(days: u32) -> (u32, u32, u32) {
    // Years begin in March here, so that the leap day is the last of a year.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, date)
}

/// Returns the days from 1970-01-01 to a date; nothing if there is no such date, or it lies before.
fn days((year, month, date): (u32, u32, u32)) -> Option<u32> {
    // 2106 is where seconds leave 32 bits.
    if !(1970..=2106).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted / 400, shifted % 400);
    let of_year =
        (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + date.checked_sub(1)?;
    let day = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    (civil(day) == (year, month, date)).then_some(day)
}
