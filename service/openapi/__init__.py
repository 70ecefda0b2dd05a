"""The contract as a document: openapi.yaml, made from the views, their schemas and real answers."""
