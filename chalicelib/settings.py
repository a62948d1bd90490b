"""This file is the list of everything a deployer may set, each with its meaning and default."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from typing import Any

from chalicelib.errors import NotAcceptable

# The stage of a laptop.
LOCAL = "local"
AMOUNTS = frozenset({"reply_price", "spend_a_day"})
AMOUNT = re.compile(r"[0-9]+([.][0-9]+)?")


def _setting(default: Any, meaning: str, *, shown: bool = True) -> Any:
    return field(default=default, metadata={"meaning": meaning}, repr=shown)


@dataclass(frozen=True, slots=True)
class Settings:
    """One stage's settings. Each field is read from `OWL_` and its name in capitals."""

    stage: str = _setting(LOCAL, "name of the stage; tables and queues carry it")
    region: str = _setting("ap-southeast-1", "AWS region")
    endpoint: str = _setting("", "AWS endpoint; empty for AWS itself, set by the local run")
    country: str = _setting("KH", "country whose holidays are not working days")
    countries: str = _setting("855", "calling codes we answer and send to, by comma")
    timezone: str = _setting("Asia/Phnom_Penh", "time zone of dates, months and quiet hours")
    default_language: str = _setting("km-Latn", "language of an unknown number: en, km or km-Latn")
    service_code: str = _setting("*384*55#", "USSD service codes that are ours, by comma")
    short_code: str = _setting("38455", "SMS short codes and sender names that are ours, by comma")
    unicode: bool = _setting(
        True,  # noqa: FBT003
        "on where the network shows Khmer letters on USSD; Africa's Talking promises none: off",
    )
    ussd_septets: int = _setting(160, "GSM-7 septets of one USSD screen, `CON ` counted (or 182)")
    ussd_units: int = _setting(70, "UCS-2 units of one USSD screen, `CON ` counted (or 80)")
    sms_parts: int = _setting(3, "parts of the longest SMS answer before it is paged")
    sms_parts_sent: int = _setting(6, "parts of the longest SMS that a dial asks for; cut there")
    guesses_an_hour: int = _setting(5, "wrong tickets and codes a number may try in an hour")
    guesses_a_day: int = _setting(15, "wrong tickets and codes a number may try in a day")
    acknowledge_days: int = _setting(
        3, "working days to acknowledge a complaint; the default is illustrative"
    )
    answer_days: int = _setting(
        30, "working days to answer a complaint; the default is illustrative"
    )
    complaint_weeks: int = _setting(
        26, "weeks after the last word on a complaint in which its code still reads it"
    )
    replies_a_day: int = _setting(40, "SMS replies one number may cause in a day")
    replies_a_block: int = _setting(400, "SMS replies a block of 1,000 numbers may cause an hour")
    questions_a_day: int = _setting(10, "questions to forums one number may ask in a day")
    reply_price: str = _setting("0.05", "price of one SMS part for the spend cap, unit of the cap")
    spend_a_day: str = _setting("50", "most the replies of one day may cost")
    replies: bool = _setting(True, "off stops every SMS reply")  # noqa: FBT003
    hops_a_second: int = _setting(200, "USSD hops one function instance answers in a second")
    hops_a_number: int = _setting(30, "USSD hops one instance answers one number in 10 seconds")
    quiet_hours: bool = _setting(
        True,  # noqa: FBT003
        "on: what nobody asked for goes out from 08:00 to 18:00; off is for a laptop alone",
    )
    blocked_dates: str = _setting("", "dates by comma, as 2026-04-14, with no broadcast at all")
    sms_a_second: int = _setting(20, "people a second that broadcasts are posted to, in all")
    chunk: int = _setting(50, "people of one post of a broadcast, 1 to 100")
    forum_reminders: str = _setting(
        "7 1 0", "days before a forum on which it is reminded of, three at most; 0 is its morning"
    )
    forum_few: int = _setting(200, "people a forum may invite without a second person's approval")
    sender_name: str = _setting("One Window", "who a broadcast says it is from, at its end")
    rate_card: str = _setting(
        "cellcard 0.02-0.04, smart 0.02-0.04, metfone 0.02-0.04, other 0.03-0.08",
        "price of one SMS part by network, lowest and highest; the default is illustrative",
    )
    gateways: str = _setting(
        "africastalking",
        "gateways by comma, the first for all that no route names; "
        "beside africastalking the names of files in infra/gateways",
    )
    routes: str = _setting(
        "",
        "gateways by network, as smart=jasmin>plasgate, *=plasgate: the next where the first "
        "took nothing; empty for the first of OWL_GATEWAYS",
    )
    public_url: str = _setting(
        "", "address of the callbacks as gateways call it, which some of them sign"
    )
    gateway_username: str = _setting("sandbox", "Africa's Talking user name")
    gateway_url: str = _setting("", "Africa's Talking API address; empty for its own")
    gateway_key: str = _setting(
        "", "keys of the gateways, as in the secret; local stages only", shown=False
    )
    gateway_key_secret: str = _setting(
        "", "name of the keys in Secrets Manager, elsewhere; README of infra says what it holds"
    )
    sender_id: str = _setting(
        "", "sender name or short code of outgoing SMS; empty for the default"
    )
    queue_outbox: str = _setting("", "URL of the queue of outgoing messages")
    queue_chunks: str = _setting("", "URL of the queue of chunks of broadcasts")
    queue_reports: str = _setting("", "URL of the queue of delivery reports")
    user_pool: str = _setting("", "id of the Cognito user pool of the staff")
    user_pool_client: str = _setting("", "id of the console's app client in it")
    second_factor: bool = _setting(
        True,  # noqa: FBT003
        "on: staff sign in with a code of their phone too; off is for a laptop alone",
    )
    api_a_minute: int = _setting(120, "requests one key's holder may make to the API in a minute")
    clock_offset: str = _setting("", "seconds added to the clock, for rehearsals")
    clock_file: str = _setting("", "file with the seconds to add, read at every look")
    log_level: str = _setting("INFO", "how much is logged")

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings from environment variables.

        Raises:
            NotAcceptable: naming the variable and what it should hold.
        """
        values: dict[str, Any] = {}
        for one in fields(cls):
            raw = environ.get(variable(one.name))
            if raw is not None:
                values[one.name] = _parsed(one.name, raw, one.default)
        return cls(**values)

    def table(self, name: str) -> str:
        """Return the full name of a table of this stage."""
        return f"owl-{self.stage}-{name.replace('_', '-')}"

    @property
    def short_codes(self) -> frozenset[str]:
        """The short codes and sender names that are ours, folded for comparing."""
        return _parted(self.short_code.casefold())

    @property
    def service_codes(self) -> frozenset[str]:
        """The USSD service codes that are ours."""
        return _parted(self.service_code)


@lru_cache
def _parted(text: str) -> frozenset[str]:
    return frozenset(one.strip() for one in text.split(","))


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"OWL_{name.upper()}"


def described() -> list[tuple[str, str, str]]:
    """List every setting as (variable, default, meaning)."""
    return [
        (variable(one.name), _shown(one.default), one.metadata["meaning"])
        for one in fields(Settings)
    ]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _parsed(name: str, raw: str, default: object) -> object:
    if isinstance(default, bool):
        if raw.lower() not in {"on", "off"}:
            raise NotAcceptable(f"{variable(name)} is '{raw}': write on or off.")
        return raw.lower() == "on"
    if isinstance(default, int):
        if not raw.isascii() or not raw.isdigit():
            raise NotAcceptable(f"{variable(name)} is '{raw}': write a whole number.")
        return int(raw)
    if name in AMOUNTS and not AMOUNT.fullmatch(raw):
        raise NotAcceptable(f"{variable(name)} is '{raw}': write an amount such as 0.05.")
    return raw
