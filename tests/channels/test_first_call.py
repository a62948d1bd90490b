"""This file tests the first call: a lookup, a ticket and an SMS, on both twins."""

from tests.builders import KAMRIENG, SISOPHON
from tests.phone import Phone
from tests.world import World


def test_a_stranger_looks_up_a_service_and_has_it_sent(both: World) -> None:
    phone = (
        Phone(both).dials().types("8").sees("Services").types("1", "102").sees("Replace a plate")
    )
    phone.types("2").sees("30,000 riel").types("1").ends("SMS soon")
    phone.receives("102 Replace a plate", "owner ID card copy")


def test_a_ticket_is_found_however_its_number_is_written(both: World) -> None:
    Phone(both).dials().types("8", "2", "0212-26-0042-8").sees(KAMRIENG, "in process. Due 30/11/26")


def test_a_texted_ticket_is_answered_by_one_sms(both: World) -> None:
    Phone(both).texts(f"ticket {SISOPHON}").receives(SISOPHON, "ready")
