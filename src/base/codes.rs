//! The stable codes of diagnostics: one table, of which `vellum explain` and docs/codes are made.

use super::diag::Severity;

/// What the table of codes says of one.
#[derive(Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// The code as it is printed, `V204`.
    pub name: &'static str,
    /// What it weighs unless the rule says otherwise.
    pub severity: Severity,
    /// What `vellum explain` says first.
    pub title: &'static str,
    /// What `vellum explain` says then.
    pub text: &'static str,
}

macro_rules! codes {
    ($($name:ident $severity:ident $title:literal $text:literal;)*) => {
        /// The stable code of a diagnostic. A code never changes its meaning.
        #[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
        #[allow(missing_docs, reason = "the table below each name is its documentation")]
        pub enum Code { $($name),* }

        /// The table of all codes, in order.
        pub const CODES: &[Entry] = &[$(Entry {
            code: Code::$name,
            name: stringify!($name),
            severity: Severity::$severity,
            title: $title,
            text: $text,
        }),*];

        impl Code {
            /// The code as it is printed.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }

            /// What it weighs unless the rule says otherwise.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }
        }
    };
}

codes! {
    V101 Error "the YAML cannot be read"
        "The file is not YAML 1.2, so nothing in it can be used. The place is where the reader stopped; the cause often stands just before it: a missing quote, a tab in the indent, a colon inside an unquoted text.";
    V102 Error "unknown key"
        "Every key of a settings file or front matter is known to Vellum. A key that is not is most often misspelt, and what it was to set would be lost in silence.";
    V103 Error "a key is missing"
        "The file cannot be used without this key.";
    V104 Error "a key stands twice"
        "YAML does not say which of the two would count, so neither does. Remove one.";
    V105 Error "a value is not of the right kind"
        "The key is right, what it is set to is not: a list where one text is wanted, a word that is not one of those allowed, an address that is no address.";
    V106 Error "a value must be quoted"
        "Without quotes, YAML reads 1.10 as the number 1.1. Versions and other texts that look like numbers are written in quotes.";
    V107 Error "anchors, aliases and tags are refused"
        "A record must read the same for everybody. YAML's anchors, aliases and tags make a text stand for another, so they are not used in Vellum's files.";
    V108 Error "a character that may not be published"
        "Control characters, bidirectional embeddings and isolates, and characters without width can make a text read other than it is. Joiners (ZWJ, ZWNJ) and direction marks (LRM, RLM) are allowed, because scripts need them.";
    V109 Error "the file is not UTF-8"
        "The bytes are most often from an old Windows editor. Save the file as UTF-8.";
    V110 Error "the front matter is missing or not closed"
        "A version, draft or page begins with a line `---`, then YAML, then a line `---`.";
    V111 Error "two names are one on other systems"
        "The names differ only in case or in how accents are composed. On many systems the second file would replace the first.";
    V112 Error "a name that other systems refuse"
        "Windows and some hosts do not store this name: a reserved word such as CON, a colon, a trailing dot or space, a leading dash, or more than 200 bytes.";
    V113 Error "a link in the file system that cannot be followed"
        "Symbolic links are followed inside the site only. This one leads out of it, to itself, or nowhere.";
    V114 Error "a name that is no slug"
        "Folders of policies and names of forms become addresses: words of a-z and 0-9 joined by single dashes, at most 100 characters.";
    V115 Error "a template of the theme cannot be used"
        "The template has a mistake, or asks for a value that does not exist.";
    V116 Error "an interface text of the theme is missing or incomplete"
        "Every text that Vellum shows stands in the theme's text file. One is missing, or names a value in braces that does not exist.";
    V117 Error "HTML in a text"
        "Texts are Markdown. HTML and comments are refused, because what they do is not part of what a reader reads. A policy whose past has HTML says `html: safe` in its policy.yaml: an allow-list is then kept and the rest is taken out.";
    V118 Error "a link that is refused"
        "Links go to http, https, mailto and tel addresses, to this site, or to another policy (`policy:slug`). `javascript:`, `data:` and `//host` are refused.";
    V119 Warning "a placeholder is left in the text"
        "Content is never a template: what stands in double braces is published as it is.";
    V120 Error "a file that nothing reads"
        "A file stands where Vellum looks for files of another name, so what it says would be lost in silence.";
    V121 Warning "an exception that matches nothing"
        "An exception in site.yaml, or a comment `# allow V601: why`, is about a finding that is not there. It was mended, or the exception names another file or line. Left in, it would one day hide something else.";
    V201 Error "not a day"
        "Days are written YYYY-MM-DD, without a time. A day is a day in the site's time zone.";
    V202 Error "a version stands twice"
        "1, 1.0 and 1.0.0 are one version. Two files cannot hold it.";
    V203 Error "the file's name and its version differ"
        "The text of version 2.0 stands in versions/2.0.md.";
    V204 Error "a published text was changed"
        "The body of a published version is not what its hash in the ledger says. A published text is never edited: restore it, put the change into draft.md and publish that.";
    V205 Error "a published version is missing"
        "The ledger names a version whose file is not there. A version is never deleted: restore the file. To say that it no longer holds, use `vellum withdraw`.";
    V206 Error "a version that the ledger does not know"
        "A file in versions/ was not published by Vellum, so nobody can prove when it was. Move the text to draft.md and run `vellum publish`.";
    V207 Error "the chain of the ledger is broken"
        "Each event carries a hash over itself and the chain before it. This one does not match: an event was changed, removed or inserted. Restore ledger.yaml from your repository.";
    V208 Error "an event of the ledger cannot be read"
        "Only Vellum writes ledger.yaml. Restore it from your repository.";
    V209 Error "a published front matter was changed"
        "Title, dates, summary, numbering and disclosures are frozen with the version. Restore them; what is to change goes into the draft.";
    V210 Error "a picture of a published version was changed or is missing"
        "Pictures and files that a version uses are frozen with it. Restore the file, and give a new picture a new name.";
    V211 Error "the plain text of a published version differs"
        "The body is as it was published, but the plain text made from it is not: the version of Vellum reads it in another way. Please report this; do not change the file.";
    V212 Note "a version that is not published yet"
        "Its `published` day has not come, so nothing of it is built.";
    V213 Note "two versions apply from the same day"
        "The one that was recorded later holds; the other's page says so.";
    V214 Note "an id stands twice in a frozen text"
        "The second gets a number at its end, so that both can be linked to. In a draft this is an error.";
    V215 Note "a version's file does not say what is published"
        "The version is withdrawn and redacted, so its text is not shown.";
    V216 Error "an id that cannot be used"
        "An id begins with a letter of a-z or A-Z and goes on with letters, digits, `.`, `_` and `-`. Ids that begin with `v-` are Vellum's own.";
    V217 Error "an id stands twice"
        "Two clauses cannot share an address. Give one of them another id: `## Heading {#other}`.";
    V218 Error "an empty text"
        "A version says something. The draft holds nothing below its front matter but perhaps its title.";
    V219 Error "nothing to publish"
        "What would be published reads exactly as the version before it, or as the one that was published last: the same text, title, language, numbering and disclosures. A version that changes nothing would only make people look for a change.";
    V220 Error "a version would apply before it is published"
        "Nobody can be bound by a text that nobody could read. A text that was published at that time is brought in with `vellum publish --from FILE --published DATE`, and is recorded as it was.";
    V221 Error "the notice period is not kept"
        "policy.yaml says with `notice_days` how many days lie at least between the publication of a version and the first day on which it applies to anybody. The first version needs no notice, and neither does a text that is brought in from the past. `--waive-notice REASON` publishes all the same; the ledger records the reason for everybody to read.";
    V222 Warning "a publication that was cut short"
        "Vellum was stopped while it put a version and its event into place. The publication is done: every command reads it from the file named here, and the next `vellum publish` of that policy puts it into place. When the ledger has become another since, nothing is read from that file, and the run fails until one of the two is taken away.";
    V223 Error "two branches have both written into the ledger"
        "The ledger holds marks of a conflict, or two events that follow the same one. Events are chained, so two lists of them cannot be joined by hand. Take the ledger and versions/ of the branch that was merged first, move the text of your own version into draft.md, and run your `vellum publish`, `reschedule` or `withdraw` again: docs/record.md says it step by step.";
    V224 Error "an act that the record does not allow"
        "A version that applies, or was withdrawn, is not moved to another day, and none is withdrawn twice. Publish another version instead.";
    V230 Error "a translation's name and its language differ"
        "The French text of version 2.0 stands in versions/2.0.fr.md, and its front matter says `language: fr`.";
    V231 Error "a translation that the ledger does not know"
        "A file in versions/ is named like a translation and was not published by Vellum, so nobody can prove when it was. Move the text to draft.fr.md (with its language), leave in its front matter only title, summary and discloses, and run `vellum publish`: with `--translation fr` when the version itself is published, else it goes out with the version.";
    V232 Error "a language that the policy does not have"
        "policy.yaml lists the languages of a policy, the one that governs first: `languages: [en, fr]`. What was published in a language that is no longer listed stays, with a note.";
    V233 Error "a draft of a translation in the language that governs"
        "The text that governs is written in draft.md. draft.fr.md, with another language, is the draft of its translation.";
    V234 Error "a translation without a clause of the text that governs"
        "Links and disclosures name a clause by its id in every language, so each heading of a translation has the id of the heading that it translates: `## Vos droits {#your-rights}`. A clause that is missing was most likely not translated. While both are drafts this is a warning.";
    V235 Error "a translation that discloses something else"
        "A translation says what the text that governs says. Its disclosures are those of that text, and only the names of recipients and where they are may stand in its own language. Left out, they are taken over. While both are drafts this is a warning.";
    V236 Error "a translation that cannot be published"
        "A text is published once in each language, while its version stands: what the ledger has is never replaced.";
    V240 Error "a file of the record is not what was published"
        "The ledger holds the hash of each text, of its plain form, of its front matter and of each picture. What stands in the site has another. Build the site again from its source; where the source is changed too, `vellum check` shows what was there.";
    V241 Error "a file of the record is not there"
        "Every version keeps its page, its files and its redline for ever, and every policy its ledger, its lists and its history. One of them cannot be had. Build and deploy again.";
    V242 Error "the ledger of a site does not hold"
        "Each event of ledger.json carries a hash over itself and all before it. Computed again, one is another: an event was changed, taken out or put in. The ledger.yaml in your repository tells which.";
    V243 Error "a list says other than the ledger"
        "policies.json, versions.json, the history and the feeds are made from the ledger. One of them names a day, a hash, an address or a head that does not follow from it.";
    V244 Error "a page shows another text"
        "The words that are marked as the policy's text in a page are not those of the text that was published, or a link in them leads elsewhere. Markup may have been rewritten on its way, words may not.";
    V245 Error "a redline does not hold"
        "A redline without what it deletes is the new text, and without what it inserts the old one. This one is not.";
    V246 Error "no record goes on from a head that was kept"
        "A head proves all events before it. Where no ledger holds the one that somebody kept, the past was written anew since then: texts, hashes and chain may fit each other and still not be what was published.";
    V247 Error "the site and its source have two records"
        "ledger.json in the site is ledger.yaml in the source, as far as it was built. Here they part, or the source has less.";
    V248 Error "a file of a build was changed"
        "A build leaves a list of its files with their hashes in `.vellum/manifest.json`. A file is not as it was built, is missing, or was put there by somebody else. Build again.";
    V249 Note "a file of the record is written in another way"
        "What the file says is what was published, but its bytes are not those that Vellum writes. Line ends that were converted do this, and so does a space more or less in the front matter.";
    V301 Error "a reference to a clause that the text does not have"
        "`[](#id)` and `[words](#id)` lead to the heading of that id in the same text, and no heading has it. In a published text this is a note: the next draft can mend it.";
    V302 Error "an id went"
        "Links from outside, from other policies and from forms name clauses by their ids. The newest version has this one, the draft does not, and policy.yaml does not say what became of it. Give the id to the heading that goes on with the clause, or say in policy.yaml `ids: {old: new}`: then the clause carries its old id too. When the clause is gone, say why: `ids: {old: {gone: reason}}`.";
    V303 Warning "a line that looks like an item of a list and is none"
        "In Markdown a list that begins inside a paragraph must begin with 1, so this line goes on with the words before it. Leave an empty line before it, and indent it to stand below the item that it belongs to.";
    V304 Warning "a note that is not there"
        "`[^label]` refers to a note that begins a line, `[^label]: …`. No such line stands in the text, so the reference is published as it is typed.";
    V305 Warning "a note that is not shown"
        "Nothing refers to this note, or it has the label of one before it: its words are in the file, and on no page.";
    V310 Warning "a reference to a number that the text does not have"
        "Words such as “section 12” were typed, and the numbers of this text do not go so far. References into other documents are left alone, as are texts whose numbers are not known. A reference without words, `[](#id)`, reads the number that its clause has.";
    V311 Warning "a number and the name beside it disagree"
        "The number of a typed reference is that of one clause, and the name beside it, or the link that it stands in, is that of another. One of the two stayed when clauses moved.";
    V312 Warning "a clause is called by a name that none has"
        "Words such as “the ‘Marketing’ section” were typed, and no heading, no words in strong letters and no paragraph begin like that. Names that lead into another document are left alone.";
    V313 Note "a reference that does not follow its clause"
        "The number was typed, and it fits. When a clause is put in before it, it does not. `[](#id)` reads the number that the clause has, and is frozen in these words when the text is published.";
    V320 Warning "a term that is defined twice"
        "A term means one thing, so it is defined in one place. Where two definitions differ, nobody can say which one holds.";
    V321 Warning "a term that is defined and never used"
        "The text gives a phrase a meaning and then does without it. Most often what it was for was taken out, or is said in other words. Of terms that are defined together, (“Company”, “we”), one that is used is enough.";
    V322 Warning "a phrase with capitals that is never defined"
        "A phrase that is written with capitals inside sentences, again and again, reads as a defined term, and the text does not say what it means. Names of people, products, places, laws and documents are left alone, as far as they can be known as such; so are texts that say where their terms are defined. English texts only.";
    V323 Warning "a term in another spelling"
        "A defined term is written with other capitals, hyphens or letters than where it is defined, so a reader may ask whether it is the same. Singular and plural are the same, and so is a term in ordinary small letters, which may not be meant.";
    V324 Note "a term that is used before it is defined"
        "A reader meets the term in a clause before the one that says what it means. Many texts do so on purpose; the page shows the definition where a clause first uses it.";
    V401 Error "a link to an address that the site does not have"
        "The link leads into this site, and a build writes nothing there. Addresses are written from the site's root, in the case that they have. A path that base_url has is left out: Vellum adds it.";
    V402 Warning "a link that works by a redirect only"
        "A page's address ends with a slash, and an alias leads to the policy by a redirect. The link works, but slower, and not on every host.";
    V403 Error "a relative link"
        "A text is shown at several addresses, so a link that depends on where it stands leads to different places. Links are written from the site's root (`/about/`), to another policy (`policy:terms#id`) or to a clause of the same text (`#id`).";
    V404 Error "an address that is none"
        "A link to another site is a scheme, `://` and a host: `https://www.example.org/page`. A link whose address cannot be read, because it has spaces, is published as it is typed.";
    V405 Error "a link to a policy, version or clause that is not there"
        "`policy:slug`, `policy:slug/version` and `policy:slug#id` lead to what is published. What stands in a draft only is not there yet: publish that policy first.";
    V406 Error "a link to a place in a page that has no such id"
        "The page is there, but none of its headings has this id, so the link leads to its top.";
    V407 Error "a picture or file that is not there"
        "A policy's pictures and files stand in its folder assets/ and are written `assets/name.svg`; those of pages stand in static/ and are written from the site's root. Pictures of other hosts are not shown, so that no page asks a third party for anything.";
    V410 Error "a link to another site that is gone"
        "`vellum check --external` asked for the address. The server says that nothing is there (404, 410), or there is no such host while other names are found. A link in a published text is a note: the next draft can mend it.";
    V411 Warning "a link to another site that would not be told of"
        "`vellum check --external` asked for the address and got no answer that counts: the server refused (401, 403, 429 and the like), failed, kept silent, or could not prove its name. It may be there for people all the same, so this never fails a run, not even with `--deny warnings`. Addresses that answer no program are left out with `checks: {external: {ignore: [\"https://www.example.org/*\"]}}` in site.yaml.";
    V412 Note "a link to another site that moved for good"
        "The server leads on by a redirect that holds for good (301, 308). Such redirects end one day, and the new address does not need them.";
    V413 Warning "one address in two spellings"
        "Two links of one text most likely lead to one place and are written in two ways: with and without `s`, `www.` or the last slash, in another case, as `http` and `https`, or once as `policy:terms` and once as `/policies/terms/`. One of them leads there by a redirect, or to another version. Write one of them in both places.";
    V414 Error "a link to a draft"
        "Drafts are shown by `vellum serve` and `vellum build --drafts` only. On the published site nothing stands at such an address.";
    V415 Warning "a link to whatever another policy says by then"
        "`/policies/terms/` leads to the version that is in force on the day of the reader. In the text of a policy that is rarely meant: `policy:terms` leads, on the page of each version, to what was in force on that version's first day, and at the policy's own address to what is in force.";
    V501 Error "a form's policy or purpose does not exist"
        "A form names the policy that governs it, and a purpose in the disclosures of that policy. The version in force, and every upcoming one, must disclose that purpose.";
    V502 Error "a form collects what the policy does not disclose"
        "Each field says which data it collects. A version in force or upcoming must list these data under the form's purpose; otherwise people are asked for what the policy never mentions. Publish a version that discloses it, or take the field out.";
    V503 Error "a name of a field that cannot be used"
        "Names of fields are plain, used once, and not those that Vellum uses itself.";
    V504 Error "a form names a field that does not fit"
        "The subject takes fields of one line; `reply_to` takes the field that holds the visitor's address.";
    V505 Warning "forms cannot be sent"
        "Mails come from an address of the site's own, `relay: {from: …}` in site.yaml. Without it the relay does not start, and what people type into the forms goes nowhere.";
    V507 Error "the disclosures name something that is not there"
        "Each purpose and recipient names the clause that says it, and each purpose the recipients that are listed below. Pages link to these clauses, so they must be in the text.";
    V508 Error "a form's mails cannot be encrypted"
        "`encrypt_to` names a file below keys/ with an OpenPGP public key: one for all recipients, or one for each. A mail that should be encrypted is never sent as it is.";
    V510 Error "text and disclosures keep data for another time"
        "How long data are kept stands in the prose and in `retention`, and both must say the same. It is an error when the text keeps the data of a purpose for another time: in the row or sentence that names the purpose, in its own clause, or wherever its clauses speak of keeping and its period is nowhere. Periods beside words such as `within`, `every`, `backups` or `by law` contradict nothing. A period that no purpose has is a warning, because it may be that of other data. A year is twelve months, 52 weeks or 365 days. In a published text this is a note.";
    V511 Error "a recipient that its clause does not name"
        "Each recipient of the disclosures names the clause that speaks of it. What tells its name from others does not stand there, so most likely one of the two was renamed: of `Acme Hosting Ltd` that is Acme, of `our email provider` it is email, in whatever form.";
    V512 Warning "a right that the text does not describe"
        "The disclosures list the rights that the text describes. Where the text speaks of rights it has no word of this one, in English, French or German.";
    V601 Warning "a word stands twice"
        "The same word stands twice in a row, most often at the end of a line and at the beginning of the next.";
    V602 Warning "punctuation that stands twice"
        "Two marks stand together of which one is enough: `,,`, `..` or `,.`. Three full stops, and the one behind a short form, are left alone.";
    V603 Warning "a quote or bracket without its other half"
        "It is opened in a passage and not closed there nor soon after, or closed where nothing was opened. Labels such as `a)` and quotations that open each of their paragraphs are left alone; quotes are looked at in English texts only.";
    V604 Warning "a list that is typed as text"
        "Lines that begin with `•`, `–`, `(a)` or `a.` look like a list, and are paragraphs to whoever hears them read out, to the numbers and to the redline. Items of a list that begin with `(a)` have two marks, of which one follows when an item comes or goes.";
    V605 Warning "a heading that is all capitals"
        "Capitals are harder to read, and some programs spell them out. How headings look is for the theme to say. Short forms are left alone.";
    V606 Warning "a placeholder that nobody filled in"
        "`[Company]`, `[insert date]`, `[●]`, `{company_name}`, DD/MM/YYYY, TBD, TODO, XXX and lorem ipsum are what templates and drafts leave behind. What a text says of keys and programs, “press [Enter]”, is left alone.";
    V607 Note "a clause that is hard to read"
        "Its reading ease is below 10, on a scale on which plain English comes to 60 or more: 206.835 − 1.015 × words for each sentence − 84.6 × syllables for each word (R. Flesch, A new readability yardstick, Journal of Applied Psychology, 1948). Syllables are counted by groups of vowels. Only clauses of English drafts with 100 words or more are looked at.";
    V608 Warning "a date in another format, or in one that says two days"
        "A text that writes `1 March 2025` and `2025-03-01` makes people wonder whether both are right. `03/01/2025` is one day to some who read English and another to others.";
    V609 Warning "a company named in two ways"
        "The words that say what kind of company it is are spelt in two ways, such as `Assuract Limited` and `Assuract Ltd`, or once with a comma and once without. The name in site.yaml counts as the first; a text that names the organisation with another kind only, `Assuract Inc.`, is told, too.";
}

