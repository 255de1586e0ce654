"""What `sada doctor` looks at, one module for each place: the machine, the line, Kafka, Elasticsearch."""
