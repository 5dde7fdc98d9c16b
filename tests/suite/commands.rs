//! Each command from outside, and what happens when the machine fails: all that is said and returned.

use crate::transcript::transcripts;

mod usual {
    use super::transcripts;

    transcripts! { "commands":
        build_drafts build_for_machines build_single check_coverage check_disclosures check_drift check_formats diff_formats
        exceptions explain forms import_dir import_git
        log_and_diff new_form new_policy new_site publish publish_asking publish_history publish_languages
        publish_meaning publish_notice publish_references relay_settings reschedule verify withdraw
    }
}

mod failing {
    use super::transcripts;

    transcripts! { "failures": disk_full no_permission port_taken stdout_full }
}
