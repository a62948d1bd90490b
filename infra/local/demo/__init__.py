"""The demo data: three provinces, 16 services, invented tickets, loaded as staff would."""

from infra.local.demo.load import is_empty, load

__all__ = ["is_empty", "load"]
