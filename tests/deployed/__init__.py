"""This folder proves the package: deployed to an emulator of AWS with its rights enforced."""
