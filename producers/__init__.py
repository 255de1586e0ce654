"""From a folder to Kafka: finds files, reads them as text, publishes each once it is new."""
