"""The application: wires the parts together and decides nothing."""

from __future__ import annotations

from flask import Flask

from model.advice.documented import DocumentedUses
from model.knowledge.loader import load_knowledge
from model.outcomes.validation import OutcomeGate
from model.profiles.validation import ProfileGate
from service.api.views import BLUEPRINTS
from service.components import EXTENSION, Components
from service.error_handlers import handle_failures
from service.forms.form import read_forms
from service.http.bodies import BODY_LIMIT
from service.http.cached_json import JsonCatalogue
from service.http.hosts import refuse_broken_hosts
from service.http.limits import limit_requests
from service.http.metrics import Metrics
from service.http.security import HEADERS, STRICT_TRANSPORT, allow_origins
from service.http.telemetry import Header, Telemetry
from service.runtime.champion import ChampionReference
from service.runtime.lazy_store import LazyStore
from service.runtime.private_links import PrivateLinks
from service.runtime.watcher import PromotionWatcher
from service.settings import VERSION, Settings
from service.web.pages import add_pages

API_VERSION = VERSION
ALWAYS: tuple[Header, ...] = (("API-Version", API_VERSION), *HEADERS)
"""Headers of every answer."""


def create_app(settings: Settings | None = None) -> Flask:
    """An application with these settings, or with those of the environment.

    Raises:
        KnowledgeError: the knowledge or a form mapping cannot be used; every problem is listed.
    """
    settings = settings or Settings.from_environment()
    knowledge = load_knowledge(settings.knowledge)
    metrics = Metrics()
    app = Flask("service", static_folder=None, template_folder=None)
    # An address with a slash too many is answered, not redirected: a redirect would lose the body of a POST.
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT
    app.config["TRUSTED_HOSTS"] = settings.hosts or None
    components = app.extensions[EXTENSION] = Components(
        settings=settings,
        knowledge=knowledge,
        gate=(gate := ProfileGate(knowledge)),
        outcomes=OutcomeGate(knowledge, gate),
        store=(store := LazyStore(settings.database_url, settings.threads)),
        links=PrivateLinks(settings.secrets, store),
        champion=(champion := ChampionReference(knowledge)),
        watch=PromotionWatcher(champion, settings.database_url),
        catalogue=JsonCatalogue(knowledge),
        documented=DocumentedUses(knowledge),
        metrics=metrics,
        forms=read_forms(settings.forms, knowledge),
    )
    metrics.built(VERSION, knowledge.fingerprint[:12])
    components.watch.after_look = components.tell_standing
    handle_failures(app)
    refuse_broken_hosts(app)
    allow_origins(app, settings.cors_origins)
    limit_requests(app, settings.limits, settings.proxies)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    add_pages(app)
    always = (*ALWAYS, STRICT_TRANSPORT) if settings.public_url.startswith("https") else ALWAYS
    app.wsgi_app = Telemetry(app.wsgi_app, metrics, always)  # type: ignore[method-assign]
    return app
