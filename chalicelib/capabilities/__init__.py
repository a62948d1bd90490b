"""Values, rules and use-cases, one file per capability, and the store each of them needs."""
