"""This file finds every table that the code names."""

import pkgutil
from importlib import import_module

from pynamodb.models import Model

from chalicelib import storage


def table_names() -> set[str]:
    """Return the names of the tables of every stored row, as the template writes them."""
    found = set()
    for module in pkgutil.iter_modules(storage.__path__, "chalicelib.storage."):
        for one in vars(import_module(module.name)).values():
            if isinstance(one, type) and issubclass(one, Model) and hasattr(one, "Meta"):
                found.add(one.Meta.table_name.replace("_", "-"))
    return found
