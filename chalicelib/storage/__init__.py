"""DynamoDB through pynamodb, one file per capability, and the in-memory twins."""
