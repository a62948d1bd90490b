"""This file is the console's function on AWS; it loads nothing of the side that answers phones."""

import logging
import os

from apig_wsgi import make_lambda_handler

from chalicelib.console.web import made
from chalicelib.console.wired import wired
from chalicelib.settings import Settings

settings = Settings.of(os.environ)
logging.getLogger("owl").setLevel(settings.log_level)
handler = make_lambda_handler(made(wired(settings)), binary_support=True)
