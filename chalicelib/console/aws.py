"""This file is the console's function on AWS; it loads nothing of the side that answers phones."""

import os
from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect

from chalicelib import observe
from chalicelib.console.web import made
from chalicelib.console.wired import wired
from chalicelib.settings import Settings

# Everywhere the console is under this path, as on a laptop, beside what else a host serves.
ROOT = "/console"
settings = Settings.of(os.environ)
observe.begin(settings.stage, settings.log_level)
console: Flask = made(wired(settings))
_answered = make_lambda_handler(
    DispatcherMiddleware(redirect(f"{ROOT}/", 307), {ROOT: console}), binary_support=True
)


def handler(event: Any, context: Any) -> Any:
    """Answer one request, under the trace of Lambda's own name for it."""
    with observe.tracing(str(getattr(context, "aws_request_id", ""))):
        return _answered(event, context)
