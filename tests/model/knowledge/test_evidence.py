"""Documented communities: what a worker loads is what the YAML files say, quickly, and folds keep together what hangs
together."""

import gc
import json
import shutil
import time
import tracemalloc
from collections import Counter, defaultdict

import pytest
import yaml

from model.errors import KnowledgeError, UnknownNameError
from model.knowledge.evidence_file import NAME, EvidenceFile
from model.knowledge.loader import EVIDENCE, PACKAGED, knowledge_from, load_knowledge, write_evidence_file
from model.profiles.profile import ProfileReader
from tests.factories import case, documented, minimal_content, minimal_knowledge, outcome, write_files

FILE = PACKAGED / EVIDENCE / NAME


def folds_of(*entries):
    return {each.id: each.fold for each in minimal_knowledge(evidence=list(entries)).evidence}


def at(page: str, id_: str, **more):
    return documented(id_, {"place": "desk"}, **more, source={**documented(id_, {})["source"], "url": page})


@pytest.fixture
def small(tmp_path):
    """A folder with two communities and the quick file made from them."""
    write_files(
        minimal_content(evidence=[documented("one", {"place": "desk"}, outcome("forum")), documented("two", {})]),
        tmp_path,
    )
    write_evidence_file(tmp_path)
    return tmp_path


# --- the packaged set ---------------------------------------------------------------------------------------------


