//! Answers that belong to no form: a small page for people, in the words of the theme, and a problem for scripts. Pure.

use super::reply::problem;
use super::submission::Mistakes;
use crate::http::reply::{Body, Reply};
use crate::render::html::Html;
use crate::render::stage::Stage;
use crate::site::form::Form;

/// Says that a request is not answered as it was asked. Where it was about a form, the page leads to that.
#[must_use]
pub fn notice(stage: &Stage<'_>, json: bool, status: u16, form: Option<&Form>) -> Reply {
    let texts = stage.texts();
    let (title, text) = match status {
        404 => (texts.label("not", "found-heading"), texts.label("not", "found-text")),
        _ => (texts.say("refused-heading", &[]), texts.say(&format!("refused-{status}"), &[])),
    };
    if json {
        return problem(status, "about:blank", &text, &Mistakes::new());
    }
    let site = stage.view("");
    let link = match form {
        Some(form) => (format!("{}/", stage.action(form)), form.title.clone()),
        None if status == 404 => (site.policies_url, site.policies_title),
        None => (site.home, site.title),
    };
    let page = page(stage, status, (&title, &text), &link);
    Reply::new(status, "text/html; charset=utf-8", Body::Bytes(page.into_bytes()))
}

fn page(stage: &Stage<'_>, status: u16, (title, text): (&str, &str), (place, name): &(String, String)) -> String {
    let site = stage.view("");
    let mut html = Html::new();
    html.open("html", &[("lang", &site.language)]);
    html.open("head", &[]);
    html.open("meta", &[("charset", "utf-8")]);
    html.element("title", &[], &format!("{title} – {}", site.title));
    html.open("meta", &[("name", "viewport"), ("content", "width=device-width,initial-scale=1")]);
    html.open("meta", &[("name", "robots"), ("content", "noindex")]);
    html.open("link", &[("rel", "stylesheet"), ("href", &site.css)]);
    html.close("head");
    html.open("body", &[]);
    html.open("main", &[("class", "sheet")]);
    html.open("header", &[("class", "head")]);
    html.element("p", &[("class", "kicker")], &status.to_string());
    html.element("h1", &[], title);
    html.close("header");
    html.open("div", &[("class", "body")]);
    html.open("div", &[("class", "prose")]);
    html.element("p", &[], text);
    html.open("p", &[]);
    html.element("a", &[("href", place)], name);
    ["p", "div", "div", "main", "body", "html"].into_iter().for_each(|tag| html.close(tag));
    format!("<!doctype html>\n{}\n", html.as_str())
}
