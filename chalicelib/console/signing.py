"""This file is how staff come in and go: password, a new one, the second factor."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as Answer
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, Length

from chalicelib.capabilities.staff import (
    CodeRefused,
    PasswordTooWeak,
    SignInRefused,
    SignInSpent,
    Step,
)
from chalicelib.console import front, known
from chalicelib.console.back import back
from chalicelib.console.guard import plain
from chalicelib.console.session import PERSON, STEP

MOST = 200
ISSUER = "OWL"
FAULTS = {PasswordTooWeak: "sign.weak", CodeRefused: "sign.wrong_code"}
signing = Blueprint("signing", __name__)
Page = str | tuple[str, int] | Answer


class PasswordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """The first page."""

    name = StringField(validators=[DataRequired(), Length(max=MOST)])
    password = PasswordField(validators=[DataRequired(), Length(max=MOST)])


class NextForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF is not typed
    """A page after it: a new password, or a code."""

    said = StringField(validators=[DataRequired(), Length(max=MOST)])


@signing.route("/sign-in", methods=["GET", "POST"])
def start() -> Page:
    """Ask for name and password."""
    form = PasswordForm()
    if not form.is_submitted():
        return render_template("sign_in.html", form=form)
    name = (form.name.data or "").strip()
    if not form.validate() or not back().lockout.lets(name, _address(), known.here(name)):
        return _refused(form)
    try:
        step = back().identity.start(name, form.password.data)
    except SignInRefused:
        return _refused(form)
    back().lockout.right(_address())
    return _stepped(step)


@signing.route("/sign-in/next", methods=["GET", "POST"])
def carry_on() -> Page:
    """Ask for what is still missing."""
    if STEP not in session:
        return redirect(url_for("signing.start"), 303)
    step, form = Step(**session[STEP]), NextForm()
    if not form.is_submitted():
        return _asked(step, form)
    if not form.validate():
        return _asked(step, form, "sign.empty")
    try:
        return _stepped(_answered(step, form.said.data))
    except SignInSpent:
        session.end()  # type: ignore[attr-defined]  # it is ours: see session.py
        return redirect(url_for("signing.start", again=1), 303)
    except SignInRefused as refused:
        return _asked(step, form, FAULTS[type(refused)])


def _answered(step: Step, answer: str) -> Step:
    """Carry a sign-in on; who tries too many codes begins again."""
    if step.kind == "new_password":
        return back().identity.answer(step, answer)
    if not back().lockout.lets(step.name, _address(), known.here(step.name)):
        raise SignInSpent("too many codes were tried")
    further = back().identity.answer(step, answer)
    back().lockout.right(_address())
    return further


@signing.post("/sign-out")
def leave() -> Answer:
    """End the visit."""
    session.end()  # type: ignore[attr-defined]  # it is ours: see session.py
    return redirect(url_for("signing.start"), 303)


def _stepped(step: Step) -> Answer:
    """Keep how far somebody came, under a new id of the visit."""
    session.renew()  # type: ignore[attr-defined]  # it is ours: see session.py
    wanted = session.pop("next", "") or request.args.get("next", "")
    if step.person is None:
        session[STEP] = {name: one for name, one in asdict(step).items() if name != "person"}
        session["next"] = wanted
        return redirect(url_for("signing.carry_on"), 303)
    session.pop(STEP, None)
    back().lockout.passed(step.name, known.here(step.name))
    now = int(back().office.clock.now().timestamp())
    session[PERSON] = plain(step.person, now)
    return known.kept(redirect(front.local(wanted), 303), step.name)


def _asked(step: Step, form: NextForm, fault: str = "") -> Page:
    link = ""
    if step.kind == "enrol":
        name = quote(f"{ISSUER}:{step.name}")
        link = f"otpauth://totp/{name}?secret={step.secret}&issuer={ISSUER}"
    page = render_template("sign_in_next.html", step=step, form=form, fault=fault, link=link)
    return (page, 422) if fault else page


def _refused(form: PasswordForm) -> Page:
    """Say one sentence whatever was wrong; nobody learns which names there are."""
    return render_template("sign_in.html", form=form, fault="sign.refused"), 422


def _address() -> str:
    """Return the caller's address: on a function URL its own, which no header can change."""
    context: Any = request.environ.get("apig_wsgi.request_context") or {}
    return str(context.get("http", {}).get("sourceIp") or request.remote_addr or "")
