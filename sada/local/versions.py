"""The versions of the servers, for local servers and containers alike (pins.toml and docker-compose.yml agree)."""

KAFKA = "4.3.1"
ELASTICSEARCH = "9.5.3"
