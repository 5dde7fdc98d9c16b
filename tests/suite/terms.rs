//! Pages with defined terms: a glossary, an entry that each use opens, and the text as it was.

use scraper::{Html, Selector};

use crate::harness::Home;

fn select(text: &str) -> Selector {
    Selector::parse(text).unwrap()
}

#[test]
fn a_page_has_its_terms_and_its_text_is_unchanged() {
    let home = Home::sample();
    assert_eq!(home.run(&["build", "--as-of", "2026-11-15"]).status, 0);
    let page = Html::parse_document(&home.read("public/policies/endusertermsandconditions/v/4.0/index.html"));
    let terms: Vec<String> = page.select(&select(".glossary dt")).map(|term| term.text().collect()).collect();
    assert_eq!(terms, ["App", "Desktop System", "PiPcall", "PiPcall Portal", "Products", "Your Organisation"]);
    let article = page.select(&select("article[data-policy-text]")).next().unwrap();
    assert!(article.select(&select(".glossary, [popover]")).next().is_none());
    for button in article.select(&select("button")) {
        assert_eq!(button.attr("data-ui"), Some(""));
        let entry = format!("[id=\"{}\"][popover]", button.attr("popovertarget").unwrap());
        assert_eq!(page.select(&select(&entry)).count(), 1);
    }
    let forbidden = select("h2 .term, h3 .term, h4 .term, a .term, code .term");
    assert!(article.select(&select(".term button")).count() > 10 && article.select(&forbidden).next().is_none());
    for link in page.select(&select(".glossary a")) {
        let place = link.attr("href").unwrap().trim_start_matches('#');
        assert_eq!(article.select(&select(&format!("[id=\"{place}\"][data-ui]"))).count(), 1, "{place}");
    }
    // A redline is left as it is, and every text reads as it was published.
    assert!(!home.read("public/policies/endusertermsandconditions/v/4.0/changes/index.html").contains("popover"));
    let verified = home.run(&["verify"]);
    assert_eq!(verified.status, 0, "{}{}", verified.out, verified.err);
}
