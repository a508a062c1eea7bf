//! The picture of a run: how jumps of hash rate are settled, and what attackers gain.
use std::fmt::Write;

use moneta_testkit::miners::{Settling, Verdict};

const WIDTH: f64 = 880.0;
const HEIGHT: f64 = 380.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = HEIGHT - 48.0;
/// Left and right edge of the two panels.
const LEFT: (f64, f64) = (56.0, 500.0);
const RIGHT: (f64, f64) = (570.0, WIDTH - 16.0);
/// Colours that are told apart without red and green.
const COLOURS: [&str; 4] = ["#0b6e99", "#c8553d", "#8a6fb0", "#b8860b"];

/// Draws both panels.
pub(super) fn draw(settlings: &[Settling], verdicts: &[Verdict]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <title>Simulated miners against the difficulty rule of MIP-0008</title>\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#ffffff\"/>\n"
    );
    settling_panel(&mut svg, settlings);
    attack_panel(&mut svg, verdicts);
    svg + "</svg>\n"
}

/// Mean of 11 spacings, from a quarter of a second to six hours, against half-lives since the jump.
fn settling_panel(svg: &mut String, settlings: &[Settling]) {
    let x = |half_lives: f64| LEFT.0 + (LEFT.1 - LEFT.0) * half_lives / super::SHOWN;
    let y = |seconds: f64| {
        let (low, high) = (0.5_f64.log2(), 16_384_f64.log2());
        BOTTOM - (BOTTOM - TOP) * (seconds.max(0.5).log2() - low) / (high - low)
    };
    text(
        svg,
        LEFT.0,
        24.0,
        "start",
        "Mean of 11 spacings after a jump, seconds",
    );
    let _ = writeln!(
        svg,
        "<rect x=\"{}\" y=\"{:.1}\" width=\"{}\" height=\"{:.1}\" fill=\"#e6f0e6\"/>",
        LEFT.0,
        y(120.0),
        LEFT.1 - LEFT.0,
        y(30.0) - y(120.0)
    );
    for seconds in [1.0, 10.0, 60.0, 600.0, 6_000.0] {
        line(svg, (LEFT.0, y(seconds)), (LEFT.1, y(seconds)), "#dddddd");
        text(
            svg,
            LEFT.0 - 6.0,
            y(seconds) + 4.0,
            "end",
            &seconds.to_string(),
        );
    }
    for half_lives in [0.0, 2.0, 4.0, 6.0, 7.0, 8.0] {
        text(
            svg,
            x(half_lives),
            BOTTOM + 18.0,
            "middle",
            &half_lives.to_string(),
        );
    }
    line(svg, (x(7.0), TOP), (x(7.0), BOTTOM), "#888888");
    text(
        svg,
        (LEFT.0 + LEFT.1) / 2.0,
        BOTTOM + 38.0,
        "middle",
        "half-lives of two hours; goal: within the band by 7",
    );
    for ((settling, colour), place) in settlings.iter().zip(COLOURS).zip(0_u32..) {
        let points = settling.curve.iter();
        let points: Vec<String> = points
            .map(|(since, mean)| format!("{:.1},{:.1}", x(*since), y(*mean)))
            .collect();
        let mut points = thinned(points);
        points.dedup();
        let _ = writeln!(
            svg,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.2\" points=\"{}\"/>",
            points.join(" ")
        );
        // Below the curves and left of the goal's line there is room.
        let at = BOTTOM - 62.0 + 16.0 * f64::from(place);
        line(
            svg,
            (LEFT.0 + 170.0, at - 4.0),
            (LEFT.0 + 190.0, at - 4.0),
            colour,
        );
        text(svg, LEFT.0 + 196.0, at, "start", settling.name);
    }
}

/// At most about 600 points a curve: more can't be seen.
fn thinned(points: Vec<String>) -> Vec<String> {
    let step = points.len() / 600 + 1;
    points.into_iter().step_by(step).collect()
}

/// Share of blocks over share of work: one dot a run, all seeds.
fn attack_panel(svg: &mut String, verdicts: &[Verdict]) {
    let y = |ratio: f64| BOTTOM - (BOTTOM - TOP) * (ratio - 0.9) / 0.2;
    text(
        svg,
        RIGHT.0,
        24.0,
        "start",
        "Attacker's share of blocks over its share of work",
    );
    for ratio in [0.9, 0.95, 1.0, 1.05, 1.1] {
        let colour = if ratio == 1.05 { "#888888" } else { "#dddddd" };
        line(svg, (RIGHT.0, y(ratio)), (RIGHT.1, y(ratio)), colour);
        text(
            svg,
            RIGHT.0 - 6.0,
            y(ratio) + 4.0,
            "end",
            &format!("{ratio:.2}"),
        );
    }
    for ((percent, colour), column) in ["10 %", "40 %", "60 %"].iter().zip(COLOURS).zip(0_u32..) {
        let width = (RIGHT.1 - RIGHT.0) / 3.0;
        let left = RIGHT.0 + width * f64::from(column);
        let column = format!("{percent} of the work");
        text(svg, left + width / 2.0, BOTTOM + 18.0, "middle", &column);
        let wanted = format!("attacker {percent}");
        let shares = verdicts
            .iter()
            .filter(|verdict| verdict.name.starts_with("share") && verdict.name.contains(&wanted));
        for (verdict, place) in shares.zip(0_u32..) {
            let across = left + 10.0 + (width - 20.0) * f64::from(place % 70) / 70.0;
            let _ = writeln!(
                svg,
                "<circle cx=\"{across:.1}\" cy=\"{:.1}\" r=\"1.8\" fill=\"{colour}\"/>",
                y(verdict.value)
            );
        }
    }
    text(
        svg,
        (RIGHT.0 + RIGHT.1) / 2.0,
        BOTTOM + 38.0,
        "middle",
        "seven strategies, ten seeds; goal: below 1.05",
    );
}

fn text(svg: &mut String, x: f64, y: f64, anchor: &str, words: &str) {
    let _ = writeln!(
        svg,
        "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"#333333\">{words}</text>"
    );
}

fn line(svg: &mut String, from: (f64, f64), to: (f64, f64), colour: &str) {
    let _ = writeln!(
        svg,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\"/>",
        from.0, from.1, to.0, to.1
    );
}
