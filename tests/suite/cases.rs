//! The content cases: what goes in, what must come out. A folder of `tests/sites/cases/` for each.

use crate::transcript::transcripts;

transcripts! { "cases":
    case_01_bom_crlf_and_no_final_newline
    case_02_names_that_collide_on_other_systems
    case_03_characters_that_nobody_may_publish
    case_04_versions_are_quoted_and_no_is_text
    case_05_yaml_that_is_wrong_and_rules_that_are_right
    case_06_days_are_strict
    case_07_the_same_day_twice
    case_09_a_picture_that_was_changed
    case_09_a_text_that_git_remembers
    case_09_a_text_that_was_changed
    case_09_a_version_that_is_not_published_yet
    case_09_a_version_that_was_deleted_or_slipped_in
    case_09_disclosures_that_were_changed
    case_09_numbering_that_was_changed
    case_10_an_old_version_inserted_later
    case_11_a_clause_inserted_before_others
    case_12_a_paragraph_that_moved
    case_13_changes_of_every_kind
    case_14_headings_of_one_id_or_of_none
    case_15_what_looks_like_a_list
    case_16_notes_of_every_kind
    case_17_links_of_every_kind
    case_18_links_that_could_do_something
    case_19_our_terms_as_they_were
    case_20_html_and_comments
    case_21_content_is_never_a_template
    case_22_links_in_the_file_system
    case_23_names_that_do_not_travel
    case_24_folders_that_are_no_output
    case_25_texts_beyond_measure
    languages_a_french_text_that_was_changed
    languages_pages_and_how_they_lead_to_one_another
    numbering_with_letters_and_roman_numbers
}
