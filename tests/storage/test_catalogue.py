"""This file tests the catalogue: published whole under the version of its content."""

import pytest

from chalicelib.capabilities.catalogue import Catalogue
from tests.builders import OFFICES, a_catalogue, a_party, a_service, a_text
from tests.storage.test_commits import stored
from tests.world import World


def of(*codes: str) -> Catalogue:
    return a_catalogue(services=[a_service(code=code) for code in codes])


def test_a_snapshot_comes_back_as_it_was_published(both: World) -> None:
    loaded = both.desk.catalogue.load()
    assert loaded.services == a_catalogue().services
    assert loaded.offices == {one.code: one for one in OFFICES}
    assert (
        loaded.version == both.desk.catalogue.head() == both.desk.look(a_party(), "ussd").catalogue
    )


def test_the_same_content_again_changes_nothing(both: World) -> None:
    before = both.desk.catalogue.head()
    assert both.desk.catalogue.publish(a_catalogue()) is False
    assert both.desk.catalogue.head() == before


def test_another_content_is_another_version_and_going_back_is_the_old_one(both: World) -> None:
    first = both.desk.catalogue.head()
    assert both.desk.catalogue.publish(of("501"))
    assert both.desk.catalogue.head() != first
    assert both.desk.catalogue.publish(a_catalogue())
    assert both.desk.catalogue.head() == first
    assert both.desk.catalogue.load().services == a_catalogue().services


def test_the_last_version_can_still_be_read_and_older_parts_are_forgotten(dynamo: World) -> None:
    assert stored(dynamo, "catalogue") == 2
    for codes in (("501",), ("502",), ("503",)):
        dynamo.desk.catalogue.publish(of(*codes))
    assert stored(dynamo, "catalogue") == 3


def test_a_long_catalogue_is_kept_in_parts(dynamo: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.storage.catalogue.PART_BYTES", 200)
    many = [
        a_service(code=str(code), names=a_text(en=f"Service {code}")) for code in range(100, 160)
    ]
    dynamo.desk.catalogue.publish(a_catalogue(services=many))
    assert stored(dynamo, "catalogue") > 5
    assert len(dynamo.desk.catalogue.load().services) == 60


def test_a_stage_without_a_catalogue_has_none(both: World) -> None:
    if hasattr(both.database, "tables"):
        both.database.tables["catalogue"].clear()
    else:
        rows = both.desk.catalogue.rows
        with rows.batch_write() as batch:
            for row in rows.scan():
                batch.delete(row)
    assert both.desk.catalogue.head() is None
    assert both.desk.catalogue.load() is None
    assert both.desk.look(a_party(), "ussd").catalogue is None
