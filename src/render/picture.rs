//! A policy's life as a picture: which version applied when, and how much each changed. SVG inside the page, without a
//! script and without style of its own: places are percentages, so that it fits every width and its words keep their size.

use super::html::Html;
use super::scale::{Scale, percent};
use crate::base::date::Day;
use crate::history::period::Period;

/// What is drawn.
pub struct Picture<'a> {
    /// What it shows, in short.
    pub title: &'a str,
    /// What it shows, in a few sentences.
    pub description: &'a str,
    /// A band for each audience whose days are its own, with what is written above it.
    pub lanes: &'a [(String, Vec<Period>)],
    /// The numbers of the versions, in the order of the timeline.
    pub numbers: &'a [String],
    /// How many clauses each version changed, in the same order.
    pub changes: &'a [usize],
}

/// The height of the columns, of a band, and of what is written above a band.
const COLUMNS: usize = 64;
const BAND: usize = 32;
const LABEL: usize = 20;

/// A stretch narrower than this, in hundredths of a percent, has no words in it.
const NARROW: i64 = 1000;

/// Draws it.
#[must_use]
pub fn draw(picture: &Picture<'_>) -> Html {
    let mut canvas = Canvas { html: Html::new(), scale: Scale::new(picture.lanes) };
    let labelled = picture.lanes.len() > 1;
    let lane = BAND + 8 + if labelled { LABEL } else { 0 };
    let foot = COLUMNS + 8 + picture.lanes.len() * lane;
    let height = (foot + 24).to_string();
    let names = [("role", "img"), ("aria-labelledby", "v-life v-life-more"), ("class", "life"), ("height", &height)];
    canvas.html.open("svg", &names);
    canvas.html.element("title", &[("id", "v-life")], picture.title);
    canvas.html.element("desc", &[("id", "v-life-more")], picture.description);
    canvas.columns(picture);
    for (place, (label, periods)) in picture.lanes.iter().enumerate() {
        let mut top = COLUMNS + 8 + place * lane;
        if labelled {
            canvas.words(("life-lane", 0, top + 14), label, "0");
            top += LABEL;
        }
        canvas.band(periods, picture.numbers, top);
    }
    canvas.years(foot);
    canvas.html.close("svg");
    canvas.html
}

struct Canvas {
    html: Html,
    scale: Scale,
}

impl Canvas {
    fn rect(&mut self, class: &str, (left, width): (&str, &str), (top, height): (usize, usize)) {
        let (y, height) = (top.to_string(), height.to_string());
        let places = [("class", class), ("x", left), ("y", &y), ("width", width), ("height", &height)];
        self.html.element("rect", &places, "");
    }

    fn words(&mut self, (class, left, baseline): (&str, i64, usize), words: &str, indent: &str) {
        let (x, y) = (percent(left), baseline.to_string());
        self.html.element("text", &[("class", class), ("x", &x), ("y", &y), ("dx", indent)], words);
    }

    /// A column where each version begins to apply, as high as what it changed.
    fn columns(&mut self, picture: &Picture<'_>) {
        let Some((_, periods)) = picture.lanes.first() else { return };
        let most = most(picture.changes);
        let mut free = 0;
        for period in periods {
            let changes = period.index.and_then(|index| picture.changes.get(index)).copied().unwrap_or_default();
            if changes == 0 {
                continue;
            }
            let left = self.scale.place(period.from);
            let height = height(changes, most);
            self.rect("life-change", (&percent(left), "12"), (COLUMNS - height, height));
            if left >= free {
                self.words(("life-count", left, COLUMNS - height - 5), &changes.to_string(), "1");
                free = left + NARROW / 2;
            }
        }
    }

    fn band(&mut self, periods: &[Period], numbers: &[String], top: usize) {
        for (place, period) in periods.iter().enumerate() {
            let Some(number) = period.index.and_then(|index| numbers.get(index)) else { continue };
            let left = self.scale.place(period.from);
            let right = periods.get(place + 1).map_or(10_000, |next| self.scale.place(next.from));
            let class = if period.until.is_none() { "life-span life-open" } else { "life-span" };
            self.rect(class, (&percent(left), &percent(right - left)), (top, BAND));
            if right - left >= NARROW {
                self.words(("life-number", left, top + 21), number, "8");
            }
        }
    }

    /// A line for each year's first day, or for some of them.
    fn years(&mut self, top: usize) {
        let bottom = (top + 6).to_string();
        let (first, years) = self.scale.years();
        let step = years / 6 + 1;
        for year in (first..=first + years).step_by(usize::from(step)) {
            let Ok(day) = Day::parse(&format!("{year:04}-01-01")) else { continue };
            let place = self.scale.place(day);
            if !self.scale.holds(day) || place > 9_400 {
                continue;
            }
            let x = percent(place);
            let ends = [("class", "life-year"), ("x1", x.as_str()), ("x2", &x), ("y1", "0"), ("y2", &bottom)];
            self.html.element("line", &ends, "");
            self.words(("life-year", place, top + 18), &year.to_string(), "4");
        }
    }
}

/// The most that any version changed; one at least.
fn most(changes: &[usize]) -> usize {
    changes.iter().copied().max().unwrap_or_default().max(1)
}

/// How high the column of so many changes is, beside that of the most.
fn height(changes: usize, most: usize) -> usize {
    (changes * (COLUMNS - 20) / most).max(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, until: Option<&str>, index: usize) -> Period {
        let day = |text| Day::parse(text).unwrap();
        Period { from: day(from), until: until.map(day), index: Some(index) }
    }

    #[test]
    fn a_band_for_each_audience_and_a_column_for_each_change() {
        let first = vec![period("2024-01-01", Some("2024-12-31"), 0), period("2025-01-01", None, 1)];
        let lanes = [(String::from("a"), first.clone()), (String::from("b<"), first)];
        let numbers = ["1.0".to_owned(), "2.0".to_owned()];
        let picture = Picture { title: "t", description: "d", lanes: &lanes, numbers: &numbers, changes: &[0, 3] };
        let drawn = draw(&picture);
        let svg = drawn.as_str();
        assert!(
            svg.starts_with("<svg role=\"img\" aria-labelledby=\"v-life v-life-more\" class=\"life\" height=\"216\">")
        );
        assert_eq!(svg.matches("class=\"life-span").count(), 4);
        assert!(
            svg.contains("<rect class=\"life-change\" x=\"67.03%\" y=\"20\" width=\"12\" height=\"44\"></rect>"),
            "{svg}"
        );
        assert!(svg.contains(">b&lt;</text>") && svg.contains(">2025</text>") && svg.ends_with("</svg>"));
    }

    #[test]
    fn nothing_to_draw_is_drawn() {
        let picture = Picture { title: "t", description: "d", lanes: &[], numbers: &[], changes: &[] };
        assert!(!draw(&picture).as_str().contains("rect"));
    }
}
