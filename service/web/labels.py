"""Labels: the words that pages use for codes of the knowledge that have no text of their own."""

from __future__ import annotations

from service.web.translations import mark as _

GRADES = {
    "case": _("documented case"),
    "study": _("research"),
    "guideline": _("guideline"),
    "vendor_fact": _("what the vendor says"),
    "practice_report": _("experience from practice"),
    "survey": _("survey"),
    "press": _("press"),
    "legal_opinion": _("legal opinion"),
    "general_knowledge": _("general knowledge"),
    "expert_judgement": _("expert judgement"),
    "records": _("what communities told"),
}
THEMES = {
    "work": _("The members and their work"),
    "wishes": _("What members want and use"),
    "data": _("Data, size and rules"),
    "ready": _("Ready to start"),
}
"""Parts of the questionnaire, in the order in which answers are shown."""
WISHES = {
    "quick_contact": _("Quick contact"),
    "file_sharing": _("Files"),
    "archived_discussion": _("Discussion"),
    "events_meetings": _("Meeting"),
    "peer_intervision": _("Real cases"),
    "case_advice": _("Advice"),
    "peer_support": _("Support"),
    "planning": _("Planning"),
    "deciding": _("Deciding"),
    "find_experts": _("Experts"),
    "announcements": _("News"),
    "co_writing": _("Writing"),
    "learning_content": _("Learning"),
    "relationship_building": _("Trust"),
}
"""Wishes in a word or two, as heads of narrow columns."""
KINDS = {
    "case": _("documented case"),
    "study": _("study"),
    "review": _("review of studies"),
    "survey": _("survey"),
    "guideline": _("guideline"),
    "vendor_fact": _("vendor"),
    "vendor_case": _("case told by a vendor"),
    "consultant_case": _("case told by a consultant"),
    "practice_report": _("experience from practice"),
    "press": _("press"),
    "opinion": _("opinion"),
    "legal_opinion": _("legal opinion"),
    "secondary": _("second-hand source"),
    "user_report": _("report by a user"),
    "paper": _("paper"),
    "expert_judgement": _("expert judgement"),
}
SOURCES = {
    "paper": _("Research"),
    "report": _("Reports"),
    "news": _("News"),
    "practice": _("Told by the team itself"),
    "vendor": _("Told by a vendor"),
    "forum": _("Public forums"),
    "issue": _("Public lists of bugs and wishes"),
    "docs": _("Own documentation"),
}
"""Kinds of sources of documented communities."""
CERTAINTIES = {
    "0": _("nothing is written about it"),
    "1": _("very unsure"),
    "2": _("unsure"),
    "3": _("fairly sure"),
    "4": _("sure"),
}
DOUBTS = {
    "disagreement": _("What is written differs: it worked in some places and not in others."),
    "one_kind_of_source": _("Nearly all of it comes from one kind of source."),
    "mostly_stand_ins": _("Nearly all of it is about another product that resembles it."),
}
RESULTS = {
    "used": _("Used"),
    "partly": _("Used in part"),
    "failed": _("Not used, or stopped"),
}
READ = {
    "excerpt": _("we read a part of it"),
    "seed": _("we read the whole text"),
    "general_knowledge": _("we know it, but did not read it for this"),
    "none": "",
}
CARRY = {
    "carry_over": _("Yes, it fits here too"),
    "adapt": _("Only if you change something"),
    "do_not_carry_over": _("No, do not copy it"),
    "too_little_known": _("We cannot say that yet"),
}
SIDE = {
    "there": _("There:"),
    "here": _("Here:"),
    "both": _("There and here:"),
    "maybe_there": _("Maybe there:"),
    "maybe_here": _("Maybe here:"),
    "maybe_both": _("Maybe there and here:"),
}
TOLD = {
    "worked": _("At %(name)s, %(channel)s worked."),
    "failed": _("At %(name)s, %(channel)s did not work."),
    "not_told": _("What %(channel)s did at %(name)s, is not told."),
}
JUDGED = {
    "promote": _("May be promoted"),
    "refuse": _("Not to be promoted"),
    "too_few_records_to_tell": _("Too few records to tell"),
    "one_sided": _("Hardly any failures were reported"),
    "cases_contradict_records": _("The documented cases contradict the records"),
}
CHECKS = {
    "golden_cases": _("Documented cases hold"),
    "self_test": _("The service reads the numbers as they were meant"),
    "failures_told": _("Failures were reported too"),
    "calibration": _("Chances mean what they say"),
    "knows_order": _("The order is more than chance"),
    "better_order": _("A better order than what was live"),
    "no_worse_than_rules": _("No worse than the rules"),
    "no_worse_than_champion": _("No worse than what was live"),
    "no_worse_than_starter": _("No worse than the documented communities alone"),
    "documents_do_no_harm": _("The documented communities do no harm"),
    "no_source_decides": _("No single source or reporter decides"),
}
CHECKED = {
    "passed": _("passed"),
    "failed": _("failed"),
    "cannot_tell": _("cannot tell"),
}
RULES = {
    "supported": _("supported"),
    "contradicted": _("contradicted"),
    "cannot_tell_yet": _("cannot tell yet"),
}
PROMOTIONS = {
    "promote": _("promoted"),
    "overrule": _("promoted against the gate"),
    "rollback": _("taken back"),
}
MISTAKES = {
    "required": _("Choose an answer."),
    "required_or_unknown": _("Choose an answer. You do not know? Then choose “We do not know”."),
    "null": _("Choose an answer."),
    "none_chosen": _("Choose at least one answer."),
    "none_chosen_or_unknown": _("Choose at least one answer, or “We do not know”."),
    "not_allowed": _("This is not one of the possible answers. Please choose again."),
    "wrong_type": _("This is not one of the possible answers. Please choose again."),
    "too_many": _("You chose more than {limit}. Please choose at most {limit}."),
    "chosen_twice": _("You chose the same answer twice. Please choose each answer once."),
    "unknown_with_others": _("You chose “We do not know” and an answer too. Please choose one of the two."),
    "does_not_apply": _("This question is only for when you want to use a channel that worked elsewhere."),
}
REPORT_MISTAKES = {
    "required": _("Please fill this in."),
    "use_required": _("Please fill in both numbers: how many members were active, and how many were invited."),
    "not_allowed": _("Please choose one from the list."),
    "used_or_counts": _(
        "Please choose one of the three. Only with “We counted” the two numbers are needed, and then both."
    ),
    "does_not_apply": _("You said that the channel is used. Then leave the reason open."),
    "week_8_not_reached": _(
        "Members started less than eight weeks ago. Please come back when eight weeks have passed. Is it already sure"
        " that it is not used? Then choose “No”."
    ),
}
"""What the gate for records refuses, in the words of the form, at one place of it (`place_code`) or at any; other
mistakes keep the words of the gate."""
MONTHS = (
    _("January"),
    _("February"),
    _("March"),
    _("April"),
    _("May"),
    _("June"),
    _("July"),
    _("August"),
    _("September"),
    _("October"),
    _("November"),
    _("December"),
)
