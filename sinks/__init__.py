"""Kafka in, Elasticsearch out: the sink."""
