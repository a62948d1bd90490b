"""This file is the console's function on AWS; it loads nothing of the side that answers phones."""

import logging
import os

from apig_wsgi import make_lambda_handler
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.utils import redirect

from chalicelib.console.web import made
from chalicelib.console.wired import wired
from chalicelib.settings import Settings

# Everywhere the console is under this path, as on a laptop, beside what else a host serves.
ROOT = "/console"
settings = Settings.of(os.environ)
logging.getLogger("owl").setLevel(settings.log_level)
console: Flask = made(wired(settings))
handler = make_lambda_handler(
    DispatcherMiddleware(redirect(f"{ROOT}/", 307), {ROOT: console}), binary_support=True
)
