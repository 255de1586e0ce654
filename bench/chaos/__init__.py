"""The whole line under faults: files and a seed in, what was lost, repeated or changed out (`make chaos`)."""
