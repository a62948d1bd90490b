/* This file speaks to the webhooks as Africa's Talking does: one line for each number. */

/* The vendor gives an application 10 seconds, then the network ends the session. */
const PATIENCE_MS = 10_000;
const NETWORK_CODE = "99999";
const ECHO = "at-ussd-hop-metadata";
const PROBLEMS = { TimeoutError: "no answer in 10 seconds", AbortError: "hung up" };
const FORM = "application/x-www-form-urlencoded; charset=UTF-8";

/** One number's way to the gateway. `log` is told what went over the wire. */
export class Line {
  constructor(settings, number, log) {
    this.settings = settings;
    this.number = number;
    this.log = log;
  }

  /** Post one USSD hop; return {ok, end, text, raw, echo, problem}. */
  async hop({ id: sessionId, serviceCode, text, echo }, hangUp) {
    const fields = { phoneNumber: this.number, serviceCode, text, sessionId, networkCode: NETWORK_CODE };
    const patience = AbortSignal.any([hangUp, AbortSignal.timeout(PATIENCE_MS)]);
    const answer = await this.post("ussd", fields, echo ? { [ECHO]: echo } : {}, patience);
    const [, prefix, screen] = /^(CON|END) ([^]*)$/.exec(answer.body) ?? [];
    const problem = answer.problem || (prefix ? "" : "the answer begins with neither CON nor END");
    return {
      ok: !problem,
      problem,
      end: prefix !== "CON",
      text: screen ?? "",
      raw: answer.body,
      echo: answer.answered[ECHO] ?? "",
    };
  }

  /** Post the notification of a session that is over. */
  ended(session, status, problem) {
    const fields = {
      date: moment(new Date()),
      sessionId: session.id,
      serviceCode: session.serviceCode,
      networkCode: NETWORK_CODE,
      phoneNumber: this.number,
      status,
      cost: "KES 0.0000",
      durationInMillis: String(Date.now() - session.began),
      hopsCount: String(session.hops),
      hopsMetadata: session.echoes.join("|"),
      input: session.text,
      lastAppResponse: session.lastResponse,
    };
    if (problem) fields.errorMessage = problem;
    return this.post("ussd-events", fields);
  }

  /** Post one SMS from this phone; return whether the gateway took it. */
  async send(text) {
    const answer = await this.post("sms", {
      date: moment(new Date()),
      from: this.number,
      id: uuid(),
      linkId: uuid(),
      text,
      to: this.settings.shortCode,
      cost: "KES 0.0000",
      networkCode: NETWORK_CODE,
    });
    return !answer.problem;
  }

  /** Return the messages that reached this phone, oldest first, or null without a server. */
  async received() {
    try {
      const query = `?to=${encodeURIComponent(this.number)}`;
      const answer = await fetch(`${this.settings.inbox}${query}`, { cache: "no-store" });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  async post(kind, fields, asked = {}, signal = AbortSignal.timeout(PATIENCE_MS)) {
    const url = `${this.settings.webhooks}/${kind}`;
    const headers = { "Content-Type": FORM, ...asked };
    const began = performance.now();
    const answer = await posted(url, { method: "POST", body: formOf(fields), headers, signal });
    this.log({ url, asked, fields, ...answer, took: Math.round(performance.now() - began) });
    return answer;
  }
}

/** Return 32 random hex digits after the vendor's mark. */
export function sessionId() {
  return `ATUid_${hex(16)}`;
}

async function posted(url, request) {
  try {
    const answer = await fetch(url, request);
    const echo = answer.headers.get(ECHO);
    return {
      status: answer.status,
      answered: echo ? { [ECHO]: echo } : {},
      body: await answer.text(),
      problem: answer.ok ? "" : `the service answered ${answer.status}`,
    };
  } catch (error) {
    return { status: 0, answered: {}, body: "", problem: PROBLEMS[error.name] ?? "no connection" };
  }
}

/* Fields keep their order, and `*`, `#` and `+` are percent-encoded, as on the vendor's wire. */
function formOf(fields) {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${escaped(value)}`)
    .join("&");
}

function escaped(value) {
  return encodeURIComponent(value.toWellFormed?.() ?? value)
    .replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
    .replace(/%20/g, "+");
}

function moment(date) {
  return date.toISOString().slice(0, 19).replace("T", " ");
}

function hex(octets) {
  return [...crypto.getRandomValues(new Uint8Array(octets))].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function uuid() {
  const digits = [...hex(16)];
  digits[12] = "4";
  digits[16] = "89ab"[parseInt(digits[16], 16) % 4];
  return digits.join("").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
