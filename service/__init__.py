"""The HTTP room: the decision of model as JSON and as pages."""

from service.app import create_app

__all__ = ["create_app"]
