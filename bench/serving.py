"""A request over HTTP, beside a Flask view that decides nothing and beside FastAPI + scikit-learn + SHAP.

All servers run at once, with one worker each, and take turns: in every round each gets its share of requests.
A ratio is taken within a round and the median over the rounds is reported, so other work on the machine counts little.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter

import orjson

from bench.client import Connection, post, send_all
from bench.peers.fixed_flask import SMALL
from bench.processes import Server, gunicorn, uvicorn
from bench.profiles import different_profiles
from bench.report import Figure, at_least, at_most, machine, show
from model.knowledge.loader import load_knowledge

ROUNDS = 7
WARM_UP = 200
DIFFERENT = 1000
FLASK_TARGET = 1.8
"""Times the processor time of a view that decides nothing."""
TABLE_TARGET, ARRAYS_TARGET, BY_HAND_TARGET = 12.0, 4.0, 0.9
"""Times the requests a second of FastAPI + scikit-learn + SHAP, by how its rows are made."""
PATH = "/v1/recommendations?lang=nl"


@dataclass
class Contender:
    """Something that answers, with what each round said of it.

    Attributes:
        requests: requests that are sent in turn.
        count: how many in one round.
        cpu, wall: seconds per request, one number per round.
    """

    server: Server
    requests: Sequence[bytes]
    count: int
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def take_turn(self) -> None:
        cpu, began = self.server.cpu_seconds(), perf_counter()
        send_all(self.server.port, self.requests, self.count)
        self.wall.append((perf_counter() - began) / self.count)
        self.cpu.append((self.server.cpu_seconds() - cpu) / self.count)


def main(options: Sequence[str] = ()) -> None:
    """Measure and print."""
    knowledge = load_knowledge()
    profiles = different_profiles(knowledge, DIFFERENT)
    case = knowledge.case("2diabeat")
    one = {"profile": dict(case.profile)}
    with ExitStack() as running:
        ours = running.enter_context(gunicorn("service.server.wsgi:app", "/livez"))
        fixed = running.enter_context(gunicorn("bench.peers.fixed_flask:app", "/livez"))
        shap = running.enter_context(uvicorn("bench.peers.fastapi_shap:app", "/livez"))
        same = post(PATH, one)
        different = [post(PATH, {"profile": profile}) for profile in profiles]
        size = _size(ours, same)
        contenders = {
            "same": Contender(ours, [same], 1500),
            "different": Contender(ours, different, DIFFERENT),
            "small": Contender(fixed, [post("/small", one)], 1500),
            "large": Contender(fixed, [post(f"/large/{size}", one)], 1500),
            "pipeline": Contender(shap, [post("/pipeline", {"profile": profile}) for profile in profiles], 60),
            "arrays": Contender(shap, [post("/arrays", {"profile": profile}) for profile in profiles], 150),
            "by hand": Contender(shap, [post("/by-hand", {"profile": profile}) for profile in profiles], 300),
        }
        for contender in contenders.values():
            send_all(contender.server.port, contender.requests, min(WARM_UP, contender.count))
        for _ in range(ROUNDS):
            for contender in contenders.values():
                contender.take_turn()
        batch = _batch(ours, profiles)
    show(f"One worker over HTTP, {ROUNDS} rounds in turn ({machine()})", _figures(contenders, size, batch))


def _figures(contenders: Mapping[str, Contender], size: int, batch: Figure) -> list[Figure]:
    def cpu(name: str, against: str) -> float:
        pairs = zip(contenders[name].cpu, contenders[against].cpu, strict=True)
        return median(own / other for own, other in pairs)

    def rate(name: str, against: str) -> float:
        pairs = zip(contenders[name].wall, contenders[against].wall, strict=True)
        return median(other / own for own, other in pairs)

    def plain(what: str, name: str) -> Figure:
        contender = contenders[name]
        return Figure(what, f"{median(contender.cpu) * 1e6:,.0f} µs, {1 / median(contender.wall):,.0f} a second")

    return [
        Figure("Processor time per request, and requests a second", ""),
        plain("  service, one profile again and again", "same"),
        plain(f"  service, {DIFFERENT:,} different profiles in turn", "different"),
        plain(f"  fixed Flask view, {SMALL / 1000:.0f} kB", "small"),
        plain(f"  fixed Flask view, {size / 1000:.0f} kB (as large as our answer)", "large"),
        plain("  FastAPI + scikit-learn + SHAP, usual pipeline", "pipeline"),
        plain("  the same with arrays for a table", "arrays"),
        plain("  the same with a matrix laid out by hand", "by hand"),
        Figure("Processor time against the fixed Flask view", ""),
        at_most(f"  one profile, against {SMALL / 1000:.0f} kB", cpu("same", "small"), FLASK_TARGET, "{:.2f} ×"),
        Figure(f"  one profile, against {size / 1000:.0f} kB", f"{cpu('same', 'large'):.2f} ×"),
        at_most(f"  different, against {SMALL / 1000:.0f} kB", cpu("different", "small"), FLASK_TARGET, "{:.2f} ×"),
        Figure(f"  different, against {size / 1000:.0f} kB", f"{cpu('different', 'large'):.2f} ×"),
        Figure("Requests a second against FastAPI + scikit-learn + SHAP", ""),
        at_least("  one profile, against the usual pipeline", rate("same", "pipeline"), TABLE_TARGET, "{:.1f} ×"),
        at_least("  different, against the usual pipeline", rate("different", "pipeline"), TABLE_TARGET, "{:.1f} ×"),
        at_least("  different, against arrays for a table", rate("different", "arrays"), ARRAYS_TARGET, "{:.1f} ×"),
        at_least("  different, against the matrix by hand", rate("different", "by hand"), BY_HAND_TARGET, "{:.1f} ×"),
        batch,
    ]


def _size(server: Server, request: bytes) -> int:
    """Length of our answer; also makes sure that it is an answer of ours."""
    with Connection(server.port) as connection:
        status, body = connection.ask(request)
    if status != 200 or "verdict" not in orjson.loads(body):
        raise RuntimeError(f"the service answered {status}")
    return len(body)


def _batch(server: Server, profiles: Sequence[object]) -> Figure:
    """All profiles in one request."""
    body = orjson.dumps({"profiles": profiles})
    times, length = [], 0
    for _ in range(3):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        began = perf_counter()
        connection.request("POST", "/v1/recommendations/batch", body, {"Content-Type": "application/json"})
        length = len(connection.getresponse().read())
        times.append(perf_counter() - began)
        connection.close()
    return Figure(f"Batch of {len(profiles):,} different profiles", f"{median(times):.2f} s for {length / 1e6:.0f} MB")
