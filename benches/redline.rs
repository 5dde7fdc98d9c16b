//! How long a redline takes, by size and by the share of paragraphs that changed: both texts parsed, compared and written
//! as markup, beside a word difference of the whole texts by the same library. Run it with `bin/bench-redline`.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on fails")]
#![expect(clippy::disallowed_macros, clippy::disallowed_methods, reason = "it measures and prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use vellum::redline::redline;
use vellum::redline::words::text_difference;
use vellum::render::body::Setting;
use vellum::render::compare::markup;
use vellum::render::linker::Linker;
use vellum::site::body::{HtmlRule, Manner, Numbering, parse};
use vellum::site::config::BaseUrl;
use vellum::site::texts::Texts;

/// The sizes of texts, in KB: the middle of real policies, a large one, the largest.
const SIZES: [usize; 3] = [26, 100, 900];

/// The shares of paragraphs that changed, in percent.
const SHARES: [usize; 4] = [0, 4, 50, 100];

/// Numbers that look random and are the same in each run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(sides).unwrap()).unwrap()
    }

    /// A word; few are common and many are rare, as in real texts.
    fn word(&mut self) -> String {
        let most = [40, 400, 4000][self.roll(3)];
        let mut number = self.roll(most) + 7;
        let mut word = String::new();
        while number > 0 {
            word.push_str(["ba", "de", "ki", "lo", "mu", "ra", "se", "ti"][number % 8]);
            number /= 8;
        }
        word
    }

    fn paragraph(&mut self) -> Vec<String> {
        (0..40 + self.roll(40)).map(|_| self.word()).collect()
    }
}

/// Two texts of a size; in a share of the paragraphs of the new one, some words are others.
fn pair(size: usize, share: usize) -> (String, String) {
    let mut dice = Dice(88_172_645_463_325_252);
    let (mut old, mut new) = (String::new(), String::new());
    let mut count = 0;
    while old.len() < size {
        if count % 6 == 0 {
            let heading = format!("## Clause {count} {}\n\n", dice.word());
            old.push_str(&heading);
            new.push_str(&heading);
        }
        let mut words = dice.paragraph();
        old.push_str(&(words.join(" ") + ".\n\n"));
        if count * share / 100 != (count + 1) * share / 100 {
            for _ in 0..5 {
                let at = dice.roll(words.len());
                words[at] = dice.word();
            }
        }
        new.push_str(&(words.join(" ") + ".\n\n"));
        count += 1;
    }
    (old, new)
}

/// The shortest time of several runs.
fn shortest(runs: usize, mut run: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..runs).map(time).min().unwrap()
}

fn whole(old: &str, new: &str) -> usize {
    let manner = Manner { title: "T", numbering: Numbering::Legal, html: HtmlRule::Refuse };
    let (base, texts) = (BaseUrl::parse("https://example.org").unwrap(), Texts::default());
    let linker = Linker { base: &base, cards: &[], policy: None, language: None, first_day: None };
    let (old, new) = (parse(old, manner), parse(new, manner));
    markup(&redline(&old, &new), 0, Setting { linker, texts: &texts, moved: &[] }).as_str().len()
}

fn main() {
    println!("    size  changed    redline  word difference   ratio");
    for size in SIZES {
        for share in SHARES {
            let (old, new) = pair(size * 1000, share);
            let runs = (20_000 / size).clamp(15, 300);
            let own = shortest(runs, || {
                black_box(whole(&old, &new));
            });
            let other = shortest(runs, || {
                black_box(text_difference(&old, &new));
            });
            let ms = |time: Duration| time.as_secs_f64() * 1000.0;
            let ratio = own.as_secs_f64() / other.as_secs_f64();
            println!("{size:5} KB  {share:5} % {:8.2} ms      {:8.2} ms {ratio:7.2}", ms(own), ms(other));
        }
    }
}
