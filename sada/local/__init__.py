"""Real Kafka and Elasticsearch without Docker, from Maven Central: see servers.py."""
