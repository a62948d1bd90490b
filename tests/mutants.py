"""This file breaks what people rely on, one thing at a time, and shows that a test sees each.

First what sends messages, then what keeps ratings and complaints unseen, then who gets in.

Run it with `make mutants`. Each mutant is one edit of a copy of the project; the tests named beside
it must fail there.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent
COPIED = ("app.py", "chalicelib", "infra", "tests", "ussd_menus", "pyproject.toml")
SENDING = "tests/channels/test_broadcaster.py"
WORKER = "chalicelib/channels/broadcaster.py"
ATTACK = "tests/privacy/test_dump_attack.py"
RECOVERED = """TableName: !Sub owl-${{Stage}}-ballot-box
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions:
        - {{ AttributeName: id, AttributeType: S }}
      KeySchema:
        - {{ AttributeName: id, KeyType: HASH }}
      SSESpecification: {{ SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !Ref DataKey }}
      PointInTimeRecoverySpecification: {{ PointInTimeRecoveryEnabled: {} }}"""
TESTS_FAILED = 1


@dataclass(frozen=True, slots=True)
class Mutant:
    """One edit that must not live: in a file, from a text that is there once, to another."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...] = (SENDING,)


MUTANTS = (
    Mutant(
        "mark before post",
        WORKER,
        "        return self._decided(job, cell, numbers, skipped, "
        "self._posted(job, numbers, began))",
        '        marked = results_of(dict.fromkeys(numbers, "m"))\n'
        "        told = self._recorded(job, cell, marked, self.gateway.name)\n"
        "        self._posted(job, numbers, began)\n"
        "        return told",
    ),
    Mutant(
        "lease returns to READY",
        "chalicelib/channels/sweeper.py",
        "        head = self.ledger.books.head(name.order)\n        batch",
        "        if lost:\n"
        "            chunks.put_back(cell, tried=False)\n"
        "            return chunks.cells.read([name.state])[0]\n"
        "        head = self.ledger.books.head(name.order)\n        batch",
    ),
    Mutant(
        "retry on time-out",
        "chalicelib/capabilities/ledger_answers.py",
        'if answer.outcome in {"deferred", "rejected"}:',
        'if answer.outcome in {"deferred", "rejected", "unknown"}:',
    ),
    Mutant(
        "trust a bare 2xx",
        "chalicelib/capabilities/ledger_answers.py",
        'at: one.message_id for at, one in each.items() if one and one.outcome == "accepted"',
        'at: one.message_id if one else "" for at, one in each.items()'
        ' if not one or one.outcome == "accepted"',
    ),
    Mutant(
        "no opt-out recheck at the post",
        WORKER,
        '"opted_out" if one.opted_out else ""',
        '""',
    ),
    Mutant(
        "claim without the kill switch",
        "chalicelib/capabilities/ledger_chunks.py",
        "(job.switch, None), ",
        "",
    ),
    Mutant(
        "a report moves a final state back",
        "chalicelib/storage/delivery.py",
        "moves = rows.rank < rank",
        "moves = rows.rank != rank",
        ("tests/storage/test_delivery.py",),
    ),
    Mutant(
        "an imported list keyed by the number as typed",
        "chalicelib/capabilities/subscribers_sheet.py",
        "rules.key(number)",
        'rules.key(cells.text("number", required=True))',
        ("tests/capabilities", "tests/cli/test_people.py"),
    ),
    Mutant(
        "reminder sent after its forum",
        "chalicelib/capabilities/forums_plan.py",
        "self.not_before <= now <= self.not_after",
        "self.not_before <= now",
        ("tests/capabilities/test_forums.py", "tests/channels/test_forums.py"),
    ),
    Mutant(
        "quiet hours by UTC",
        "chalicelib/capabilities/ledger_window.py",
        "        here = at.astimezone(self.zone)",
        "        here = at",
    ),
    Mutant(
        "approval survives an edit",
        "chalicelib/capabilities/ledger_books.py",
        "edited = self._headed(order, DRAFT, epoch=head.epoch + 1)",
        "edited = replace(head, epoch=head.epoch + 1)",
    ),
    Mutant(
        "number written into the queue",
        WORKER,
        "        decision = decided(numbers",
        '        self.queue.send({**to_send(job.name), "to": str(numbers)}, 900)\n'
        "        decision = decided(numbers",
    ),
    Mutant(
        "plain hash token",
        "chalicelib/storage/ballots.py",
        'return keys.now().monthly("ballot", VERSION, ballot.form, ballot.office, phone)[0]',
        "import hashlib\n\n    return hashlib.sha256(phone.encode()).hexdigest()",
        (ATTACK,),
    ),
    Mutant(
        "time beside a ballot",
        "chalicelib/storage/ballots.py",
        "    sealed = BinaryAttribute(legacy_encoding=False)",
        "    sealed = BinaryAttribute(legacy_encoding=False)\n"
        '    at = UnicodeAttribute(default_for_new=lambda: __import__("time").ctime())',
        (ATTACK,),
    ),
    Mutant(
        "a text in a log",
        "chalicelib/acts/ratings.py",
        "    context.desk.cast(context.party, _ballot(context, args))",
        "    import logging\n\n"
        '    logging.getLogger("owl").debug("rated %s", args["comment"])\n'
        "    context.desk.cast(context.party, _ballot(context, args))",
        ("tests/privacy/test_canaries.py",),
    ),
    Mutant(
        "another answer for a repeat",
        "chalicelib/storage/stores_desk.py",
        '            if refused.what != "token":\n                raise',
        '            raise Unavailable("rated before") from refused',
        ("tests/channels/test_rating.py",),
    ),
    Mutant(
        "recovery switched on for a feedback table",
        "infra/aws/resources.yaml",
        RECOVERED.format("false"),
        RECOVERED.format("true"),
        ("tests/infra/test_template.py",),
    ),
    Mutant(
        "k off by one",
        "chalicelib/capabilities/ballots_release.py",
        "K = 10\n",
        "K = 9\n",
        ("tests/capabilities/test_ballots_release.py",),
    ),
    Mutant(
        "the ballot opened by the webhook role",
        "infra/aws/policies/webhooks.json",
        '            "box-public",',
        '            "box-public",\n            "box",',
        ("tests/infra/test_template.py",),
    ),
    Mutant(
        "the code derived from the number",
        "chalicelib/acts/complaints.py",
        "return Cause(context.party.gateway, context.session, context.transcript)",
        "return Cause(context.party.gateway, context.party.id, context.transcript)",
        ("tests/channels/test_complaining.py",),
    ),
    Mutant(
        "a complaint kept whose code is over the day's replies",
        "chalicelib/acts/complaints.py",
        "cause, can_tell = _cause(context), context.can_tell()",
        "cause, can_tell = _cause(context), True",
        ("tests/channels/test_complaining_budget.py",),
    ),
    Mutant(
        "one mark for every expired code of a phone",
        "chalicelib/storage/stores_desk.py",
        'else f"{EXPIRED}/{session}"',
        "else EXPIRED",
        ("tests/channels/test_complaining.py",),
    ),
    Mutant(
        "a total that includes a hidden cell",
        "chalicelib/reports/shown.py",
        "    if sum(cells.values()) < k:\n        return {}",
        "    if not cells:\n        return {}",
        ("tests/reports/test_shown.py",),
    ),
    Mutant(
        "a password alone lets staff in",
        "chalicelib/storage/user_pool.py",
        'if self.needs_code and not answer.get("had_code"):',
        "if not self.needs_code:",
        ("tests/storage/test_user_pool.py",),
    ),
    Mutant(
        "codes tried without a count",
        "chalicelib/console/signing.py",
        "if not back().lockout.lets(step.name, _address(), known.here(step.name)):",
        "if not step.name:",
        ("tests/console/test_signing.py",),
    ),
    Mutant(
        "a page that is open after its owner was disabled",
        "chalicelib/console/guard.py",
        "if person is None or person.is_disabled:",
        "if person is None:",
        ("tests/console/test_signing.py",),
    ),
    Mutant(
        "another gateway after a doubt",
        "chalicelib/gateways/lines.py",
        "            if answer.outcome != DEFERRED:\n",
        "            if answer.outcome not in {DEFERRED, UNKNOWN}:\n",
        ("tests/gateways/test_lines.py", "tests/channels/test_routes.py"),
    ),
    Mutant(
        "a 5xx of a gateway that is a file comes again",
        "chalicelib/gateways/answers.py",
        '    return (REJECTED if status in REFUSED else UNKNOWN), f"http_{status}"',
        '    return (REJECTED if status in REFUSED else DEFERRED), f"http_{status}"',
        ("tests/gateways/test_fault_shapes.py",),
    ),
    Mutant(
        "a screen sent again for a hop that came again",
        "chalicelib/channels/turns.py",
        '            self.desk.commit([*self.desk.mark_seen(hop.party, "/".join(cause)), *writes])',
        "            self.desk.commit(writes)",
        ("tests/gateways/test_stages.py", "tests/gateways/test_hostile_shapes.py"),
    ),
    Mutant(
        "a callback without its signature",
        "chalicelib/gateways/mapped.py",
        "        if not has_keys or not self.public_url or not is_signed",
        "        if has_keys and not is_signed",
        ("tests/gateways/test_signatures.py",),
    ),
    Mutant(
        "a move that overtakes who says STOP",
        "chalicelib/storage/contacts_people.py",
        "way, as_read = rows(row.id, moved=new.id), same(rows, row)",
        "way, as_read = rows(row.id, moved=new.id), rows.id.exists()",
        ("tests/storage/test_contacts_move.py",),
    ),
    Mutant(
        "a STOP to where somebody stood",
        "chalicelib/storage/people.py",
        "            here &= self.rows.id.exists()",
        "            here = self.rows.id.exists()",
        ("tests/storage/test_contacts_move.py",),
    ),
    Mutant(
        "a plan while people move",
        "chalicelib/capabilities/ledger_planner.py",
        "        if is_held(switch.value):\n            return False",
        "        if is_held({}):\n            return False",
        ("tests/storage/test_contacts_move.py",),
    ),
)


