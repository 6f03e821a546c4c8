"""Loopback servers that speak the Azure services' REST APIs, and misbehave when told to. For development and tests."""
