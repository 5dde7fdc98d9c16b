//! What the templates of forms see: a part of the theme's contract. `docs/themes.md` lists the same fields for people.

use serde::Serialize;

/// A form, empty or filled in.
#[derive(Clone, Debug, Serialize)]
pub struct FormView {
    /// Its name in addresses.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What stands above the fields, or nothing.
    pub intro: String,
    /// Where it posts to.
    pub action: String,
    /// How it is encoded: in parts where it asks for files.
    pub enctype: String,
    /// Where the empty form stands.
    pub url: String,
    /// The version whose notice is shown, and the form hash: `slug@version:hash`.
    pub seen: String,
    /// The name of the field that people leave empty.
    pub honeypot: String,
    /// The fields.
    pub fields: Vec<FieldView>,
    /// What is agreed to.
    pub consents: Vec<FieldView>,
    /// The words of the button.
    pub submit: String,
    /// Mistakes, in the order of the fields.
    pub errors: Vec<FieldErrorView>,
    /// What is said above the form, or nothing.
    pub message: String,
    /// What is said when it was sent, or nothing.
    pub sent: String,
    /// The address of the script that sends the form without leaving the page.
    pub script: String,
    /// The address of the script that does the proof of work.
    pub worker: String,
}

/// A field or a consent.
#[derive(Clone, Debug, Serialize)]
pub struct FieldView {
    /// Its name in requests.
    pub name: String,
    /// Its label, hint, mistake and control, as markup that is safe as it is.
    pub markup: String,
}

/// A mistake, for the summary at the top.
#[derive(Clone, Debug, Serialize)]
pub struct FieldErrorView {
    /// The id of what is to be mended, or nothing.
    pub id: String,
    /// What is wrong.
    pub text: String,
}

/// The notice at the point of collection, made of the disclosure.
#[derive(Clone, Debug, Serialize)]
pub struct CollectionView {
    /// Who asks.
    pub who: String,
    /// Why: the heading of the purpose's clause.
    pub why: String,
    /// On what basis.
    pub basis: Vec<String>,
    /// For how long, or nothing.
    pub retention: String,
    /// Who receives it.
    pub recipients: Vec<String>,
    /// The address of the clause, in the version that is shown.
    pub clause_url: String,
    /// The title of the policy.
    pub policy_title: String,
    /// The number of the version.
    pub version: String,
    /// From when the version applies, in a sentence.
    pub applies: String,
    /// The address of the policy.
    pub policy_url: String,
    /// The versions that take its place, one after the other.
    pub coming: Vec<ComingView>,
}

/// What another version will say of the same purpose.
#[derive(Clone, Debug, Serialize)]
pub struct ComingView {
    /// From when which version applies, in a sentence.
    pub text: String,
    /// The address of the clause, in that version.
    pub url: String,
    /// What it says otherwise than the version before it.
    pub changes: Vec<GivenView>,
}

/// One line of what was typed, to be read and not changed.
#[derive(Clone, Debug, Serialize)]
pub struct GivenView {
    /// The label.
    pub label: String,
    /// The value in words; it may have many lines.
    pub text: String,
}

/// A field of a request that is carried along in the page.
#[derive(Clone, Debug, Serialize)]
pub struct CarriedView {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What was sent, could not be sent, or is to be read before it is sent.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeView {
    /// What happened, in a sentence.
    pub text: String,
    /// What to do, in sentences.
    pub hints: Vec<String>,
    /// The reference, or nothing.
    pub reference: String,
    /// What was typed.
    pub given: Vec<GivenView>,
    /// What is carried along.
    pub carried: Vec<CarriedView>,
    /// The controls with which files are chosen again, where some were chosen.
    pub files: Vec<FieldView>,
    /// A `mailto:` address with what was typed, or nothing.
    pub mailto: String,
    /// The address for mail that it leads to, or nothing.
    pub email: String,
}
