//! The template engine. The only importer of it and of the minifier.
//!
//! Templates are minified once, when they are loaded; bodies are written minimal. The templates as written are kept
//! beside them, so that a mistake is told at its place.

use std::collections::BTreeMap;

use serde::Serialize;
use tera::{Context, ErrorKind, Tera, Value};

use super::html::Html;
use crate::base::codes::Code;
use crate::base::diag::Diagnostic;
use crate::base::span::{SourceText, Span};
use crate::site::texts::Texts;
use crate::site::theme::Theme;

/// Templates, ready to be rendered.
pub struct Engine {
    minified: Tera,
    written: Tera,
    sources: BTreeMap<String, SourceText>,
}

impl Engine {
    /// Reads the theme's templates, or names what is wrong with them.
    ///
    /// # Errors
    /// A finding for each template that cannot be read.
    pub fn new(theme: &Theme) -> Result<Self, Vec<Diagnostic>> {
        let sources = theme.templates.clone();
        let written = tera(theme, |source| source.text().to_owned()).map_err(|error| findings(&error, &sources))?;
        let minified = tera(theme, |source| minify(source.text())).map_err(|error| findings(&error, &sources))?;
        Ok(Self { minified, written, sources })
    }

    /// Renders a page: the view's fields, and the body as it is; with other words than the site's, if it has them.
    ///
    /// # Errors
    /// The template asks for a value that does not exist, or uses one in a way that cannot be.
    pub fn render<T: Serialize>(
        &self,
        template: &str,
        (view, texts): (&T, Option<&Texts>),
        body: &Html,
    ) -> Result<String, Box<Diagnostic>> {
        let context = Context::from_serialize(view).map(|mut context| {
            if let Some(texts) = texts {
                context.insert("t", texts.all());
            }
            context.insert_value("body", Value::safe_string(body.as_str()));
            context
        });
        let rendered = context.and_then(|context| {
            self.minified
                .render(template, &context)
                .map_err(|error| self.written.render(template, &context).err().unwrap_or(error))
        });
        rendered.map(visible).map_err(|error| Box::new(finding(template, &error, &self.sources)))
    }
}

/// A page whose controls are U+FFFD: titles and summaries of frozen texts may hold some.
fn visible(page: String) -> String {
    let control = |char: char| char.is_control() && !matches!(char, '\n' | '\t');
    if page.contains(control) { page.replace(control, "\u{fffd}") } else { page }
}

fn tera(theme: &Theme, text: impl Fn(&SourceText) -> String) -> Result<Tera, tera::Error> {
    let mut tera = Tera::new();
    tera.global_context().insert("t", theme.texts.all());
    let templates: Vec<(&str, String)> =
        theme.templates.iter().map(|(name, source)| (name.as_str(), text(source))).collect();
    tera.add_raw_templates(templates)?;
    Ok(tera)
}

/// Takes white space and comments out of a template; braces, end tags and quotes stay.
fn minify(template: &str) -> String {
    let settings = minify_html::Cfg {
        keep_closing_tags: true,
        keep_html_and_head_opening_tags: true,
        keep_input_type_text_attr: true,
        preserve_brace_template_syntax: true,
        ..minify_html::Cfg::default()
    };
    String::from_utf8(minify_html::minify(template.as_bytes(), &settings)).unwrap_or_else(|_| template.to_owned())
}

fn findings(error: &tera::Error, sources: &BTreeMap<String, SourceText>) -> Vec<Diagnostic> {
    vec![finding("base.html", error, sources)]
}

fn finding(template: &str, error: &tera::Error, sources: &BTreeMap<String, SourceText>) -> Diagnostic {
    let (name, message, span) = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let range = report.span();
            (
                report.filename().to_owned(),
                report.message().to_owned(),
                Span { start: range.range.start, end: range.range.end },
            )
        }
        other => (template.to_owned(), other.to_string(), Span::default()),
    };
    let source = sources.get(&name).or_else(|| sources.get(template)).or_else(|| sources.values().next());
    let place = source.map_or_else(|| crate::base::span::Place::of_file(&name), |source| source.place(span));
    Diagnostic::new(Code::V115, place, message).help("the values that a template gets are listed in docs/themes.md")
}
