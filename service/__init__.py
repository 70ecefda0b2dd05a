"""The HTTP room: the decision of model as JSON and as pages."""
