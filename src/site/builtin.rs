//! The default theme, carried inside the program, so that a new site needs no files of it.

/// The files of the default theme, by their path below `themes/default/`.
pub const FILES: &[(&str, &[u8])] = &[
    ("theme.yaml", include_bytes!("../../themes/default/theme.yaml")),
    ("assets/form.js", include_bytes!("../../themes/default/assets/form.js")),
    ("assets/form-work.js", include_bytes!("../../themes/default/assets/form-work.js")),
    ("assets/single.css", include_bytes!("../../themes/default/assets/single.css")),
    ("assets/vellum.css", include_bytes!("../../themes/default/assets/vellum.css")),
    ("assets/vellum.js", include_bytes!("../../themes/default/assets/vellum.js")),
    ("templates/404.html", include_bytes!("../../themes/default/templates/404.html")),
    ("templates/base.html", include_bytes!("../../themes/default/templates/base.html")),
    ("templates/changes.html", include_bytes!("../../themes/default/templates/changes.html")),
    ("templates/form.html", include_bytes!("../../themes/default/templates/form.html")),
    ("templates/form-failed.html", include_bytes!("../../themes/default/templates/form-failed.html")),
    ("templates/form-review.html", include_bytes!("../../themes/default/templates/form-review.html")),
    ("templates/form-sent.html", include_bytes!("../../themes/default/templates/form-sent.html")),
    ("templates/history.html", include_bytes!("../../themes/default/templates/history.html")),
    ("templates/page.html", include_bytes!("../../themes/default/templates/page.html")),
    ("templates/policies.html", include_bytes!("../../themes/default/templates/policies.html")),
    ("templates/policy.html", include_bytes!("../../themes/default/templates/policy.html")),
    ("templates/single.html", include_bytes!("../../themes/default/templates/single.html")),
    ("text/de.yaml", include_bytes!("../../themes/default/text/de.yaml")),
    ("text/en.yaml", include_bytes!("../../themes/default/text/en.yaml")),
    ("text/fr.yaml", include_bytes!("../../themes/default/text/fr.yaml")),
];
