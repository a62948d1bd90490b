"""The proofs that whoever rates or complains cannot be found out; `make privacy` runs all."""