def test_the_quick_file_is_what_the_yaml_files_say(tmp_path):
    """Run `make evidence` after a change of the evidence, of the questions or of the channels."""
    copy = tmp_path / "knowledge"
    shutil.copytree(PACKAGED, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__", "messages"))
    assert isinstance(load_knowledge(copy).load_evidence, EvidenceFile), "it was not made from these files"
    write_evidence_file(copy)
    assert (copy / EVIDENCE / NAME).read_bytes() == FILE.read_bytes()


def test_the_set_is_whole(knowledge):
    outcomes = [outcome for each in knowledge.evidence for outcome in each.outcomes]
    assert len(knowledge.evidence) >= 510
    assert Counter(outcome.result for outcome in outcomes)["used"] >= 352
    assert {"used", "partly", "not_used", "abandoned"} == {outcome.result for outcome in outcomes}
    assert [case.id for case in knowledge.cases][:2] == ["set-up", "2diabeat"], "stories in the order of their file"


def test_each_community_has_answers_that_the_questions_know(knowledge):
    reader = ProfileReader(knowledge.questionnaire, partial=True)
    for community in knowledge.evidence:
        assert reader.read(dict(community.profile)) is not None, community.id
        assert {community.basis(question) for question in community.support} <= {"stated", "inferred"}


def test_what_hangs_together_is_in_one_fold(knowledge):
    """Shared articles, product stories and ecosystems, as the collectors of the set named them."""
    fold = {each.id: each.fold for each in knowledge.evidence}
    for together in (
        ("columbia-pacific-trades-council", "opeiu-local-11", "plumbers-local-290"),
        ("moosburg-esis", "erding-realschule-esis"),
        ("dak-kindercentra-joost", "ivn-nature-education", "magentazorg-tim", "opzc-rekem-iris", "partou-iris"),
        ("ipfs-discourse-early", "ipfs-notes-google-docs"),
        ("backdrop-linkedin", "backdrop-zulip"),
        ("us-im-morning-report-attendance", "us-im-morning-report-opinion"),
        ("laria-khub-group", "ideas-cop-uk-councils"),
        ("osm-asia-facebook", "osm-canada-matrix", "osm-poland-forum"),
        ("set-up", "2diabeat", "better-in-better-out"),
        ("sv-jeersdorf-vereinsapp", "tv-scheessel-vereinsapp"),
    ):
        assert len({fold[each] for each in together}) == 1, together
    assert fold["scitools-iris-lists"] == "scitools-iris-lists", "another Iris"


def test_no_page_is_in_two_folds(knowledge):
    folds = defaultdict(set)
    for each in knowledge.evidence:
        folds[each.source.url and each.source.url.partition("#")[0]].add(each.fold)
    assert all(len(found) == 1 for page, found in folds.items() if page)


@pytest.mark.slow
def test_loading_costs_little():
    """At most 20 ms of processor time and 4 MB; the best of a few, because other programs run here too."""
    load = load_knowledge().load_evidence
    times = []
    for _ in range(5):
        start = time.process_time()
        load()
        times.append(time.process_time() - start)
    assert min(times) < 0.020
    gc.collect()
    tracemalloc.start()
    try:
        communities = load()
        gc.collect()
        assert tracemalloc.get_traced_memory()[0] < 4_000_000
        assert communities
    finally:
        tracemalloc.stop()


def test_nothing_is_read_before_it_is_asked_for():
    assert "evidence" not in vars(load_knowledge())


# --- a folder of one's own ------------------------------------------------------------------------------------------


def test_a_folder_without_evidence_works(tmp_path):
    write_files(minimal_content(), tmp_path)
    knowledge = load_knowledge(tmp_path)
    assert knowledge.evidence == ()
    assert knowledge.evidence_fingerprint == ""
    with pytest.raises(KnowledgeError, match="there are no YAML files"):
        write_evidence_file(tmp_path)


def test_the_quick_file_says_the_same_as_the_yaml_files(small):
    quick = load_knowledge(small)
    assert len(quick.evidence) == 2
    (small / EVIDENCE / NAME).unlink()
    slow = load_knowledge(small)
    assert isinstance(quick.load_evidence, EvidenceFile)
    assert not isinstance(slow.load_evidence, EvidenceFile)
    assert quick.evidence == slow.evidence
    assert (quick.fingerprint, quick.evidence_fingerprint) == (slow.fingerprint, slow.evidence_fingerprint)


@pytest.mark.parametrize("file", ["evidence/some.yaml", "channels.yaml", "questions.yaml"])
def test_a_quick_file_is_not_used_when_anything_it_was_made_from_changed(small, file):
    """Then the YAML is read, with all its checks; here nothing in it is wrong."""
    content = yaml.safe_load((small / file).read_text(encoding="utf-8"))
    if file.startswith(EVIDENCE):
        content["evidence"][0]["caveat"] = "Another view."
    elif file == "channels.yaml":
        content["channels"].append({**content["channels"][0], "id": "another"})
    else:
        content["questions"][0]["options"].append({"code": "sea", "text": {"en": "Sea", "nl": "Zee"}})
    (small / file).write_text(yaml.safe_dump(content), encoding="utf-8")
    knowledge = load_knowledge(small)
    assert not isinstance(knowledge.load_evidence, EvidenceFile)
    assert (knowledge.evidence[0].caveat == "Another view.") == file.startswith(EVIDENCE)


def test_a_channel_that_goes_away_is_missed_at_once(small):
    content = yaml.safe_load((small / "channels.yaml").read_text(encoding="utf-8"))
    content["channels"] = [each for each in content["channels"] if each["id"] != "forum"]
    (small / "channels.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="there is no channel 'forum'"):
        load_knowledge(small)


@pytest.mark.parametrize("line", ["", "{", "[]", '{"format": 2}', '{"content": "", "fingerprint": "", "format": 0}'])
def test_a_damaged_quick_file_is_not_used(small, line):
    (small / EVIDENCE / NAME).write_text(line, encoding="utf-8")
    assert len(load_knowledge(small).evidence) == 2


def test_a_quick_file_that_changes_in_use_is_refused(small):
    knowledge = load_knowledge(small)
    path = small / EVIDENCE / NAME
    header, *rest = path.read_text(encoding="utf-8").splitlines()
    other = json.dumps({**json.loads(header), "content": "other"})
    path.write_text("\n".join([other, *rest]), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="changed while it was in use"):
        _ = knowledge.evidence


# --- fingerprints -----------------------------------------------------------------------------------------------------


def test_what_is_only_told_leaves_what_was_learned_alone():
    content = minimal_content(evidence=[documented("one", {"place": "desk"}, outcome("forum", note="Good."))])
    before = knowledge_from(content)
    content["evidence"][0] |= {"title": "Other", "caveat": "Other.", "outcomes": [outcome("forum", note="Other.")]}
    content["evidence"][0]["support"] = {"place": "stated: other words"}
    after = knowledge_from(content)
    assert after.evidence_fingerprint == before.evidence_fingerprint
    assert after.fingerprint != before.fingerprint
    assert after.score_fingerprint == before.score_fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"outcomes": [outcome("forum", "partly")]},
        {"outcomes": [outcome("chat")]},
        {"profile": {"place": "road"}},
        {"support": {"place": "inferred: place"}},
        {"strength": "weak"},
        {"fold": "other-fold"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_can_be_learned_has_a_fingerprint_that_scores_do_not_share(change):
    entries = [documented("one", {"place": "desk"}), documented("two", {}, fold="other-fold")]
    before = minimal_knowledge(evidence=entries)
    after = minimal_knowledge(evidence=[{**entries[0], **change}, entries[1]])
    assert after.evidence_fingerprint != before.evidence_fingerprint
    assert after.score_fingerprint == before.score_fingerprint


# --- stories ----------------------------------------------------------------------------------------------------------


def test_a_story_is_a_case_with_what_worked_and_what_failed():
    entry = case(
        "club", {"place": "desk", "hosts": "one"}, outcome("forum"), outcome("chat", "abandoned"),
        outcome("meeting", "partly"),
    )  # fmt: skip
    entry["support"]["hosts"] = "inferred: one"
    entry["story"]["notes"] = {"chat": {"en": "It fell silent.", "nl": "Het werd stil."}}
    knowledge = minimal_knowledge(evidence=[documented("school", {}), entry])
    told = knowledge.case("club")
    assert knowledge.cases == (told,)
    assert [each.channel for each in told.worked] == ["forum"]
    assert [(each.channel, each.note) for each in told.failed] == [("chat", entry["story"]["notes"]["chat"])]
    assert told.basis == {"place": "stated", "hosts": "inferred"}
    assert [each.note for each in knowledge.documented("club").outcomes] == [None, "It fell silent.", None]


# --- folds ------------------------------------------------------------------------------------------------------------


def test_a_community_with_a_page_of_its_own_is_a_fold_of_its_own():
    assert folds_of(documented("one", {}), documented("two", {})) == {"one": "one", "two": "two"}


@pytest.mark.parametrize(
    "page", ["https://www.example.org/page", "http://example.org/page/", "https://Example.org/page#third"]
)
def test_the_same_page_is_the_same_fold_however_it_is_written(page):
    assert folds_of(at("https://example.org/page", "one"), at(page, "two")) == {"one": "one", "two": "one"}


def test_pages_that_differ_in_their_question_are_two():
    assert (
        len(set(folds_of(at("https://example.org/?id=1", "one"), at("https://example.org/?id=2", "two")).values())) == 2
    )


def test_folds_hang_together_in_chains():
    page = "https://example.org/page"
    found = folds_of(
        documented("a", {}, fold="story"), at(page, "b"), at(page, "c", fold="other"),
        documented("d", {}, fold="other"), at(page, "e", fold="story"), documented("f", {}),
    )  # fmt: skip
    assert found == {**dict.fromkeys("abcde", "a"), "f": "f"}


def test_a_name_leads_to_its_community():
    knowledge = minimal_knowledge(evidence=[documented("one", {})])
    assert knowledge.documented("one").title == "One"
    with pytest.raises(UnknownNameError):
        knowledge.documented("nobody")
