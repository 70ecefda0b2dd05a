"""The pages: what the answer costs as a page beside the same answer as JSON, and how large every page is.

One worker answers both, in turn, for the same profiles; a ratio is taken within a round and the median is reported.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from statistics import median

from bench.client import Connection, post, send_all
from bench.processes import Server, gunicorn
from bench.profiles import different_profiles
from bench.report import Figure, at_most, machine, show
from bench.serving import Contender
from model.advice.similar_cases import case_profile
from model.domain.knowledge import Knowledge
from model.knowledge.loader import load_knowledge
from model.outcomes.record import complete_answers
from model.profiles.code import ProfileCodes
from model.profiles.validation import ProfileGate

ROUNDS = 7
DIFFERENT, REPEATED, FEW = 500, 500, 40
TARGET = 3.0
"""How much more processor time a page may take than the same answer as JSON."""
HEAVIEST = 100.0
"""kB of a first answer page with its stylesheet and script, not compressed."""
JSON_PATH = "/v1/recommendations?lang=nl"
CASE = "2diabeat"


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    knowledge = load_knowledge()
    gate, profile_codes = ProfileGate(knowledge), ProfileCodes(knowledge)
    raw = different_profiles(knowledge, DIFFERENT)
    codes = [profile_codes.code(gate.load(profile)) for profile in raw]
    case = profile_codes.code(case_profile(knowledge.case(CASE), knowledge))
    with gunicorn("service.server.wsgi:app", "/livez") as server:
        contenders = {
            "page, same": Contender(server, [get(f"/answer?p={case}&lang=nl")], REPEATED),
            "json, same": Contender(server, [post(JSON_PATH, _body(knowledge))], REPEATED),
            "page, different": Contender(server, [get(f"/answer?p={code}&lang=nl") for code in codes], DIFFERENT),
            "json, different": Contender(server, [post(JSON_PATH, {"profile": each}) for each in raw], DIFFERENT),
        }
        for contender in contenders.values():
            send_all(server.port, contender.requests, contender.count)
        for _ in range(ROUNDS):
            for contender in contenders.values():
                contender.take_turn()
        pages = [_page(server, name, path) for name, path in _paths(case).items()]
        first = _first_visit(
            server, f"/answer?p={profile_codes.code(case_profile(knowledge.case('set-up'), knowledge))}"
        )
    show(f"The answer as a page and as JSON, {ROUNDS} rounds in turn ({machine()})", _ratios(contenders))
    show(f"Every page for {CASE}: HTML, packed with gzip, and time per request, asked for again and again", pages)
    show("A first visit to the longest answer of the stories", [first])


def get(path: str) -> bytes:
    """A GET request of a browser, as bytes."""
    return f"GET {path} HTTP/1.1\r\nHost: bench\r\nAccept: text/html\r\n\r\n".encode()


def _body(knowledge: Knowledge) -> Mapping[str, object]:
    answers = case_profile(knowledge.case(CASE), knowledge).as_dict()
    return {"profile": complete_answers(answers, knowledge.questionnaire)}


def _ratios(contenders: Mapping[str, Contender]) -> list[Figure]:
    def against(kind: str, times: str) -> float:
        pairs = zip(
            getattr(contenders[f"page, {kind}"], times), getattr(contenders[f"json, {kind}"], times), strict=True
        )
        return median(page / data for page, data in pairs)

    return [
        *(
            Figure(f"  {name}", f"{median(each.cpu) * 1e6:,.0f} µs, {1 / median(each.wall):,.0f} a second")
            for name, each in contenders.items()
        ),
        at_most("processor time of the page, one profile", against("same", "cpu"), TARGET, "{:.2f} ×"),
        at_most(f"  {DIFFERENT} different profiles", against("different", "cpu"), TARGET, "{:.2f} ×"),
        at_most("time to an answer, one profile", against("same", "wall"), TARGET, "{:.2f} ×"),
        at_most(f"  {DIFFERENT} different profiles", against("different", "wall"), TARGET, "{:.2f} ×"),
    ]


def _paths(code: str) -> Mapping[str, str]:
    answers = f"p={code}&lang=nl"
    return {
        "start": "/?lang=nl",
        "first questions": "/ask?lang=nl",
        "answer": f"/answer?{answers}",
        "all channels": f"/channels?{answers}",
        "one channel": f"/channel?{answers}&channel=embrace",
        "two channels": f"/compare?{answers}&first=embrace&second=whatsapp_group",
        "what would change it": f"/what-if?{answers}",
        "communities like this one": f"/similar?{answers}",
        "transfer check": f"/transfer?{answers}&case=set-up&channel=embrace",
        "telling later": f"/report-back?{answers}",
        "how it works": "/about?lang=nl",
    }


def _page(server: Server, name: str, path: str) -> Figure:
    body = _body_of(server, path)
    contender = Contender(server, [get(path)], FEW)
    for _ in range(3):
        contender.take_turn()
    sizes = f"{len(body) / 1000:.0f} kB, {len(gzip.compress(body)) / 1000:.0f} kB packed"
    return Figure(name, f"{sizes}, {median(contender.wall) * 1e3:.1f} ms")


def _first_visit(server: Server, path: str) -> Figure:
    page = _body_of(server, f"{path}&lang=nl")
    assets = re.findall(rb'<(?:link rel="stylesheet" href|script src)="([^"]+)"', page)
    total = len(page) + sum(len(_body_of(server, asset.decode())) for asset in assets)
    return at_most("page, stylesheet and script, not packed", total / 1000, HEAVIEST, "{:.1f} kB")


def _body_of(server: Server, path: str) -> bytes:
    with Connection(server.port) as connection:
        status, body = connection.ask(get(path))
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    return body