/// Codes that a site can neither lower nor except: without them the record could lie, or what somebody wrote would be
/// lost in silence.
const FIXED: &[(Code, Code)] = &[
    (Code::V101, Code::V118),
    (Code::V201, Code::V211),
    (Code::V216, Code::V224),
    (Code::V230, Code::V236),
    (Code::V240, Code::V249),
    (Code::V501, Code::V504),
    (Code::V507, Code::V508),
];

impl Entry {
    /// The address of its page in the documentation.
    #[must_use]
    pub fn page(&self) -> String {
        format!("{}/blob/main/docs/codes/{}.md", env!("CARGO_PKG_REPOSITORY"), self.name)
    }
}

impl Code {
    /// Whether a site can neither lower nor except it.
    #[must_use]
    pub fn is_fixed(self) -> bool {
        FIXED.iter().any(|(first, last)| (*first..=*last).contains(&self))
    }

    /// Finds a code by its printed name, in any case.
    #[must_use]
    pub fn find(name: &str) -> Option<&'static Entry> {
        CODES.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_ordered_and_explained() {
        for pair in CODES.windows(2) {
            assert!(pair[0].name < pair[1].name, "{}", pair[1].name);
        }
        for entry in CODES {
            assert_eq!(entry.code.name(), entry.name);
            assert!(!entry.title.is_empty() && entry.text.ends_with('.'), "{}", entry.name);
        }
        assert_eq!(Code::find("v204").unwrap().code, Code::V204);
        assert!(Code::find("V999").is_none());
    }
}
