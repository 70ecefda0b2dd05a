"""Settings: what an operator can choose, read from the environment once."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path

from model.errors import Phrase, SettingsError
from model.knowledge.loader import PACKAGED
from model.storage.location import DATA, DATABASE_URL, database_url

VERSION = version("platform-fit")

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
"""Scheme, host and port and nothing more: these words end up in a header, and browsers compare them as they are."""

_HOST = re.compile(r"\.?[a-z0-9-]+(\.[a-z0-9-]+)*|\[[0-9a-f:.]+\]")
"""A name or an address, with a dot in front for all names that end so."""

CORS_ORIGINS, EMBED_ORIGINS = "PLATFORM_FIT_CORS_ORIGINS", "PLATFORM_FIT_EMBED_ORIGINS"
SECRET, OLD_SECRETS = "PLATFORM_FIT_SECRET", "PLATFORM_FIT_SECRET_OLD"
FORMS = "PLATFORM_FIT_FORMS"
THREADS = "PLATFORM_FIT_THREADS"
SHORTEST_SECRET = 16

LIMITS, PROXIES = "PLATFORM_FIT_LIMITS", "PLATFORM_FIT_TRUSTED_PROXIES"
PUBLIC_URL, HOSTS = "PLATFORM_FIT_PUBLIC_URL", "PLATFORM_FIT_TRUSTED_HOSTS"
LOG_LEVEL = "PLATFORM_FIT_LOG_LEVEL"
LOG_LEVELS = ("info", "warning", "error")
"""From all to little; only with the first there is a line for each request."""

VARIABLES: Mapping[str, str] = {
    "PLATFORM_FIT_KNOWLEDGE": "folder of knowledge files to use instead of the built-in ones",
    FORMS: "folder with a mapping file for each form that sends its submissions to `/v1/forms/NAME`;"
    " only the ready-made ones without it",
    CORS_ORIGINS: "origins whose pages may call the API from a browser, separated by spaces or commas;"
    " `*` for all, none without it",
    EMBED_ORIGINS: "origins whose pages may show the form and the answer in a frame, separated by spaces"
    " or commas, such as `https://www.example.org`; none without it",
    SECRET: "secret that signs the private links with which teams tell later how it went, at least"
    " 16 characters; the store makes and keeps one without it",
    OLD_SECRETS: "secrets that signed earlier, separated by spaces; links made with them still open",
    DATA: "folder that keeps what the service stores",
    DATABASE_URL: "database to use instead of SQLite in that folder, such as `postgresql://user@host/name`",
    PUBLIC_URL: "address at which people reach the service, such as `https://advies.example.org`; links that teams"
    " keep are made with it, and with https browsers stay with https; the address of each request without it",
    HOSTS: "names under which the service answers, such as `advies.example.org .example.nl`, separated by spaces or"
    " commas, where a dot in front stands for all names that end so; another name gets status 400; every name without"
    " it",
    LIMITS: "how often an address, and all of them together, may ask for what costs much, such as"
    " `batch=30/120 telling=off`; [the limits](docs/operating.md#limits) without it",
    PROXIES: "addresses or networks of proxies whose X-Forwarded-For is believed, separated by spaces or commas;"
    " `127.0.0.1 ::1` without it",
    LOG_LEVEL: "`info`, `warning` or `error`: with `info` there is a line for each request; `info` without it",
    "PROMETHEUS_MULTIPROC_DIR": "empty folder in which workers put their counts, so that /metrics adds them up;"
    " without it each worker shows its own",
}
"""Every environment variable the service looks at, with what it does; the README lists the same ones."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one address, and all of them together, may do something in one window."""

    each: int
    all: int


DEFAULT_LIMITS: Mapping[str, Limit] = {
    "batch": Limit(30, 120),
    "includes": Limit(600, 2400),
    "posting": Limit(6000, 12_000),
    "telling": Limit(60, 1000),
}
"""Batches of 1,000 profiles, hundredths of a second that `include` takes, records with a key, links and what they tell.

Of the 60 seconds that a worker has in a minute, one address can take 6 for `include`, and all together 24.
"""
LIMIT_SECONDS: Mapping[str, int] = {"batch": 60, "includes": 60, "posting": 60, "telling": 3600}
"""How long the window of each is."""
_LIMIT = re.compile(r"(\w+)=(?:(\d{1,9})/(\d{1,9})|off)")