def main() -> int:
    """Break one thing after the other; return 1 where something broken was not seen."""
    alive = []
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            copied(ROOT / name, copy / name)
        for mutant in MUTANTS:
            seen = _is_seen(mutant, copy)
            print(f"{'caught' if seen else 'ALIVE '}  {mutant.name}", flush=True)
            alive += [] if seen else [mutant.name]
    print(f"{len(MUTANTS) - len(alive)} of {len(MUTANTS)} caught")
    return 1 if alive else 0


def copied(origin: Path, copy: Path) -> None:
    """Copy a file or a folder of the project."""
    if origin.is_dir():
        shutil.copytree(origin, copy, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(origin, copy)


def _is_seen(mutant: Mutant, copy: Path) -> bool:
    """Whether the tests fail on a mutant; its file is put right again."""
    file = copy / mutant.file
    whole = file.read_text(encoding="utf-8")
    if whole.count(mutant.old) != 1:
        raise SystemExit(f"{mutant.name}: {mutant.file} does not hold its text once: mend the list")
    file.write_text(whole.replace(mutant.old, mutant.new), encoding="utf-8")
    try:
        return any(_fails(test, copy) for test in _there(mutant.tests, copy))
    finally:
        file.write_text(whole, encoding="utf-8")


def _there(tests: tuple[str, ...], copy: Path) -> Iterator[str]:
    for test in tests:
        if not (copy / test).exists():
            raise SystemExit(f"{test} is not there: mend the list of mutants")
        yield test


def _fails(test: str, copy: Path) -> bool:
    command = [sys.executable, "-B", "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=copy, capture_output=True, check=False)
    return done.returncode == TESTS_FAILED


if __name__ == "__main__":
    sys.exit(main())
