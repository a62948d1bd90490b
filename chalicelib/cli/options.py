"""This file holds the options that many commands share."""

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
as_option = click.option("--as", "as_", envvar="OWL_STAFF", help="Who does it, on a local stage.")