@dataclass(frozen=True, slots=True)
class Settings:
    """What can differ from one installation to the next.

    Attributes:
        knowledge: folder of knowledge files.
        cors_origins: origins that browsers may call the API from; "*" stands for all.
        database_url: where the store is.
        embed_origins: origins whose pages may show ours in a frame.
        secrets: what signs private links, the present one first and then earlier ones.
        limits: what is limited → how much of it there may be; nothing is unless an environment was read.
        public_url: scheme and host by which people reach the service; empty when that is what each request says.
        hosts: names under which the service answers; any when there is none.
        proxies: networks of proxies whose X-Forwarded-For is believed.
        forms: folder of form mappings, if there is one.
        threads: requests that one worker can have in hand.
        log_level: the least that is logged, one of `LOG_LEVELS`.
    """

    knowledge: Path = PACKAGED
    cors_origins: frozenset[str] = frozenset()
    database_url: str = field(default_factory=lambda: database_url({}), repr=False)
    embed_origins: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    limits: Mapping[str, Limit] = field(default_factory=dict)
    public_url: str = ""
    hosts: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1/32", "::1/128")
    forms: Path | None = None
    threads: int = 4
    log_level: str = "info"

    @staticmethod
    def from_environment(environment: Mapping[str, str] | None = None) -> Settings:
        """The settings in these environment variables; an empty variable counts as absent.

        Raises:
            SettingsError: an origin or a URL is none, or a secret is so short that it can be guessed.
        """
        given = os.environ if environment is None else environment
        return Settings(
            knowledge=Path(given.get("PLATFORM_FIT_KNOWLEDGE") or PACKAGED),
            cors_origins=_origins(given, CORS_ORIGINS, also="*"),
            database_url=database_url(given),
            embed_origins=_origins(given, EMBED_ORIGINS),
            secrets=(*_secrets(given, SECRET), *_secrets(given, OLD_SECRETS)),
            limits=_limits(given),
            public_url=_public_url(given),
            hosts=_hosts(given),
            proxies=_networks(given.get(PROXIES) or "127.0.0.1 ::1"),
            forms=_folder(given, FORMS),
            threads=_whole(given, THREADS, 4),
            log_level=_log_level(given),
        )


def _origins(given: Mapping[str, str], name: str, also: str = "") -> frozenset[str]:
    chosen = frozenset(given.get(name, "").lower().replace(",", " ").split())
    if not all(origin == also or _ORIGIN.fullmatch(origin) for origin in chosen):
        right = Phrase("{0} must hold origins without a path, like https://www.example.org", name)
        raise SettingsError(Phrase("{0}, or {1} for all", right, also) if also else right)
    return chosen


_OF_SERVE = ("PLATFORM_FIT_HOST", "PLATFORM_FIT_PORT", "PLATFORM_FIT_WORKERS", THREADS)
_NOT_OURS = re.compile(r"PLATFORM_FIT_(OWN_MULTIPROC_DIR|DRILL|SERVICE_HOST|SERVICE_PORT\w*|PORT_\w+)")
"""Set by `serve` itself, by the tests, and by Kubernetes for a Service of this name."""


def unknown_variables(environment: Mapping[str, str]) -> list[Phrase]:
    """A sentence for each variable that looks like one of ours and is none, with the one that may be meant."""
    known = (*VARIABLES, *_OF_SERVE)
    return [
        Phrase("{0} is no setting; is {1} meant?", name, *near) if near else Phrase("{0} is no setting.", name)
        for name in sorted(environment)
        if name.startswith("PLATFORM_FIT_") and name not in known and not _NOT_OURS.fullmatch(name)
        for near in [get_close_matches(name, known, 1)]
    ]


def _limits(given: Mapping[str, str]) -> Mapping[str, Limit]:
    limits = dict(DEFAULT_LIMITS)
    for text in given.get(LIMITS, "").split():
        found = _LIMIT.fullmatch(text)
        if found is None or found[1] not in DEFAULT_LIMITS:
            names = ", ".join(DEFAULT_LIMITS)
            raise SettingsError(
                Phrase("{0} must hold limits like batch=30/120 or batch=off, for some of: {1}", LIMITS, names)
            )
        if found[2] is None:
            del limits[found[1]]
        else:
            limits[found[1]] = Limit(int(found[2]), int(found[3]))
    return limits


def _public_url(given: Mapping[str, str]) -> str:
    url = given.get(PUBLIC_URL, "").lower().rstrip("/")
    if url and not (_ORIGIN.fullmatch(url) and url.startswith(("http://", "https://"))):
        raise SettingsError(
            Phrase("{0} must be an address without a path, like https://advies.example.org", PUBLIC_URL)
        )
    return url


def _hosts(given: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple(given.get(HOSTS, "").lower().replace(",", " ").split())
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise SettingsError(Phrase("{0} must hold names without a scheme or a port, like advies.example.org", HOSTS))
    return hosts


def _networks(text: str) -> tuple[str, ...]:
    from ipaddress import ip_network

    try:
        return tuple(str(ip_network(each)) for each in text.replace(",", " ").split())
    except ValueError:
        raise SettingsError(
            Phrase("{0} must hold addresses or networks, like 10.0.0.5 or 172.16.0.0/12", PROXIES)
        ) from None


def _folder(given: Mapping[str, str], name: str) -> Path | None:
    folder = Path(given[name]) if given.get(name) else None
    if folder is not None and not folder.is_dir():
        raise SettingsError(Phrase("{0} must be a folder that exists", name))
    return folder


def _whole(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name) or str(default)
    if not text.isdecimal() or int(text) < 1:
        raise SettingsError(Phrase("{0} must be a whole number from 1 up", name))
    return int(text)


def _log_level(given: Mapping[str, str]) -> str:
    level = (given.get(LOG_LEVEL) or "info").lower()
    if level not in LOG_LEVELS:
        raise SettingsError(Phrase("{0} must be one of: {1}", LOG_LEVEL, ", ".join(LOG_LEVELS)))
    return level


def _secrets(given: Mapping[str, str], name: str) -> tuple[str, ...]:
    chosen = tuple(given.get(name, "").split())
    if any(len(secret) < SHORTEST_SECRET for secret in chosen):
        raise SettingsError(Phrase("{0} needs at least {1} characters, without spaces", name, SHORTEST_SECRET))
    return chosen
